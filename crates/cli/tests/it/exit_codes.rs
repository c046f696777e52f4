//! Exit codes: what each switch makes of the same image, and the line that says why.

use crate::images::shop_sandbox;
use crate::program::{Run, Sandbox};

/// Arguments, exit code, and what the last line says.
const GATES: &[(&str, i32, &str)] = &[
    ("", 0, ""),
    ("--exit-code 0", 0, ""),
    ("--exit-code 7", 7, "findings (--exit-code)"),
    ("--skip-dirs lib --exit-code 7 --scanners vuln", 0, ""),
    // runs as root, and no fixes any more
    (
        "--skip-dirs lib --exit-code 7",
        7,
        "2 findings (--exit-code)",
    ),
    ("--scanners hygiene --exit-code 7 --rules MIN", 0, ""),
    (
        "--scanners hygiene --rules USR --fail-on severity>=medium",
        1,
        "severity>=medium: 1 finding: USR-ROOT",
    ),
    (
        "--scanners hygiene --rules USR --rule-severity USR-ROOT=LOW --exit-code 7",
        0,
        "",
    ),
    ("--fail-on severity>=high", 1, "severity>=high: "),
    ("--fail-on kev", 0, ""),
    (
        "--fail-on kev,severity>=high+fixable",
        1,
        "severity>=high+fixable: ",
    ),
    ("--fail-on kev+severity>=high", 0, ""),
    (
        "--fail-on severity>=high --exit-code 7",
        7,
        "severity>=high: ",
    ),
    ("--fail-on kev --exit-code 7", 0, ""),
    (
        "--fail-on severity>=high --exit-code 0",
        0,
        "severity>=high: ",
    ),
    (
        "--fail-on severity>=high --exit-code 0 --strict",
        4,
        "1 part of the target was not read (--strict)",
    ),
    ("--fail-on unscanned", 1, "unscanned: 1 gap"),
    ("--fail-on unscanned --skip-dirs usr/lib/python3", 0, ""),
    (
        "--fail-on uncovered --skip-dirs usr/lib/python3",
        1,
        "uncovered: 1 gap in what the advisories cover",
    ),
    ("--severity LOW --fail-on severity>=high", 0, ""),
    ("--fail-on eol", 1, "eol"),
    (
        "--exit-on-eol 9",
        9,
        "the distribution is past its end of life (--exit-on-eol)",
    ),
    (
        "--exit-on-eol 9 --exit-code 7",
        9,
        "the distribution is past its end of life (--exit-on-eol)",
    ),
    (
        "--strict",
        4,
        "1 part of the target was not read (--strict)",
    ),
    ("--strict=false", 0, ""),
    ("--strict --exit-code 7", 7, "findings (--exit-code)"),
    ("--strict --skip-dirs usr/lib/python3", 0, ""),
];

/// `shop.tar` has findings, is past its end of life, and has a package that nothing reads.
#[test]
fn each_gate_has_its_code_and_says_why() {
    let sandbox = shop_sandbox();
    for (arguments, code, why) in GATES {
        let run = scan(&sandbox, arguments);
        assert_eq!(run.code, Some(*code), "{arguments}: {}", run.stderr);
        let last = run.stderr.lines().last().unwrap_or_default();
        assert!(last.contains(why), "{arguments}: {last}");
        assert_eq!(last.is_empty(), why.is_empty(), "{arguments}: {last}");
        // the report is there whatever the gate says
        assert!(run.stdout.contains("alpine 3.10.4"), "{arguments}");
    }
}

#[test]
fn quiet_says_nothing_and_exits_the_same() {
    let sandbox = shop_sandbox();
    for (arguments, code) in [
        ("--exit-code 7", 7),
        ("--fail-on severity>=high", 1),
        ("--exit-on-eol 9", 9),
        ("--strict", 4),
    ] {
        let run = scan(&sandbox, &format!("{arguments} --quiet"));
        assert_eq!((run.code, &*run.stderr), (Some(code), ""), "{arguments}");
    }
}

/// The clock decides about age and end of life; `SOURCE_DATE_EPOCH` stands for it.
#[test]
fn the_clock_can_be_set() {
    // 2020-06-01 and 2035-01-01
    let (then, later) = ("1590969600", "2051222400");
    for (clock, arguments, code) in [
        (then, "--exit-on-eol 9", 0),
        (later, "--exit-on-eol 9", 9),
        (then, "--db-max-age 5d", 0),
        ("yesterday", "", 2),
        (later, "--db-max-age 5d", 3),
        (later, "--db-max-age 99999d", 0),
    ] {
        let sandbox = shop_sandbox().with("SOURCE_DATE_EPOCH", clock);
        let run = scan(&sandbox, arguments);
        assert_eq!(run.code, Some(code), "{clock} {arguments}: {}", run.stderr);
    }
    let run = shop_sandbox().run("image --input shop.tar -f json");
    assert!(
        run.stdout
            .contains(r#""CreatedAt": "2026-11-25T12:00:00Z""#)
    );
}

#[test]
fn old_data_is_refused_only_where_a_limit_is_given() {
    let sandbox = shop_sandbox().with("SOURCE_DATE_EPOCH", "2051222400");
    assert_eq!(scan(&sandbox, "").code, Some(0));
    let run = scan(&sandbox, "--db-max-age 5d");
    let (first, rest) = run.stderr.split_once('\n').unwrap();
    assert!(first.starts_with("error: the data of "), "{first}");
    assert!(
        first.ends_with(" days old, the limit is 5 days (--db-max-age)"),
        "{first}"
    );
    assert_eq!(
        rest,
        "  next      seaworthy db update; offline: seaworthy db import FILE\n"
    );
    assert_eq!(run.stdout, "");
}

#[test]
fn help_and_version_are_no_failures() {
    let sandbox = Sandbox::new();
    for (arguments, code) in [
        ("--help", 0),
        ("--version", 0),
        ("help", 0),
        ("image --help", 0),
        ("version", 0),
        ("db status", 0),
        ("db verify", 0),
        ("cache status", 0),
        ("cache clean", 0),
        ("completion bash", 0),
        ("man image", 0),
        ("", 2),
        ("cache", 2),
        ("man nothing", 2),
    ] {
        let run = sandbox.run(arguments);
        assert_eq!(run.code, Some(code), "{arguments}: {}", run.stderr);
        assert_eq!(run.stdout.is_empty(), code != 0, "{arguments}");
        assert_eq!(run.stderr.is_empty(), code == 0, "{arguments}");
    }
}

fn scan(sandbox: &Sandbox, arguments: &str) -> Run {
    sandbox.run(&format!("image --input shop.tar {arguments}"))
}
