//! Rules about the way images are built, on images of the corpus: the reviewed table, and what must be
//! named.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;
use testkit::{SavedImage, save};

use crate::program::{Sandbox, list, text};

/// Image, severity, rule, and why that is right.
const VERDICTS: &str = include_str!("image_rules.tsv");

/// Scans an image with the clock at its creation.
fn judged(image: &Path) -> Value {
    let sandbox = Sandbox::new();
    let arguments = format!(
        "image --scanners hygiene -f json --input {}",
        image.display()
    );
    let report = sandbox.run(&arguments).json();
    let created = report.pointer("/Metadata/ImageConfig/created");
    let created: Option<Timestamp> = created.and_then(|it| it.as_str()?.parse().ok());
    let Some(created) = created.filter(|created| created.as_second() > 0) else {
        return report;
    };
    let clock = created.as_second().to_string();
    let sandbox = sandbox.with("SOURCE_DATE_EPOCH", &clock);
    sandbox.run(&arguments).json()
}

fn flaws(report: &Value) -> &[Value] {
    list(report, "/Seaworthy/Hygiene/Flaws")
}

#[test]
fn every_verdict_is_the_reviewed_one() {
    let mut images: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for line in VERDICTS.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [image, severity, rule, _why] = columns[..] else {
            panic!("{line}");
        };
        let verdicts = images.entry(image).or_default();
        verdicts.push(format!("{severity} {rule}"));
    }
    for (image, mut want) in images {
        let Some(path) = testkit::corpus(&format!("images/{image}")) else {
            continue;
        };
        let report = judged(&path);
        let told = flaws(&report).iter();
        let told = told.map(|it| format!("{} {}", text(it, "/Severity"), text(it, "/RuleID")));
        let mut told: Vec<String> = told.collect();
        told.sort();
        told.dedup();
        want.sort();
        assert_eq!(told, want, "{image}");
    }
}

/// The message of the first finding of a rule.
fn message<'r>(report: &'r Value, rule: &str) -> &'r str {
    let mut found = flaws(report).iter();
    let flaw = found.find(|it| text(it, "/RuleID") == rule).unwrap();
    text(flaw, "/Message")
}

fn mark<'r>(report: &'r Value, practice: &str) -> (&'r str, &'r str) {
    let mut card = list(report, "/Seaworthy/Hygiene/Card").iter();
    let mark = card.find(|it| text(it, "/Practice") == practice).unwrap();
    (text(mark, "/Grade"), text(mark, "/Reason"))
}

#[test]
fn three_services_are_named_with_what_starts_each() {
    let Some(path) = testkit::corpus("images/services.tar") else {
        return;
    };
    let report = judged(&path);
    let (grade, reason) = mark(&report, "modular");
    assert_eq!(grade, "fail");
    for service in ["nginx", "PostgreSQL", "sshd"] {
        let wanted = format!("{service} (by supervisord)");
        assert!(reason.contains(&wanted), "{reason}");
    }
}

#[test]
fn a_database_is_named_with_folder_and_layer() {
    let Some(path) = testkit::corpus("images/db-in-layer.tar") else {
        return;
    };
    let report = judged(&path);
    let (grade, reason) = mark(&report, "persistent");
    assert_eq!(grade, "fail");
    assert_eq!(reason, message(&report, "DAT-STORE"));
    for part in ["PostgreSQL", "var/lib/postgresql/15/main", "layer 3"] {
        assert!(reason.contains(part), "{reason}");
    }
}

