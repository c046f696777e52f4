//! Hostile and odd archives: each ends soon, in bounded memory, with what `expect.tsv` says.

use std::fs;
use std::path::Path;

use serde_json::Value;
use testkit::{SavedImage, save};

use crate::program::{Run, Sandbox, list, read, text};

/// What an error must say, for every archive that must fail.
const SAYS: &[(&str, &str)] = &[
    (
        "archive-cut.tar",
        "is not an image archive: the tar archive ends early",
    ),
    (
        "archive-empty.tar",
        "is not an image archive: no manifest.json or index.json",
    ),
    ("archive-text.tar", "is not an image archive"),
    (
        "blob-missing.tar",
        "is missing from the archive (the manifest names it)",
    ),
    ("blob-wrong-digest.tar", "but the manifest says sha256:"),
    (
        "blob-wrong-size.tar",
        "536 bytes are stored, but its descriptor says 543",
    ),
    (
        "config-diffids-more.tar",
        "has 1 layers, but its configuration names 2 diffIDs",
    ),
    ("config-not-json.tar", "it is not JSON: "),
    ("file-claims-1g.tar", "the tar archive ends early"),
    ("file-negative-size.tar", "invalid entry size"),
    ("file-size-2e62.tar", "the tar archive ends early"),
    ("index-cycle.tar", "but its name says sha256:"),
    ("index-empty.tar", "no image here"),
    (
        "layer-gzip-bit-flip.tar",
        "does not have a matching checksum",
    ),
    ("layer-gzip-cut.tar", "incomplete deflate stream"),
    (
        "layer-gzip-wrong-crc.tar",
        "does not have a matching checksum",
    ),
    ("layer-not-tar.tar", "damaged tar header at byte 0"),
    ("layer-random.tar", "damaged tar header at byte 0"),
    ("layer-tar-cut.tar", "the tar archive ends early"),
    ("longname-claims-1g.tar", "is larger than 1048576 bytes"),
    ("manifest-empty-list.tar", "no image here"),
    (
        "manifest-layer-missing.tar",
        "is missing from the archive (the manifest names it)",
    ),
    ("manifest-null.tar", "manifest.json: invalid type: null"),
    (
        "oci-artifact.tar",
        "is no container image but an artifact of type",
    ),
    ("pax-claims-1g.tar", "is larger than 1048576 bytes"),
    ("tar-header-bit-flip.tar", "damaged tar header at byte 1536"),
    (
        "traversal-digest.tar",
        "is not a digest of the form sha256:",
    ),
    ("traversal-layer-symlink.tar", "is missing from the archive"),
    (
        "traversal-manifest.tar",
        "../../../../etc/passwd is missing from the archive",
    ),
    (
        "wrong-diff-id.tar",
        "but the configuration (as its diffID) says sha256:",
    ),
    ("zstd-cut.tar", "incomplete frame"),
];

/// Archives with packages that nothing reads yet: how many are left, and the gap that says so.
const UNREAD: &[(&str, usize, &str)] = &[
    ("bomb-jar.tar", 3, "1 Java archive is here and was not read"),
    (
        "jar-nested-12-deep.tar",
        3,
        "1 Java archive is here and was not read",
    ),
    (
        "npm-odd.tar",
        0,
        "5 npm packages are here and were not read",
    ),
    (
        "python-odd.tar",
        0,
        "5 Python packages are here and were not read",
    ),
    (
        "rpm-bdb-cut.tar",
        0,
        "an rpm database is here and was not read",
    ),
    (
        "rpm-bdb-one.tar",
        0,
        "an rpm database is here and was not read",
    ),
    (
        "rpm-bdb-overflow-loop.tar",
        0,
        "an rpm database is here and was not read",
    ),
    (
        "rpm-empty.tar",
        0,
        "an rpm database is here and was not read",
    ),
    (
        "rpm-garbage.tar",
        0,
        "an rpm database is here and was not read",
    ),
    (
        "rpm-header-count-huge.tar",
        0,
        "an rpm database is here and was not read",
    ),
    (
        "rpm-ndb-cut.tar",
        0,
        "an rpm database is here and was not read",
    ),
    (
        "rpm-ndb-slot-outside.tar",
        0,
        "an rpm database is here and was not read",
    ),
    (
        "rpm-sqlite-cut.tar",
        0,
        "an rpm database is here and was not read",
    ),
];

