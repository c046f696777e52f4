//! Ignore files and images: what does not count is in no gate, and is told with its reason.

use crate::images::shop_sandbox;
use crate::program::{Run, Sandbox, list, text};

/// Returns an ignored finding as `id package reason`.
fn ignored(run: &Run) -> Vec<String> {
    let report = run.json();
    list(&report, "/Seaworthy/Ignored")
        .iter()
        .map(|it| {
            let part = |pointer| text(it, pointer);
            format!(
                "{} {} {}",
                part("/VulnerabilityID"),
                part("/PkgID"),
                part("/Reason")
            )
        })
        .collect()
}

fn counting(run: &Run) -> usize {
    list(&run.json(), "/Results/0/Vulnerabilities").len()
}

fn first(sandbox: &Sandbox) -> (String, String) {
    let report = sandbox.run("image --input shop.tar -f json").json();
    let first = &list(&report, "/Results/0/Vulnerabilities")[0];
    (
        text(first, "/VulnerabilityID").to_owned(),
        text(first, "/PkgName").to_owned(),
    )
}

#[test]
fn a_finding_of_an_image_is_ignored_where_its_entry_says() {
    let sandbox = shop_sandbox();
    let (id, package) = first(&sandbox);
    let all = counting(&sandbox.run("image --input shop.tar -f json"));
    for (only, day, hides) in [
        (String::new(), "2026-11-25", true),
        (String::new(), "2026-11-24", false),
        (
            format!("match: {{package: {package}}}, "),
            "2027-01-01",
            true,
        ),
        ("match: {package: other}, ".to_owned(), "2027-01-01", false),
        ("match: {image: shop.tar}, ".to_owned(), "2027-01-01", true),
        (
            "match: {image: other.tar}, ".to_owned(),
            "2027-01-01",
            false,
        ),
        ("match: {path: 'lib/**'}, ".to_owned(), "2027-01-01", true),
        ("match: {path: 'usr/**'}, ".to_owned(), "2027-01-01", false),
        ("match: {object: '**'}, ".to_owned(), "2027-01-01", false),
    ] {
        let entry = format!("- {{id: {id}, {only}reason: not reached, owner: o, until: {day}}}\n");
        sandbox.write("seaworthy-ignore.yaml", entry);
        let run = sandbox.run("image --input shop.tar -f json");
        let told = ignored(&run);
        assert_eq!(counting(&run) + told.len(), all, "{only} {day}");
        assert_eq!(!told.is_empty(), hides, "{only} {day}");
        assert!(
            told.iter().all(|it| it.ends_with(" not reached")),
            "{told:?}"
        );
    }
}

#[test]
fn what_is_ignored_fails_no_gate_and_is_not_passed_over() {
    let sandbox = shop_sandbox();
    let report = sandbox.run("image --input shop.tar -f json").json();
    let ids = list(&report, "/Results/0/Vulnerabilities").iter();
    let mut lines: Vec<&str> = ids.map(|it| text(it, "/VulnerabilityID")).collect();
    let flaws = list(&report, "/Seaworthy/Hygiene/Flaws").iter();
    lines.extend(flaws.map(|it| text(it, "/RuleID")));
    sandbox.write("all.txt", lines.join("\n"));
    let gate = "image --input shop.tar --exit-code 7";
    assert_eq!(sandbox.run(gate).code, Some(7));
    let run = sandbox.run(&format!("{gate} --ignorefile all.txt"));
    assert_eq!(run.code, Some(0));
    assert!(run.stdout.contains(" by ignore files"), "{}", run.stdout);
    let sarif = sandbox
        .run("image --input shop.tar -f sarif --ignorefile all.txt")
        .json();
    let results = list(&sarif, "/runs/0/results");
    assert!(!results.is_empty());
    for result in results {
        let why = text(result, "/suppressions/0/justification");
        assert_eq!(why, "listed in all.txt");
    }
    let run = sandbox.run("image --input shop.tar --ignorefile none.txt");
    assert_eq!(run.code, Some(2), "{}", run.stderr);
}

#[test]
fn trivys_lists_are_read_where_ours_are() {
    let sandbox = shop_sandbox();
    let (id, package) = first(&sandbox);
    let all = counting(&sandbox.run("image --input shop.tar -f json"));
    for (purl, hides) in [
        (format!("pkg:apk/alpine/{package}"), true),
        (format!("pkg:apk/alpine/{package}@9"), false),
        (format!("pkg:apk/wolfi/{package}"), false),
    ] {
        let lists = format!(
            "vulnerabilities:\n- {{id: {id}, purls: ['{purl}'], statement: not reached}}\n"
        );
        sandbox.write(".trivyignore.yaml", &lists);
        sandbox.write("named.yml", &lists);
        for options in ["", "--ignorefile named.yml"] {
            let run = sandbox.run(&format!("image --input shop.tar -f json {options}"));
            let told = ignored(&run);
            assert_eq!(counting(&run) + told.len(), all, "{purl}");
            assert_eq!(!told.is_empty(), hides, "{purl}");
        }
        let lint = sandbox.run("ignore lint --input shop.tar");
        let dead = format!(".trivyignore.yaml:2: error: {id} hides nothing: it can go\n");
        assert_eq!(lint.stdout, if hides { "" } else { &*dead });
    }
    sandbox.write(".trivyignore.yaml", "# nothing yet\n");
    assert_eq!(sandbox.run("ignore lint --input shop.tar").code, Some(0));
    sandbox.write(".trivyignore", "SEC-FILE\n");
    let lint = sandbox.run("ignore lint");
    assert!(
        lint.stdout.contains("is called by the kind of secret"),
        "{lint:?}"
    );
}
