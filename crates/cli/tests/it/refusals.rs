//! What cannot be scanned or asked: the whole message, as its reader sees it, and the exit code.

use serde_json::Value;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use testkit::{SavedImage, save};

use crate::images::{shop, shop_sandbox};
use crate::program::{Sandbox, list, read, text, without_digests};

/// Arguments, exit code, standard error.
type Refusal = (&'static str, i32, &'static str);

/// Each says what, where, why, and what to do next.
const TARGETS: &[Refusal] = &[
    (
        "image --input missing.tar",
        3,
        "error: missing.tar: No such file or directory (os error 2)
  next      check the path
",
    ),
    (
        "image --input folder",
        3,
        "error: folder is no OCI layout: it has neither index.json nor manifest.json
  next      for an unpacked root file system: seaworthy rootfs folder
",
    ),
    (
        "image --input notes.txt",
        3,
        "error: notes.txt is not an image archive: the tar archive ends early, at byte 6
  next      give a file that `docker save`, skopeo or buildx wrote
",
    ),
    (
        "image --input /dev/null",
        3,
        "error: /dev/null is not an image archive: no manifest.json or index.json among its 0 members; to scan a directory use: rootfs
  next      give a file that `docker save`, skopeo or buildx wrote
",
    ),
    (
        "image shop.tar",
        2,
        "error: `shop.tar` is a file: archives are given with --input
  next      seaworthy image --input shop.tar
",
    ),
    (
        "image 127.0.0.1:1/nginx:1.27",
        3,
        "error: http://127.0.0.1:1/v2/nginx/manifests/1.27: Connection refused (os error 111)
  next      check the name of the registry, the network and HTTPS_PROXY
",
    ),
    (
        "image UPPER",
        2,
        "error: `UPPER` is not an image name: its repository is malformed; it takes lower-case letters, digits, - _ . /
",
    ),
    (
        "image a..b/nginx",
        2,
        "error: `a..b/nginx` is not an image name: its registry is malformed; it is a host, perhaps with a port, such as a.io:5000 or [::1]:5000
",
    ),
    (
        "image",
        2,
        "error: nothing to scan
  next      seaworthy image NAME, or image --input FILE
",
    ),
    (
        "image --input shop.tar shop/api:1.5",
        3,
        "error: no image here is called `shop/api:1.5`
  found     #1 shop/api:1.4  linux/amd64  [DIGEST]
  next      name one of them: image --input FILE '#1' (or its tag or digest)
",
    ),
    (
        "image --input shop.tar --timeout 0s",
        3,
        "error: shop.tar: not done within 0 s (--timeout)
  next      allow more time: --timeout 30m
",
    ),
    (
        "image --input shop.tar --memory 1",
        3,
        "error: shop.tar: the file trees of all layers take more than 1 bytes together (--memory)
  next      allow more: --memory 2g
",
    ),
    (
        "image --input /dev/zero",
        3,
        "error: /dev/zero is not an image archive: no manifest.json or index.json among its 0 members; to scan a directory use: rootfs
  next      give a file that `docker save`, skopeo or buildx wrote
",
    ),
    (
        "image --input empty",
        3,
        "error: empty: no image here: neither index.json nor manifest.json names one
  next      give an archive that `docker save`, skopeo or buildx wrote
",
    ),
    (
        "rootfs missing",
        3,
        "error: missing: No such file or directory (os error 2)
  next      check the path
",
    ),
    (
        "rootfs shop.tar",
        3,
        "error: shop.tar: it is no folder
  next      to scan an archive use: seaworthy image --input FILE
",
    ),
];

#[test]
fn a_target_that_cannot_be_scanned() {
    let sandbox = shop_sandbox();
    fs::create_dir(sandbox.path("folder")).unwrap();
    sandbox.write("notes.txt", "hello\n");
    sandbox.write("empty/manifest.json", "[]");
    check(&sandbox, TARGETS);
}

