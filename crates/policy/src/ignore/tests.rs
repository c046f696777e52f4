//! Ignore files, and what they hide.

use jiff::civil::date;
use model::{Rule, Severity, Spot};

use super::*;

static RULE: Rule = Rule {
    id: "CTR-PRIVILEGED",
    title: "t",
    severity: Severity::Critical,
    concern: "c",
    fix: "f",
    maps_to: &[],
};

fn judgement() -> Judgement {
    let found = |file: &str, object: &str, image: Option<&str>| Misconfiguration {
        rule: &RULE,
        severity: RULE.severity,
        message: "m".to_owned(),
        spot: Spot {
            file: file.to_owned(),
            line: 1,
            column: 1,
            pointer: String::new(),
            excerpt: String::new(),
        },
        object: object.to_owned(),
        container: None,
        image: image.map(ToOwned::to_owned),
        edit: None,
        waived: None,
    };
    Judgement {
        objects: 2,
        found: vec![
            found(
                "./k8s/a.yaml",
                "Deployment/shop/api",
                Some("r.example/shop/api:1"),
            ),
            found("addons/node/b.yaml", "DaemonSet/kube-system/cni", None),
        ],
        gaps: Vec::new(),
    }
}

fn entry(only: &str, until: &str) -> String {
    format!("- {{id: CTR-PRIVILEGED, {only}reason: r, owner: o, until: {until}}}\n")
}

#[test]
fn entries_hide_what_they_match() {
    for (only, want) in [
        ("", [true, true]),
        (
            "match: {object: 'DaemonSet/kube-system/*'}, ",
            [false, true],
        ),
        ("match: {path: 'addons/**'}, ", [false, true]),
        ("match: {path: 'addons/*'}, ", [false, false]),
        ("match: {path: '**', object: '*/shop/*'}, ", [true, false]),
        ("match: {path: 'k8s/*'}, ", [true, false]),
        ("match: {image: '*/shop/*'}, ", [true, false]),
        ("match: {image: '**', path: 'addons/**'}, ", [false, false]),
        ("match: {package: '**'}, ", [false, false]),
    ] {
        let ignored = read("i.yaml", entry(only, "2026-12-31").as_bytes()).unwrap();
        for (today, counts) in [(date(2026, 12, 31), want), (date(2027, 1, 1), [false; 2])] {
            let mut judgement = judgement();
            waive(&mut judgement, &ignored, today);
            let got: Vec<bool> = judgement
                .found
                .iter()
                .map(|it| it.waived.is_some())
                .collect();
            assert_eq!(got, counts, "{only} on {today}");
        }
    }
}

#[test]
fn what_is_missing_is_said_with_its_place() {
    for (text, want) in [
        ("a: 1\n", "1:1: expected a list, found a mapping"),
        (
            "- {id: X, reason: r, owner: o}\n",
            "1:3: `until` is missing",
        ),
        (
            "- {id: X, reason: r, until: 2026-01-01}\n",
            "1:3: `owner` is missing",
        ),
        (
            "- {id: X, owner: o, until: 2026-01-01}\n",
            "1:3: `reason` is missing",
        ),
        (
            "- {id: X, owner: o, reason: ' ', until: 2026-01-01}\n",
            "1:29: expected a text that is not empty, found the text \" \"",
        ),
        (
            "- {id: X, owner: o, reason: r, until: soon}\n",
            "1:39: expected a day such as 2027-06-30, found the text \"soon\"",
        ),
        (
            "- {id: X, owner: o, reason: r, until: 2026-01-01, match: {file: a}}\n",
            "1:59: unknown key `file`; known are `image`, `package`, `path`, `object`",
        ),
    ] {
        let problem = read("i.yaml", text.as_bytes()).unwrap_err();
        assert_eq!(problem.to_string(), want, "{text}");
    }
}