#[test]
fn slow_every_hostile_archive_ends_as_it_should() {
    let Some(table) = testkit::corpus("hostile/expect.tsv") else {
        return;
    };
    let table = String::from_utf8(read(&table)).unwrap();
    for line in table.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let file = columns[0];
        let archive = testkit::corpus(&format!("hostile/{file}")).unwrap();
        let run = scan_bounded(&archive);
        let want = Want {
            packages: columns[2].parse().ok(),
            may_succeed: columns[1] != "error",
            may_fail: columns[1] != "ok",
        };
        check(file, &run, want);
    }
    let strays = fs::read_dir("/var/tmp").unwrap().filter_map(Result::ok);
    let strays: Vec<_> = strays
        .map(|entry| entry.file_name().into_string().unwrap_or_default())
        .filter(|name| name.starts_with("corpus-evil-"))
        .collect();
    assert!(strays.is_empty(), "written outside: {strays:?}");
}

/// The bytes of a member's first copy were never proved: only the last of a name counts, also when
/// a file behind a link makes a second pass over a compressed archive.
#[test]
fn only_proved_bytes_are_believed() {
    let image = |packages: &str| {
        let files = [("etc/os-release", "ID=wolfi\n"), ("opt/packages", packages)];
        let image = SavedImage::new().layer(&files);
        image.links(&[("lib/apk/db/installed", "/opt/packages")])
    };
    let sandbox = Sandbox::new();
    let good = image("P:genuine\nV:1\n\n");
    sandbox.write("good.tar", save(&[good]).unwrap());
    sandbox.write("evil.tar", save(&[image("P:forged\nV:9\n\n")]).unwrap());
    let made = sandbox.shell(
        r#"set -e
        for name in good evil; do mkdir $name; tar -xf $name.tar -C $name; done
        layer() { grep -l P: $1/blobs/sha256/*; }
        mv "$(layer evil)" evil/"$(basename "$(layer good)")"
        mkdir -p first/blobs; mv evil first/blobs/sha256
        tar -cf both.tar -C first "$(cd good; layer .)"
        tar -rf both.tar -C good .
        gzip --keep both.tar"#,
    );
    assert_eq!((made.code, &*made.stderr), (Some(0), ""));
    for archive in ["good.tar", "both.tar", "both.tar.gz"] {
        for _cold_and_warm in 0..2 {
            let report = sandbox
                .run(&format!("image --input {archive} -f json"))
                .json();
            let packages = list(&report, "/Results/0/Packages").iter();
            let names: Vec<_> = packages.map(|package| text(package, "/Name")).collect();
            assert_eq!(names, ["genuine"], "{archive}");
        }
    }
}

/// An archive that is read through takes what begins like JSON for a document.
#[test]
fn a_layer_that_begins_like_json_is_a_layer() {
    let files = [("{", ""), ("lib/apk/db/installed", "P:a\nV:1\n\n")];
    let sandbox = Sandbox::new();
    sandbox.write("odd.tar", save(&[SavedImage::new().layer(&files)]).unwrap());
    assert_eq!(sandbox.shell("gzip --keep odd.tar").code, Some(0));
    for archive in ["odd.tar", "odd.tar.gz"] {
        let report = sandbox
            .run(&format!("image --input {archive} -f json"))
            .json();
        assert_eq!(list(&report, "/Results/0/Packages").len(), 1, "{archive}");
    }
}

#[test]
fn a_database_that_lists_nothing_says_so() {
    for (database, content) in [
        ("lib/apk/db/installed", "\n"),
        (
            "var/lib/dpkg/status",
            "Package: a\nStatus: purge ok not-installed\nVersion: 1\n",
        ),
    ] {
        let sandbox = Sandbox::new();
        let image = SavedImage::new().layer(&[(database, content)]);
        sandbox.write("empty.tar", save(&[image]).unwrap());
        let report = sandbox.run("image --input empty.tar -f json").json();
        let told = gaps(&report);
        let is_told = told
            .iter()
            .any(|why| why.ends_with("database lists no installed package"));
        assert!(is_told, "{told:?}");
    }
}

/// Each hides a package or a version from a reader that skips what it does not know.
#[test]
fn an_odd_database_is_no_success_for_a_strict_scan() {
    const DPKG: &str = "Package: a\nVersion: 1\n\n";
    for (path, content) in [
        ("var/lib/dpkg/status", "garbage\n"),
        (
            "var/lib/dpkg/status",
            &format!("{DPKG}#Package: b\n#Version: 2\n\n{DPKG}"),
        ),
        (
            "var/lib/dpkg/status",
            "Package: a\nVersion: 9\nVersion: 1\n",
        ),
        ("var/lib/dpkg/status.d", DPKG),
        ("var/lib/dpkg/status.d/folder/file", DPKG),
        ("lib/apk/db/installed", "P:a\nV:1\n\nP :b\nV :2\n"),
    ] {
        let sandbox = Sandbox::new();
        let image = SavedImage::new().layer(&[(path, content)]);
        sandbox.write("odd.tar", save(&[image]).unwrap());
        let run = sandbox.run("image --input odd.tar --strict");
        assert_eq!(run.code, Some(4), "{path}: {content:?}: {}", run.stdout);
    }
}

/// In an unpacked image nothing is mounted there.
#[test]
fn folders_of_the_kernel_hide_nothing_in_an_unpacked_root() {
    let sandbox = Sandbox::new();
    for folder in ["proc", "sys", "dev"] {
        sandbox.write(&format!("root/{folder}/app.jar"), "");
    }
    let report = sandbox.run("rootfs root -f json").json();
    let told = gaps(&report);
    assert!(
        told.contains(&"3 Java archives are here and were not read"),
        "{told:?}"
    );
}

#[derive(Clone, Copy)]
struct Want {
    packages: Option<usize>,
    may_succeed: bool,
    may_fail: bool,
}

fn check(file: &str, run: &Run, want: Want) {
    if run.code == Some(0) {
        assert!(want.may_succeed, "{file} must fail");
        let report = run.json();
        let packages = list(&report, "/Results/0/Packages").len();
        match UNREAD.iter().find(|row| row.0 == file) {
            Some((_, left, gap)) => {
                assert_eq!(packages, *left, "{file}");
                assert!(gaps(&report).contains(gap), "{file}: {:?}", gaps(&report));
            }
            None => assert_eq!(Some(packages), want.packages, "{file}"),
        }
        return;
    }
    assert_eq!(run.code, Some(3), "{file}: {}", run.stderr);
    assert!(want.may_fail, "{file} must not fail: {}", run.stderr);
    assert!(run.stderr.starts_with("error: "), "{file}: {}", run.stderr);
    assert!(
        !run.stderr.contains("internal error"),
        "{file}: {}",
        run.stderr
    );
    assert!(run.stderr.len() < 2000, "{file}: {}", run.stderr);
    assert_eq!(run.stdout, "", "{file}");
    if !want.may_succeed {
        let says = SAYS.iter().find(|row| row.0 == file);
        let (_, text) = says.unwrap_or_else(|| panic!("{file}: what must the error say?"));
        assert!(run.stderr.contains(text), "{file}: {}", run.stderr);
    }
}

fn gaps(report: &Value) -> Vec<&str> {
    let gaps = list(report, "/Seaworthy/Gaps").iter();
    gaps.map(|gap| text(gap, "/Why")).collect()
}

/// Scans with 20 seconds and 2 GB of address space, and proves that only the cache was written.
fn scan_bounded(archive: &Path) -> Run {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("tmp")).unwrap();
    let sandbox = sandbox.with("TMPDIR", "tmp");
    let run = sandbox.shell(&format!(
        r#"ulimit -v 2000000; exec timeout -s KILL 20 "$0" image --input {} --cache-dir cache -f json"#,
        archive.display()
    ));
    for (folder, may_hold) in [("", &[".git", "cache", "tmp"][..]), ("tmp", &[])] {
        for entry in fs::read_dir(sandbox.path(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(
                may_hold.contains(&&*name),
                "{} wrote {name}",
                archive.display()
            );
        }
    }
    run
}