/// The tar in it ends before what is missing or wrong does: only the check value tells.
#[test]
fn a_compressed_archive_that_lost_its_end() {
    let sandbox = shop_sandbox();
    assert_eq!(sandbox.shell("gzip -n --keep shop.tar").code, Some(0));
    let whole = read(&sandbox.path("shop.tar.gz"));
    let flipped = |from_end: usize| {
        let mut bytes = whole.clone();
        let at = bytes.len() - from_end;
        bytes[at] ^= 1;
        bytes
    };
    let cut = |from_end: usize| whole[..whole.len() - from_end].to_vec();
    for bytes in [cut(1), cut(4), cut(8), cut(9), flipped(1), flipped(5)] {
        sandbox.write("bad.tar.gz", bytes);
        for scan in ["image --input bad.tar.gz", "image --input -"] {
            let run = sandbox.run_piped(scan, &sandbox.path("bad.tar.gz"));
            assert_eq!((run.code, &*run.stdout), (Some(3), ""), "{scan}");
        }
    }
}

/// Docker takes the last one, skopeo the first.
#[test]
fn an_archive_with_two_lists_of_images() {
    let sandbox = shop_sandbox();
    let other = save(&[shop()]).unwrap();
    sandbox.write("other/manifest.json", "[]");
    sandbox.write("twice.tar", other);
    let add = "tar --append --file twice.tar --directory other manifest.json";
    assert_eq!(sandbox.shell(add).code, Some(0));
    let run = sandbox.run("image --input twice.tar");
    assert_eq!(run.code, Some(3));
    let want = "it holds `manifest.json` twice, and readers disagree which one counts";
    assert!(run.stderr.contains(want), "{}", run.stderr);
}

/// The first line of each; what follows is `clap`'s usage text.
const QUESTIONS: &[Refusal] = &[
    (
        "image a.example/b:1 --hosts-dir nothere",
        2,
        "error: nothere: there is no such folder",
    ),
    (
        "image --severty HIGH",
        2,
        "error: unexpected argument '--severty' found",
    ),
    (
        "--frobnicate",
        2,
        "error: unexpected argument '--frobnicate' found",
    ),
    (
        "imag --input shop.tar",
        2,
        "error: unrecognized subcommand 'imag'",
    ),
    (
        "image --severity HIHG",
        2,
        "error: invalid value 'HIHG' for '--severity <LIST>': `HIHG` is none of UNKNOWN, LOW, MEDIUM, HIGH, CRITICAL",
    ),
    (
        "image --severity HIGH,LOWW",
        2,
        "error: invalid value 'LOWW' for '--severity <LIST>': `LOWW` is none of UNKNOWN, LOW, MEDIUM, HIGH, CRITICAL",
    ),
    (
        "image --ignore-status wontfix",
        2,
        "error: invalid value 'wontfix' for '--ignore-status <LIST>': `wontfix` is none of unknown, not_affected, affected, fixed, under_investigation, will_not_fix, fix_deferred, end_of_life",
    ),
    (
        "image --fail-on severity>=hihg",
        2,
        "error: invalid value 'severity>=hihg' for '--fail-on <RULE>': `severity>=hihg` is not an expression: `hihg` is none of UNKNOWN, LOW, MEDIUM, HIGH, CRITICAL",
    ),
    (
        "image --timeout soon",
        2,
        "error: invalid value 'soon' for '--timeout <TIME>': `soon` is not a duration such as 90s, 5m, 1h30m or 5d",
    ),
    (
        "image --memory lots",
        2,
        "error: invalid value 'lots' for '--memory <SIZE>': `lots` is not a size such as 512m or 2g",
    ),
    (
        "image --output jsn=report.json",
        2,
        "error: invalid value 'jsn=report.json' for '--output <[FORMAT=]PATH>': `jsn` is none of the formats github, gitlab, json, junit, markdown, sarif, table",
    ),
    (
        "image --format jsn",
        2,
        "error: invalid value 'jsn' for '--format <FORMAT>'",
    ),
    (
        "image --exit-code 300",
        2,
        "error: invalid value '300' for '--exit-code <N>': 300 is not in 0..=255",
    ),
    (
        "image --input shop.tar --platform arm",
        2,
        "error: `arm` is not a platform of the form os/architecture[/variant], such as linux/arm64/v8",
    ),
    (
        "image --input shop.tar --skip-files [a",
        2,
        "error: invalid value '[a' for '--skip-files <GLOBS>': syntax error in pattern",
    ),
    (
        "image --input shop.tar --skip-dirs [",
        2,
        "error: invalid value '[' for '--skip-dirs <GLOBS>': syntax error in pattern",
    ),
    (
        "image --input=",
        2,
        "error: a value is required for '--input <FILE>' but none was supplied",
    ),
    (
        "image --input shop.tar --output=",
        2,
        "error: invalid value '' for '--output <[FORMAT=]PATH>': it names no file",
    ),
    (
        "image --input shop.tar -o json=",
        2,
        "error: invalid value 'json=' for '--output <[FORMAT=]PATH>': it names no file",
    ),
];

