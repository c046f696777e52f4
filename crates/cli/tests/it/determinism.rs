//! The same image gives the same bytes: cold and warm, alone and in company, whatever befell the
//! cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use testkit::{SavedImage, save};

use crate::images::{crowd, shop, shop_sandbox};
use crate::program::{Sandbox, read};

#[test]
fn a_warm_cache_gives_the_bytes_of_a_cold_one() {
    for file in [
        "images/alpine-310.tar",
        "images/alpine-311.tar.gz",
        "images/multi-image-oci.tar",
        "images/multi-arch-dir",
        "images/slim-good.tar",
        "images/secrets-below.tar",
        "hostile/ok-gz.tar.gz",
        "hostile/ok-zst.tar.zst",
        "hostile/hardlink-db-lower-layer.tar",
        "hostile/name-64k.tar",
        "hostile/layer-gzip-bit-flip.tar",
        "hostile/legacy-same-layer-twice.tar",
    ] {
        if let Some(image) = testkit::corpus(file) {
            assert_same_when_warm(&image, "json");
            assert_same_when_warm(&image, "table");
        }
    }
}

/// Its environment and history hold secrets, which reach neither the cache nor a report.
#[test]
fn slow_a_warm_cache_gives_the_bytes_of_a_cold_one() {
    for file in [
        "images/bookworm-app-docker25-gz.tar",
        "images/bookworm-app-docker-legacy.tar.gz",
    ] {
        if let Some(image) = testkit::corpus(file) {
            assert_same_when_warm(&image, "json");
        }
    }
}

#[test]
fn a_damaged_layer_in_a_compressed_archive_is_told_of_every_time() {
    for (damaged, says) in [
        // a package's name: the layer is not what its digest says
        ("P:openssl", "digest is sha256:"),
        // a file's name: the tar's own checksum is wrong
        ("lib/apk/db/installed", "checksum mismatch"),
    ] {
        let sandbox = Sandbox::new();
        let mut archive = save(&[shop()]).unwrap();
        let mut places = archive.windows(damaged.len());
        let at = places.position(|bytes| bytes == damaged.as_bytes());
        archive[at.unwrap()] ^= 1;
        sandbox.write("bad.tar", archive);
        assert_eq!(sandbox.shell("gzip bad.tar").code, Some(0));
        let cold = sandbox.run("image --input bad.tar.gz");
        assert_eq!(cold.code, Some(3));
        assert!(cold.stderr.contains(says), "{}", cold.stderr);
        assert_eq!(sandbox.run("image --input bad.tar.gz"), cold);
    }
}

#[test]
fn what_little_memory_cut_is_not_remembered() {
    let sandbox = shop_sandbox();
    let scan = "image --input shop.tar -f json --cache-dir shared";
    let want = shop_sandbox().run(scan);
    let cut = sandbox.run(&format!("{scan} --memory 400"));
    assert!(cut.stdout.contains("more than 2 entries"), "{}", cut.stdout);
    assert_eq!(sandbox.run(scan), want);
    assert_eq!(sandbox.run(&format!("{scan} --memory 400")), cut);
}

/// Four databases, of which two fit: those on top, whatever was read first, and from wherever.
#[test]
fn what_all_layers_may_keep_is_the_same_every_time() {
    let database = |n: usize| format!("P:p{n}\nV:1\nT:{}\n\n", "x".repeat(7_000));
    let image = (0..4).fold(SavedImage::new().tag("shop/deep:1"), |image, n| {
        image.layer(&[("lib/apk/db/installed", &database(n))])
    });
    let sandbox = Sandbox::new();
    sandbox.write("deep.tar", save(&[image]).unwrap());
    assert_eq!(sandbox.shell("gzip --keep deep.tar").code, Some(0));
    let scan = |archive: &str| {
        let scan = format!("image --input {archive} -f json --memory 64k");
        let text = sandbox.run(&scan).stdout.replace("deep.tar.gz", "deep.tar");
        let mut report: Value = serde_json::from_str(&text).unwrap();
        // made from the name
        report["ReportID"] = Value::Null;
        report
    };
    let want = scan("deep.tar");
    let text = want.to_string();
    assert!(
        text.contains("p3@1") && text.contains("than 16384: 2"),
        "{text}"
    );
    for archive in ["deep.tar", "deep.tar.gz", "deep.tar.gz"] {
        assert_eq!(scan(archive), want, "{archive}");
    }
}

