//! `diff`, `--baseline` and `explain` of problems: what is new, and why something is told or not.

use serde_json::Value;
use testkit::{SavedImage, save};

use crate::images::shop_sandbox;
use crate::program::{Run, Sandbox};

const ALPINE: (&str, &str) = ("etc/os-release", "ID=alpine\nVERSION_ID=3.10.4\n");
const KEY: &str = "aws_access_key_id = AKIAQYLPMN5HHHFPZAM2\naws_secret_access_key = 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\n";

/// Returns a folder with `old.tar` and `new.tar`, which has a newer openssl, a secret and a user.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let image = |version: &str| {
        let installed = format!("P:openssl\nV:{version}\nA:x86_64\no:openssl\n\n");
        SavedImage::new()
            .tag("shop/api:1")
            .layer(&[ALPINE, ("lib/apk/db/installed", &installed)])
    };
    sandbox.write("old.tar", save(&[image("1.1.1d-r2")]).unwrap());
    let new = image("1.1.1g-r0").layer(&[("app/.aws/credentials", KEY)]);
    sandbox.write("new.tar", save(&[new]).unwrap());
    sandbox
}

fn counts(run: &Run) -> String {
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    let count = |name: &str| told["Counts"][name].to_string();
    let added = told["Added"].as_array().unwrap().iter();
    let added =
        added.map(|it| format!("{} {} {}", it["Kind"], it["ID"], it["Subject"]).replace('"', ""));
    let added: Vec<String> = added.collect();
    format!(
        "{} {} {}: {}",
        count("Added"),
        count("Fixed"),
        count("Unchanged"),
        added.join(", ")
    )
}

#[test]
fn what_is_new_is_told_from_what_is_mended() {
    let sandbox = sandbox();
    let diff = |arguments: &str| sandbox.run(&format!("diff {arguments} -f json"));
    let forward = counts(&diff("old.tar new.tar --severity CRITICAL,HIGH"));
    assert!(
        forward.starts_with("1 1 ")
            && forward.ends_with(": secret aws-secret-key /app/.aws/credentials"),
        "{forward}"
    );
    let back = counts(&diff("new.tar old.tar --severity CRITICAL,HIGH"));
    assert!(
        back.starts_with("1 1 ") && back.ends_with(": problem CVE-2020-1967 openssl"),
        "{back}"
    );
    for (name, path) in [("old", "old.tar"), ("new", "new.tar")] {
        sandbox.run(&format!("image --input {path} -f json -o {name}.json"));
    }
    sandbox.write("any.json", "{\"a\": 1}");
    sandbox.write("all.json", "[]");
    // a report and what it is of are the same
    assert_eq!(
        counts(&diff("old.json new.json")),
        counts(&diff("old.tar new.tar"))
    );
    assert!(counts(&diff("new.json new.tar")).starts_with("0 0 "));
    for (arguments, code) in [
        ("diff old.json new.json --exit-code 5", 5),
        ("diff new.json new.json --exit-code 5", 0),
        (
            "diff new.json old.json --exit-code 5 --severity CRITICAL",
            0,
        ),
        ("diff old.json none.tar", 3),
        ("diff old.json any.json", 3),
        ("diff old.json all.json", 3),
        ("diff old.json", 2),
    ] {
        assert_eq!(sandbox.run(arguments).code, Some(code), "{arguments}");
    }
    let text = sandbox.run("diff old.tar new.tar").stdout;
    assert!(
        text.starts_with("old  old.tar (alpine 3.10.4), data built in\nnew  new.tar (alpine 3.10.4), data built in\n\nADDED "),
        "{text}"
    );
    assert!(
        text.contains(
            "\n  HIGH      problem CVE-2020-1967        openssl 1.1.1d-r2, fixed in 1.1.1g-r0\n"
        ),
        "{text}"
    );
}

#[test]
fn what_was_known_does_not_count_for_the_gate() {
    let sandbox = sandbox();
    sandbox.run("image --input old.tar -f json -o old.json");
    sandbox.run("image --input new.tar -f json -o new.json");
    sandbox.write("any.json", "{\"a\": 1}");
    sandbox.write("all.json", "[]");
    for (arguments, code, says) in [
        (
            "--input old.tar --baseline old.json --exit-code 1",
            0,
            "of the baseline left out",
        ),
        (
            "--input new.tar --baseline new.json --exit-code 1",
            0,
            "of the baseline left out",
        ),
        (
            "--input new.tar --baseline old.json --fail-on severity>=high",
            1,
            "severity>=high",
        ),
        (
            "--input old.tar --baseline new.json --fail-on severity>=high",
            1,
            "CVE-2020-1967",
        ),
        (
            "--input old.tar --baseline old.tar --exit-code 1",
            0,
            "of the baseline left out",
        ),
        (
            "--input new.tar --baseline old.tar --fail-on severity>=high",
            1,
            "severity>=high",
        ),
        ("--input old.tar --baseline none.tar", 3, "none.tar: "),
        ("--input old.tar --baseline any.json", 3, "it is no report"),
        (
            "--input old.tar --baseline all.json",
            3,
            "a list of reports",
        ),
    ] {
        let run = sandbox.run(&format!("image {arguments}"));
        assert_eq!(run.code, Some(code), "{arguments}: {}", run.stderr);
        assert!(run.stderr.contains(says), "{arguments}: {}", run.stderr);
    }
}