#[test]
fn lint_tells_what_to_mend() {
    let text = [
        entry("match: {object: '*/shop/*'}, ", "2026-11-24"),
        entry("match: {object: '*/shop/*'}, ", "2026-12-05"),
        entry("match: {path: '**'}, ", "2027-12-31"),
        entry("match: {object: 'Pod/*'}, ", "2027-12-31"),
        entry("match: {package: libc6}, ", "2027-12-31"),
        entry("match: {image: 'other/*'}, ", "2027-12-31"),
        "- {id: CVE-1, reason: r, owner: o, until: 2027-12-31, match: {image: x}}\n".to_owned(),
        "- {id: CTR-PRIVILGED, reason: r, owner: o, until: 2027-12-31, match: {path: x}}\n"
            .to_owned(),
        "- {id: 'CTR-*', reason: r, owner: o, until: 2027-12-31, match: {path: x}}\n".to_owned(),
        // of images, which no manifest can be held against
        "- {id: USR-ROOT, reason: r, owner: o, until: 2027-12-31, match: {image: x}}\n".to_owned(),
        "- {id: SEC-FILE, reason: r, owner: o, until: 2027-12-31, match: {image: x}}\n".to_owned(),
    ]
    .concat();
    let ignored = read("i.yaml", text.as_bytes()).unwrap();
    let rules = [RULE.id, "USR-ROOT"];
    let judgement = judgement();
    let looked = Looked {
        manifests: Some(&judgement),
        images: &[],
        url: |_, _| String::new(),
    };
    let known = Known {
        rules: &rules,
        of_secrets: &["SEC-FILE"],
    };
    let faults = lint(&ignored, looked, known, date(2026, 11, 25));
    let got: Vec<String> = faults
        .iter()
        .map(|fault| format!("{} {} {}", fault.place, fault.is_warning, fault.why))
        .collect();
    let want = [
        "i.yaml:1 false CTR-PRIVILEGED counts again: its day is past",
        "i.yaml:2 true CTR-PRIVILEGED counts again in less than two weeks",
        "i.yaml:2 false CTR-PRIVILEGED is there twice",
        "i.yaml:3 true CTR-PRIVILEGED is ignored everywhere: say where with `match`",
        "i.yaml:4 false CTR-PRIVILEGED hides nothing: it can go",
        "i.yaml:6 false CTR-PRIVILEGED hides nothing: it can go",
        "i.yaml:8 false no rule is called CTR-PRIVILGED: it hides nothing",
        "i.yaml:9 false no rule is called CTR-*: it hides nothing",
        "i.yaml:11 false what SEC-FILE speaks of is called by the kind of secret, such as github-token: it hides nothing",
    ];
    assert_eq!(got, want);
}

#[test]
fn reads_what_trivy_reads() {
    let text = "# why\nCVE-2023-4911\nCTR-PRIVILEGED exp:2026-12-31 # soon\nX exp:soon\n\n";
    let (ignored, bad) = read_trivy(".trivyignore", text);
    let got: Vec<String> = ignored
        .iter()
        .map(|it| format!("{} {:?} {}", it.id, it.until, it.place))
        .collect();
    let want = [
        "CVE-2023-4911 None .trivyignore:2",
        "CTR-PRIVILEGED Some(2026-12-31) .trivyignore:3",
    ];
    assert_eq!((got, bad), (want.map(ToOwned::to_owned).to_vec(), vec![4]));
}

#[test]
fn reads_trivys_lists() {
    let text = "
vulnerabilities:
- {id: CVE-1, paths: [a/*, b], statement: not called}
- {id: CVE-2, purls: ['pkg:deb/debian/bash@5'], expired_at: 2026-12-31}
misconfigurations: [{id: CTR-PRIVILEGED}]
secrets: ~
licenses: [{id: GPL-2.0}]
";
    let ignored = read("t.yaml", text.as_bytes()).unwrap();
    let got: Vec<String> = ignored
        .iter()
        .map(|it| format!("{} {:?} {} {}", it.id, it.until, it.reason, it.place))
        .collect();
    let want = [
        "CVE-1 None not called t.yaml:3",
        "CVE-1 None not called t.yaml:3",
        "CVE-2 Some(2026-12-30) listed in t.yaml t.yaml:4",
        "CTR-PRIVILEGED None listed in t.yaml t.yaml:5",
    ];
    assert_eq!(got, want);
    let subject = |about, id, path, url: &str| Subject {
        about,
        url: url.to_owned(),
        ids: vec![id],
        images: Vec::new(),
        package: None,
        path,
        object: None,
    };
    let bash = "pkg:deb/debian/bash@5?arch=amd64";
    for (it, want) in [
        (subject(About::Problem, "CVE-1", "a/x", ""), true),
        (subject(About::Problem, "CVE-1", "b", ""), true),
        (subject(About::Problem, "CVE-1", "c", ""), false),
        (subject(About::Secret, "CVE-1", "b", ""), false),
        (subject(About::Problem, "CVE-2", "", bash), true),
        (
            subject(About::Problem, "CVE-2", "", "pkg:deb/ubuntu/bash@5"),
            false,
        ),
        (
            subject(About::Problem, "CVE-2", "", "pkg:deb/debian/bash@6"),
            false,
        ),
        (subject(About::Problem, "CVE-2", "", ""), false),
        (subject(About::Rule, "CTR-PRIVILEGED", "", ""), true),
        (subject(About::Problem, "GPL-2.0", "", ""), false),
    ] {
        assert_eq!(ignored.iter().any(|entry| entry.is_of(&it)), want, "{it:?}");
    }
    for (text, want) in [
        ("secrets: 5", "1:10: expected a list"),
        ("vulnerabilities: [{paths: [a]}]", "1:19: `id` is missing"),
        (
            "vulnerabilities: [{id: a, purls: [x]}]",
            "1:35: expected a package URL",
        ),
        (
            "vulnerabilities: [{id: a, expired_at: x}]",
            "1:39: expected a day",
        ),
        (
            "vulnerabilities: [{id: a, path: x}]",
            "1:27: unknown key `path`",
        ),
        ("secrets: []\nother: []\n", "2:1: unknown key `other`"),
    ] {
        let problem = read("t.yaml", text.as_bytes()).unwrap_err().to_string();
        assert!(problem.starts_with(want), "{text}: {problem}");
    }
}