#[test]
fn the_trees_of_all_layers_have_a_limit_together() {
    let names: Vec<String> = (0..300).map(|n| format!("f{n}")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    let image = (0..6).fold(SavedImage::new(), |image, n| {
        image.layer(&[&files[..], &[("last", &n.to_string())]].concat())
    });
    let sandbox = Sandbox::new();
    sandbox.write("wide.tar", save(&[image]).unwrap());
    assert_eq!(sandbox.shell("gzip --keep wide.tar").code, Some(0));
    for archive in ["wide.tar", "wide.tar.gz"] {
        let scan = format!("image --input {archive} -f json");
        assert_eq!(sandbox.run(&scan).code, Some(0), "{archive}");
        let run = sandbox.run(&format!("{scan} --memory 64k"));
        let why = format!(
            "error: {archive}: the file trees of all layers take more than 65536 bytes together"
        );
        assert!(run.stderr.starts_with(&why), "{}", run.stderr);
        assert_eq!(run.code, Some(3));
    }
}

/// A path that is too long for anybody stands for a folder that may not be read.
#[test]
fn what_cannot_be_read_in_the_cache_is_passed_over() {
    let sandbox = shop_sandbox();
    let scan = "image --input shop.tar --cache-dir cache";
    assert_eq!(sandbox.run(scan).code, Some(0));
    let long = "x".repeat(250);
    for (place, records) in [("cache/lost+found", 2), ("cache/v*", 2)] {
        let run = sandbox.shell(&format!(
            "mkdir -p cache/lost+found; cd {place}; n=0
            while test $n -lt 20; do mkdir {long}; cd {long}; n=$((n+1)); done"
        ));
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let run = sandbox.run("cache status --cache-dir cache");
        let want = format!("{records} records");
        assert!(run.stdout.contains(&want), "{place}: {run:?}");
    }
    let run = sandbox.run("cache clean --cache-dir cache");
    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
    let run = sandbox.run("cache status --cache-dir cache");
    assert!(run.stdout.contains("0 records"), "{run:?}");
}

#[test]
fn many_processes_share_a_cache() {
    let sandbox = Sandbox::new();
    sandbox.write("crowd.tar", save(&[crowd(2000)]).unwrap());
    let scan = "image --input crowd.tar -f json --cache-dir shared";
    let runs: Vec<_> = (0..8)
        .map(|_| {
            let mut command = sandbox.command(scan);
            command.stdin(Stdio::null()).stdout(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    let want = sandbox.run(scan);
    for run in runs {
        let output = run.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert!(output.stdout == want.stdout.as_bytes(), "reports differ");
    }
    assert_eq!(
        files_below(&sandbox.path("shared/tmp")),
        Vec::<PathBuf>::new()
    );
}

#[test]
fn a_corrupt_record_is_as_good_as_absent() {
    for archive in ["shop.tar", "shop.tar.gz"] {
        let sandbox = shop_sandbox();
        assert_eq!(sandbox.shell("gzip --keep shop.tar").code, Some(0));
        let scan = format!("image --input {archive} -f json --cache-dir shared");
        let want = sandbox.run(&scan);
        let records = files_below(&sandbox.path("shared"));
        assert!(records.len() >= 2, "{records:?}");
        for record in &records {
            let whole = read(record);
            let mut flipped = whole.clone();
            flipped[whole.len() / 2] ^= 1;
            let mut of_nobody = whole.clone();
            of_nobody[0] ^= 1;
            let half = whole[..whole.len() / 2].to_vec();
            let longer = [&whole[..], b"more"].concat();
            for damage in [Vec::new(), b"x".to_vec(), half, flipped, of_nobody, longer] {
                fs::write(record, &damage).unwrap();
                assert_eq!(sandbox.run(&scan), want, "{} bytes", damage.len());
            }
            // not even a file
            fs::remove_file(record).unwrap();
            fs::create_dir(record).unwrap();
            assert_eq!(sandbox.run(&scan), want);
            fs::remove_dir(record).unwrap();
        }
    }
}

#[test]
fn a_cache_that_cannot_be_used_is_no_failure() {
    let sandbox = shop_sandbox();
    let want = sandbox.run("image --input shop.tar -f json");
    // as root no mode keeps anyone out, but a file is no folder
    for folder in [
        "shop.tar",
        "shop.tar/cache",
        "/dev/null/cache",
        "/proc/cache",
    ] {
        let run = sandbox.run(&format!(
            "image --input shop.tar -f json --cache-dir {folder}"
        ));
        assert_eq!(run, want, "{folder}");
        let input = sandbox.path("shop.tar");
        let piped = sandbox.run_piped(&format!("image --input - --cache-dir {folder}"), &input);
        assert_eq!((piped.code, &*piped.stderr), (Some(0), ""), "{folder}");
    }
    let homeless = sandbox.shell(r#"unset HOME; "$0" image --input shop.tar -f json"#);
    assert_eq!(homeless, want);
}

#[test]
fn slow_a_killed_run_leaves_nothing_that_counts() {
    let Some(image) = testkit::corpus("images/bookworm-base.tar") else {
        return;
    };
    let scan = format!(
        "image --input {} -f json --cache-dir shared",
        image.display()
    );
    let want = Sandbox::new().run(&scan);
    for milliseconds in ["0.02", "0.1", "0.2", "0.4", "0.6"] {
        let sandbox = Sandbox::new();
        sandbox.shell(&format!(r#"timeout -s KILL {milliseconds} "$0" {scan}"#));
        let run = sandbox.run(&scan);
        assert!(run == want, "killed after {milliseconds} s");
        // leftovers are known as such, and can be cleaned away
        sandbox.run("cache clean --cache-dir shared");
        assert_eq!(files_below(&sandbox.path("shared")), Vec::<PathBuf>::new());
    }
}

/// Scans twice with one cache, and once with another one.
fn assert_same_when_warm(image: &Path, format: &str) {
    let scan = format!("image --input {} #1 -f {format}", image.display());
    let sandbox = Sandbox::new();
    let cold = sandbox.run(&scan);
    for other in [sandbox.run(&scan), Sandbox::new().run(&scan)] {
        assert!(other == cold, "{}", image.display());
    }
}

/// Returns the files below a folder, none if there is no folder.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
