//! Where reports go: files, standard output, several at once, with and without colour.

use serde_json::Value;
use testkit::save;

use crate::images::{crowd, shop_sandbox};
use crate::program::{Sandbox, list, text};

#[test]
fn one_scan_writes_several_reports() {
    let sandbox = shop_sandbox();
    let run = sandbox.run("image --input shop.tar -o json=a.json -o table=- -o b.txt");
    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
    let report: Value = serde_json::from_str(&sandbox.read("a.json")).unwrap();
    assert_eq!(text(&report, "/ArtifactName"), "shop.tar");
    assert!(
        run.stdout.starts_with("shop.tar  sha256:"),
        "{}",
        run.stdout
    );
    // without a format of its own a file gets that of `--format`
    assert_eq!(sandbox.read("b.txt"), run.stdout);
    let run = sandbox.run("image --input shop.tar -f json -o ./odd=name.json");
    assert_eq!((run.code, &*run.stdout), (Some(0), ""));
    assert_eq!(sandbox.read("odd=name.json"), sandbox.read("a.json"));
}

#[test]
fn a_report_that_cannot_be_written_is_a_failure() {
    let sandbox = shop_sandbox();
    for (line, first) in [
        (
            r#""$0" image --input shop.tar -o /dev/full"#,
            "error: /dev/full: No space left on device (os error 28)",
        ),
        (
            r#""$0" image --input shop.tar > /dev/full"#,
            "error: standard output: No space left on device (os error 28)",
        ),
        (
            r#""$0" image --input shop.tar -f json > /dev/full"#,
            "error: standard output: No space left on device (os error 28)",
        ),
        (
            r#""$0" version > /dev/full"#,
            "error: standard output: No space left on device (os error 28)",
        ),
        (
            r#""$0" image --input shop.tar -o json=none/a.json"#,
            "error: none/a.json: No such file or directory (os error 2)",
        ),
    ] {
        let run = sandbox.shell(line);
        assert_eq!(run.stderr.lines().next(), Some(first), "{line}");
        assert_eq!(run.code, Some(3), "{line}");
    }
}

#[test]
fn two_reports_for_one_place_are_refused() {
    for (arguments, place) in [
        ("-o json=x -o table=x", "x"),
        ("-o json=x -o table=./x", "./x"),
        ("-o json=old -o table=link", "link"),
        ("-o json=old -o table=hard", "hard"),
        ("-o json=folder/../x -o x", "x"),
        ("-o json=- -o table=-", "standard output"),
        ("-o json=x -o table=y", ""),
        ("-o json=x -o folder/x -o table=-", ""),
        ("-o json=/dev/null -o table=/dev/null", ""),
    ] {
        let run = shop_sandbox().shell(&format!(
            r#"mkdir folder; echo old > old; ln -s old link; ln old hard;
            "$0" image --input shop.tar {arguments} > /dev/null; code=$?; cat old; exit $code"#
        ));
        let (code, stderr) = if place.is_empty() {
            (0, String::new())
        } else {
            let next = "give each report a file of its own";
            let error =
                format!("error: {place}: two reports go there (--output)\n  next      {next}\n");
            (2, error)
        };
        assert_eq!((run.code, run.stderr), (Some(code), stderr), "{arguments}");
        assert_eq!(run.stdout, "old\n", "{arguments}");
    }
}

/// A limit on files stands for a full disk.
#[test]
fn a_report_that_does_not_fit_leaves_what_was_there() {
    for (before, after) in [("", ""), ("echo old > a.json;", "a.json old\n")] {
        let run = shop_sandbox().shell(&format!(
            r#"{before} trap '' XFSZ; ulimit -f 1
            "$0" image --input shop.tar -f json -o a.json 2> /dev/null; code=$?
            for file in a.json .sea*; do test -f $file && echo "$file $(cat $file)"; done
            exit $code"#
        ));
        assert_eq!((run.code, &*run.stdout), (Some(3), after), "{before}");
    }
}

#[test]
fn a_report_takes_the_place_and_the_rights_of_the_one_before() {
    for (before, want) in [
        ("", "-rw-r-----"),
        ("echo old > a.json; chmod 604 a.json;", "-rw----r--"),
        ("echo old > b; ln -s b a.json; chmod 600 b;", "lrwxrwxrwx"),
        ("ln -s b a.json;", "lrwxrwxrwx"),
        ("echo old > b; ln b a.json;", "-rw-r-----"),
        ("mkfifo a.json; cat a.json > b &", "prw-r-----"),
    ] {
        let run = shop_sandbox().shell(&format!(
            r#"umask 027; {before} "$0" image --input shop.tar -f json -o a.json || exit
            wait; ls -l a.json | cut -c 1-10; if test -e b; then head -c 1 b; else head -c 1 a.json; fi"#
        ));
        assert_eq!(
            (run.code, run.stdout),
            (Some(0), format!("{want}\n{{")),
            "{before}"
        );
    }
}