#[test]
fn a_question_that_makes_no_sense() {
    let sandbox = shop_sandbox();
    for (arguments, code, first_line) in QUESTIONS {
        let run = sandbox.run(arguments);
        let got = run.stderr.lines().next().unwrap_or_default();
        assert_eq!((got, run.code), (*first_line, Some(*code)), "{arguments}");
        assert_eq!(run.stdout, "", "{arguments}");
    }
}

#[test]
fn what_is_misspelt_or_missing_is_proposed() {
    let sandbox = Sandbox::new();
    for (arguments, proposed) in [
        ("serve --tls-cert x", "  --tls-key <FILE>\n"),
        (
            "image --severty HIGH",
            "a similar argument exists: '--severity'",
        ),
        (
            "image --ignore-unfixd",
            "a similar argument exists: '--ignore-unfixed'",
        ),
        ("image --format jsn", "a similar value exists: 'json'"),
        ("rootfss .", "a similar subcommand exists: 'rootfs'"),
    ] {
        let stderr = sandbox.run(arguments).stderr;
        assert!(stderr.contains(proposed), "{arguments}: {stderr}");
    }
}

/// The database that is built in, as a file.
fn snapshot() -> Vec<u8> {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../advisory/data/snapshot.swdb"))
}

const DATABASES: &[Refusal] = &[
    (
        "image --input shop.tar --db missing.swdb",
        3,
        "error: database missing.swdb: No such file or directory (os error 2)
  next      check --db, or leave it out to use the database that is built in
",
    ),
    (
        "image --input shop.tar --db text.swdb",
        3,
        "error: advisory database: these are not the bytes of an advisory database
  found in  text.swdb
  next      name a file that db build, db export or db sign wrote
",
    ),
    (
        "image --input shop.tar --db cut.swdb",
        3,
        "error: advisory database: it ends too early
  next      fetch or build the database again
  found in  cut.swdb
",
    ),
    (
        "image --input shop.tar --db flipped.swdb",
        3,
        "error: advisory database: its digest does not fit its bytes
  next      fetch or build the database again
  found in  flipped.swdb
",
    ),
    (
        "image --input shop.tar --db newer.swdb",
        3,
        "error: advisory database: its format 200 is newer than format 3, the newest that this program reads
  next      update seaworthy, or use an older database
  found in  newer.swdb
",
    ),
];

#[test]
fn a_database_that_cannot_be_used() {
    let sandbox = shop_sandbox();
    let whole = snapshot();
    sandbox.write("text.swdb", "not a database");
    sandbox.write("cut.swdb", &whole[..100]);
    let with_byte = |at: usize, byte: u8| {
        let mut bytes = whole.clone();
        bytes[at] = byte;
        bytes
    };
    // the format follows the magic, the head follows its digest
    sandbox.write("newer.swdb", with_byte(4, 200));
    sandbox.write("flipped.swdb", with_byte(50, whole[50] ^ 1));
    check(&sandbox, DATABASES);
    sandbox.write("whole.swdb", whole);
    let run = sandbox.run("image --input shop.tar --db whole.swdb");
    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
}