#[test]
fn a_learnt_base_is_certain_and_findings_are_shared_out() {
    let (Some(base), Some(child)) = (
        testkit::corpus("images/bookworm-base.tar"),
        testkit::corpus("images/child.tar"),
    ) else {
        return;
    };
    let sandbox = Sandbox::new();
    let base = base.display();
    let run = sandbox.run(&format!("base learn {base} --name debian:12 -o bases.tsv"));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    // the same again adds nothing
    let once = sandbox.read("bases.tsv");
    sandbox.run(&format!("base learn {base} --name debian:12 -o bases.tsv"));
    assert_eq!(sandbox.read("bases.tsv"), once);
    let child = child.display();
    let arguments = format!("image --scanners hygiene --input {child} --bases bases.tsv");
    let report = sandbox.run(&format!("{arguments} -f json")).json();
    let told = "/Seaworthy/Hygiene/Base";
    assert_eq!(text(&report, &format!("{told}/Name")), "debian:12");
    assert_eq!(text(&report, &format!("{told}/ToldBy")), "chain");
    for (rule, part) in [("USR-SUID", "Base"), ("FUN-NOSTART", "Own")] {
        let mut found = flaws(&report)
            .iter()
            .filter(|it| text(it, "/RuleID") == rule);
        assert!(found.all(|it| text(it, "/Part") == part), "{rule}");
    }
    let table = sandbox.run(&arguments).stdout;
    assert!(
        table.contains("debian:12 (certain, by its layers)"),
        "{table}"
    );
    assert!(table.contains("in the base"), "{table}");
}

/// An old release whose end is known, and a login in an address.
fn old() -> Vec<u8> {
    let login = ["url: postgres://app:correct", "horse@db.internal/app\n"].concat();
    let files = [
        ("etc/os-release", "ID=alpine\nVERSION_ID=3.10.4\n"),
        (
            "lib/apk/db/installed",
            "P:musl\nV:1.1.22-r3\nA:x86_64\no:musl\n\n",
        ),
        ("app/settings", &login),
    ];
    save(&[SavedImage::new().layer(&files)]).unwrap()
}

#[test]
fn the_card_follows_what_is_waived() {
    let sandbox = Sandbox::new();
    sandbox.write("old.tar", old());
    let grades = |sandbox: &Sandbox| {
        let report = sandbox.run("image --input old.tar -f json").json();
        ["secrets", "vulnerabilities", "up to date"].map(|it| mark(&report, it).0.to_owned())
    };
    assert_eq!(grades(&sandbox), ["fail", "warn", "fail"]);
    let report = sandbox.run("image --input old.tar -f json").json();
    let ids = |list_of: &str, id: &str| -> Vec<String> {
        let found = list(&report, list_of).iter();
        found.map(|it| text(it, id).to_owned()).collect()
    };
    let mut all = ids("/Results/0/Vulnerabilities", "/VulnerabilityID");
    all.extend(ids("/Seaworthy/Secrets", "/RuleID"));
    all.push("BAS-EOL".to_owned());
    let entry = |id: &String| format!("- {{id: {id}, reason: r, owner: o, until: 2999-01-01}}\n");
    let waivers: String = all.iter().map(entry).collect();
    sandbox.write("seaworthy-ignore.yaml", waivers);
    assert_eq!(grades(&sandbox)[..2], ["pass", "pass"]);
}

#[test]
fn the_end_of_a_release_needs_no_other_scanner() {
    let sandbox = Sandbox::new();
    sandbox.write("old.tar", old());
    let report = sandbox
        .run("image --input old.tar --scanners hygiene -f json")
        .json();
    assert!(message(&report, "BAS-EOL").contains("no fixes since 2021-05-01"));
    assert_eq!(mark(&report, "up to date").0, "fail");
    for option in ["scorecard", "layers"] {
        let run = sandbox.run(&format!("image --input old.tar --scanners vuln --{option}"));
        let want = format!("--{option} shows what the scanner hygiene finds");
        assert!(run.stderr.contains(&want), "{}", run.stderr);
        assert_eq!(run.code, Some(2));
    }
    let run = sandbox.run("image --input old.tar --scanners hygiene --rules FRE-LAG -f json");
    assert!(
        run.stdout.contains("FRE-LAG was not looked at"),
        "{}",
        run.stdout
    );
}

#[test]
fn the_largest_layers_are_told_the_largest_first() {
    let sandbox = Sandbox::new();
    let large = "x".repeat(3_000);
    let image = SavedImage::new()
        .layer(&[("a", "x")])
        .layer(&[("b", &large)]);
    sandbox.write("app.tar", save(&[image]).unwrap());
    let run = sandbox.run("image --input app.tar --layers --scanners hygiene");
    let (_, largest) = run.stdout.split_once("LARGEST\n").unwrap();
    let lines: Vec<&str> = largest.lines().take(2).collect();
    assert_eq!(lines, ["  2     3.0 kB", "  1     1 bytes"]);
}