#[test]
fn a_reader_who_goes_away_is_no_failure() {
    let sandbox = Sandbox::new();
    // more than a pipe holds
    sandbox.write("crowd.tar", save(&[crowd(1000)]).unwrap());
    for format in ["table --wide", "json"] {
        let run = sandbox.shell(&format!(
            r#"{{ "$0" image --input crowd.tar -f {format}; echo $? > code; }} | head -1"#
        ));
        assert_eq!(run.stdout.lines().count(), 1, "{format}");
        assert_eq!(run.stderr, "", "{format}");
        assert_eq!(sandbox.read("code"), "0\n", "{format}");
    }
    // a gate is heard even so
    let run = sandbox.shell(
        r#"{ "$0" image --input crowd.tar -f json --exit-code 7; echo $? > code; } | head -1"#,
    );
    assert!(
        run.stderr.ends_with("findings (--exit-code)\n"),
        "{}",
        run.stderr
    );
    assert_eq!(sandbox.read("code"), "7\n");
}

#[test]
fn colour_is_for_terminals_and_for_who_asks() {
    for (name, value, arguments, is_coloured) in [
        ("TERM", "xterm", "", false),
        ("CLICOLOR_FORCE", "1", "", true),
        ("CLICOLOR_FORCE", "0", "", false),
        ("CLICOLOR_FORCE", "1", "--color never", false),
        ("TERM", "xterm", "--color always", true),
        ("NO_COLOR", "1", "--color always", true),
        ("NO_COLOR", "1", "", false),
    ] {
        let sandbox = shop_sandbox().with(name, value);
        let run = sandbox.run(&format!(
            "image --input shop.tar -o table=- -o table=a.txt {arguments}"
        ));
        assert_eq!(
            run.stdout.contains('\x1b'),
            is_coloured,
            "{name} {arguments}"
        );
        assert!(
            !sandbox.read("a.txt").contains('\x1b'),
            "a file has no colour"
        );
    }
    let both = shop_sandbox()
        .with("NO_COLOR", "1")
        .with("CLICOLOR_FORCE", "1");
    assert!(!both.run("image --input shop.tar").stdout.contains('\x1b'));
}

#[test]
fn what_is_skipped_is_not_looked_at() {
    for (arguments, packages, is_python_seen) in [
        ("", 1, true),
        ("--skip-files lib/apk/db/installed", 0, true),
        ("--skip-files /lib/apk/db/*", 0, true),
        ("--skip-files installed", 1, true),
        ("--skip-files **/installed,**/METADATA", 0, false),
        ("--skip-dirs lib", 0, true),
        ("--skip-dirs /lib/apk/", 0, true),
        ("--skip-dirs lib/ap", 1, true),
        ("--skip-dirs ./lib", 0, true),
        ("--skip-dirs .//lib//apk/.", 0, true),
        ("--skip-dirs .", 1, true),
        ("--skip-files ./lib/apk/db/installed", 0, true),
        ("--skip-files lib//apk/db/installed", 0, true),
        ("--skip-dirs **/site-packages", 1, false),
    ] {
        let run = shop_sandbox().run(&format!("image --input shop.tar -f json {arguments}"));
        let report = run.json();
        let found = list(&report, "/Results/0/Packages").len();
        assert_eq!(found, packages, "{arguments}");
        let mut gaps = list(&report, "/Seaworthy/Gaps").iter();
        let is_seen = gaps.any(|gap| text(gap, "/Why").contains("Python"));
        assert_eq!(is_seen, is_python_seen, "{arguments}");
    }
}

#[test]
fn packages_are_listed_unless_unwanted() {
    let sandbox = shop_sandbox();
    for (arguments, count) in [
        ("", 1),
        ("--list-all-pkgs", 1),
        ("--list-all-pkgs=false", 0),
    ] {
        let report = sandbox
            .run(&format!("image --input shop.tar -f json {arguments}"))
            .json();
        assert_eq!(
            list(&report, "/Results/0/Packages").len(),
            count,
            "{arguments}"
        );
        assert!(
            !list(&report, "/Results/0/Vulnerabilities").is_empty(),
            "{arguments}"
        );
    }
}