/// Wherever a byte is wrong: either nothing is scanned, or the report says what it may hide, or it
/// is the report of the whole database.
#[test]
fn a_database_that_is_damaged_inside() {
    let sandbox = shop_sandbox();
    let whole = snapshot();
    let scan = "image --input shop.tar -f json";
    sandbox.write("whole.swdb", &whole);
    let want = sandbox.run(&format!("{scan} --db whole.swdb")).json();
    for place in 1..40 {
        let mut bytes = whole.clone();
        bytes[whole.len() * place / 40] ^= 0x55;
        sandbox.write("damaged.swdb", bytes);
        let run = sandbox.run(&format!("{scan} --db damaged.swdb"));
        if run.code == Some(3) && run.stdout.is_empty() {
            assert!(
                run.stderr.contains("its digest does not fit its bytes"),
                "{}",
                run.stderr
            );
            continue;
        }
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        let is_said = list(&report, "/Seaworthy/Gaps")
            .iter()
            .any(|gap| text(gap, "/Kind") == "damaged");
        assert!(is_said || report == want, "damaged at {place} of 40");
        assert_eq!(run.code, Some(if is_said { 3 } else { 0 }));
    }
    let verified = sandbox.run("db verify --db damaged.swdb");
    assert!(verified.stderr.contains("1 problem"), "{}", verified.stderr);
    assert_eq!((verified.code, &*verified.stdout), (Some(3), ""));
}

#[test]
fn a_pipe_that_stalls_is_waited_for_until_time_is_over() {
    let archive = save(&[shop()]).unwrap();
    for (input, beginning) in [("-", &[][..]), ("-", &archive[..999]), ("/dev/stdin", &[])] {
        let arguments = format!("image --input {input} --timeout 1s");
        let run = Sandbox::new().run_stalled(&arguments, beginning);
        let refusal = format!(
            "error: {input}: not done within 1 s (--timeout)
  next      allow more time: --timeout 30m
"
        );
        assert_eq!((run.code, run.stderr), (Some(3), refusal));
    }
}

/// What opens only when somebody writes: every place where a file may be named.
#[test]
fn a_pipe_that_nobody_writes_to_is_not_waited_for_for_ever() {
    for (arguments, code, first) in [
        (
            "image --input f --timeout 1s",
            3,
            "error: f: not done within 1 s (--timeout)",
        ),
        ("rootfs f --timeout 1s", 3, "error: f: it is no folder"),
        (
            "image --input shop.tar --db f",
            3,
            "error: database f: it is a pipe, and a file is wanted",
        ),
        (
            "db verify --db f",
            3,
            "error: database f: it is a pipe, and a file is wanted",
        ),
        (
            "image --input shop.tar --config f",
            2,
            "error: configuration f: it is a pipe, and a file is wanted",
        ),
    ] {
        let run = shop_sandbox().shell(&format!(r#"mkfifo f; timeout 20 "$0" {arguments}"#));
        let got = run.stderr.lines().next();
        assert_eq!((run.code, got), (Some(code), Some(first)), "{arguments}");
    }
    let run = shop_sandbox().shell(r#"mkfifo f; cat shop.tar > f & "$0" image --input f"#);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
}

#[test]
fn a_long_list_of_images_is_cut_and_counted() {
    let sandbox = Sandbox::new();
    let images: Vec<_> = (0..23)
        .map(|n| {
            SavedImage::new()
                .tag(&format!("a:{n}"))
                .label("n", &n.to_string())
        })
        .collect();
    sandbox.write("many.tar", save(&images).unwrap());
    let run = sandbox.run("image --input many.tar");
    let lines: Vec<_> = run.stderr.lines().collect();
    assert_eq!((run.code, lines.len()), (Some(3), 23));
    assert!(
        lines[20].starts_with("  found     #20 a:19"),
        "{}",
        lines[20]
    );
    assert_eq!(lines[21], "  found     3 more that are not listed");
}

#[test]
fn what_may_not_be_read() {
    let sandbox = shop_sandbox();
    let none = fs::Permissions::from_mode(0o0);
    fs::set_permissions(sandbox.path("shop.tar"), none).unwrap();
    if File::open(sandbox.path("shop.tar")).is_ok() {
        println!("skipped: this user may read everything");
        return;
    }
    let refusal = "error: shop.tar: Permission denied (os error 13)
  next      run as a user who may read it
";
    check(&sandbox, &[("image --input shop.tar", 3, refusal)]);
}

#[track_caller]
fn check(sandbox: &Sandbox, refusals: &[Refusal]) {
    for (arguments, code, stderr) in refusals {
        let run = sandbox.run(arguments);
        assert_eq!(without_digests(&run.stderr), *stderr, "{arguments}");
        assert_eq!((run.code, &*run.stdout), (Some(*code), ""), "{arguments}");
    }
}