#[test]
fn what_nobody_looked_for_before_is_not_new() {
    let sandbox = sandbox();
    sandbox.run("image --input new.tar --scanners vuln -f json -o vuln.json");
    sandbox.run("image --input new.tar --scanners vuln,hygiene -f json -o open.json");
    sandbox.run("image --input new.tar --scanners secret -f json -o secret.json");
    sandbox.run("image --input new.tar -f json -o all.json");
    for (arguments, code, says) in [
        (
            "secret.json --exit-code 1",
            0,
            "of what it did not look for: vuln, hygiene (--baseline)",
        ),
        (
            "vuln.json --exit-code 1",
            0,
            "of what it did not look for: secret, hygiene (--baseline)",
        ),
        (
            "open.json --exit-code 1",
            0,
            "of what it did not look for: secret (--baseline)",
        ),
        (
            "all.json --exit-code 1",
            0,
            "of the baseline left out (--baseline)",
        ),
    ] {
        let run = sandbox.run(&format!("image --input new.tar --baseline {arguments}"));
        assert_eq!(run.code, Some(code), "{arguments}: {}", run.stderr);
        assert!(run.stderr.contains(says), "{arguments}: {}", run.stderr);
    }
    for (arguments, says) in [
        ("vuln.json all.json", "did not look for it: secret, hygiene"),
        (
            "vuln.json secret.json",
            "did not look for it: vuln, secret\n",
        ),
        ("all.json vuln.json", "did not look for it: secret, hygiene"),
        ("open.json all.json", "did not look for it: secret\n"),
    ] {
        let run = sandbox.run(&format!("diff {arguments}"));
        assert!(run.stdout.contains(says), "{arguments}: {}", run.stdout);
        let run = sandbox.run(&format!("diff {arguments} -f json"));
        assert!(counts(&run).starts_with("0 0 "), "{arguments}");
    }
    let run = sandbox.run("diff all.json all.json");
    assert!(!run.stdout.contains("NOT COMPARED"), "{}", run.stdout);
}

#[test]
fn problems_are_explained() {
    let sandbox = shop_sandbox();
    sandbox.write("mended/etc/os-release", ALPINE.1);
    sandbox.write(
        "mended/lib/apk/db/installed",
        "P:openssl\nV:1.1.1g-r0\nA:x86_64\no:openssl\n\n",
    );
    sandbox.write("no.txt", "CVE-2020-1967\n");
    sandbox.write("other/etc/os-release", ALPINE.1);
    sandbox.write("other/lib/apk/db/installed", "P:musl\nV:9-r0\nA:x86_64\n\n");
    for (arguments, says) in [
        ("cve-2020-1967", "said by publishers\n"),
        (
            "CVE-2020-1967 --input shop.tar",
            "in shop.tar (alpine 3.10.4)\n  found      openssl 1.1.1d-r2, layer 1: HIGH by ",
        ),
        (
            "CVE-2020-1967 --input shop.tar",
            "says alpine; update to 1.1.1g-r0\n",
        ),
        (
            "CVE-2020-1967 --input shop.tar",
            "said by publishers\n  alpine-3.10      openssl                  fixed in 1.1.1g-r0\n",
        ),
        (
            "CVE-2020-1967 --input mended",
            "not told   openssl 1.1.1g-r0: the fix came with 1.1.1g-r0\n",
        ),
        (
            "CVE-2020-1967 --input other",
            "no advisory on its release speaks of it and of a package that is here\n  but        ",
        ),
        (
            "CVE-2020-1967 --input shop.tar --ignorefile no.txt",
            "not told   openssl 1.1.1d-r2: no.txt:1 says to ignore it",
        ),
        ("CTR-PRIVILEGED", "found in"),
    ] {
        let run = sandbox.run(&format!("explain {arguments}"));
        assert_eq!(run.code, Some(0), "{arguments}: {}", run.stderr);
        assert!(run.stdout.contains(says), "{arguments}: {}", run.stdout);
    }
    let run = sandbox.run("explain CVE-1-2");
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr
            .contains("no advisory in the database speaks of it"),
        "{}",
        run.stderr
    );
}
