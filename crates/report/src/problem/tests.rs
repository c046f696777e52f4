//! Lists of problems in every format that machines read.

use model::{GapKind, Rule, Spot};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::*;
use crate::{Answers, View};

static RULE: Rule = Rule {
    id: "CTR-PRIVILEGED",
    title: "container is privileged",
    severity: Severity::Critical,
    concern: "it owns the node",
    fix: "remove `privileged: true`",
    maps_to: &["PSS baseline"],
};

/// A name that ends a cell, a line, a tag and a command, and colours the terminal.
const EVIL: &str = "a|b</x>&\"\n::error::x\u{1b}[31m%0A,<!--\u{202e}";

fn found(file: &str, object: &str, container: &str, waived: bool) -> Misconfiguration {
    Misconfiguration {
        rule: &RULE,
        severity: Severity::Critical,
        message: "it is privileged".to_owned(),
        spot: Spot {
            file: file.to_owned(),
            line: 7,
            column: 3,
            pointer: "/spec/containers/0/securityContext/privileged".to_owned(),
            excerpt: String::new(),
        },
        object: object.to_owned(),
        image: None,
        container: Some(container.to_owned()),
        edit: None,
        waived: waived.then(|| Waiver {
            reason: "needs a device".to_owned(),
            place: "ignore.yaml:1".to_owned(),
        }),
    }
}

fn judgement() -> Judgement {
    Judgement {
        objects: 3,
        found: vec![
            found("k8s/a b.yaml", "Pod/shop/web", "web", false),
            found("k8s/a b.yaml", "Pod/shop/web", "web", false),
            found(EVIL, EVIL, EVIL, false),
            found("k8s/c.yaml", "Pod/shop/dev", "dev", true),
        ],
        gaps: vec![Gap::new(
            GapKind::Unparsed,
            EVIL,
            "it makes no sense",
            "objects",
        )],
    }
}

fn written(format: &str, judgement: &Judgement) -> String {
    let answers = Answers {
        each: &[(Answer::Manifests(judgement), View::default())],
        is_list: false,
    };
    let mut out = Vec::new();
    crate::write(format.parse().unwrap(), &answers, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn nothing_foreign_acts() {
    for format in ["github", "gitlab", "junit", "markdown", "sarif", "table"] {
        let text = written(format, &judgement());
        let acts = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.contains(acts), "{format}: {text}");
        let is_forged = |line: &str| line.starts_with("::error::x");
        assert!(!text.lines().any(is_forged), "{format}: {text}");
    }
}

#[test]
fn github_annotates_lines() {
    let text = written("github", &judgement());
    let lines: Vec<&str> = text.lines().collect();
    let want = "::error file=k8s/a b.yaml,line=7,col=3,title=CTR-PRIVILEGED::Pod/shop/web container \
                web: container is privileged: it is privileged (fix: remove `privileged: true`)";
    assert_eq!((lines.len(), lines[0]), (4, want));
    assert!(lines[2].contains("%250A"), "{}", lines[2]);
    assert!(
        lines[3].starts_with("::warning title=not looked at::"),
        "{}",
        lines[3]
    );
}

#[test]
fn fingerprints_are_unique_and_know_no_line() {
    let print = |judgement: &Judgement| {
        let problems = problems(&Answer::Manifests(judgement));
        problems
            .into_iter()
            .map(|it| it.fingerprint)
            .collect::<Vec<_>>()
    };
    let mut moved = judgement();
    for what in &mut moved.found {
        what.spot.line += 10;
        what.spot.pointer = what.spot.pointer.replace("/0/", "/1/");
    }
    let prints = print(&judgement());
    assert_eq!(prints, print(&moved));
    assert_eq!(prints[1], format!("{}-2", prints[0]));
}

#[test]
fn gitlab_and_sarif_are_json_of_their_shape() {
    let gitlab: serde_json::Value = serde_json::from_str(&written("gitlab", &judgement())).unwrap();
    assert_eq!(gitlab.as_array().unwrap().len(), 4);
    assert_eq!(gitlab[3]["check_name"], "gap/unparsed");
    assert_eq!(gitlab[0]["severity"], "blocker");
    assert_eq!(gitlab[0]["location"]["lines"]["begin"], 7);
    let sarif: serde_json::Value = serde_json::from_str(&written("sarif", &judgement())).unwrap();
    let run = &sarif["runs"][0];
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "CTR-PRIVILEGED");
    let result = &run["results"][0];
    assert_eq!(
        (&result["ruleIndex"], &result["level"]),
        (&0.into(), &"error".into())
    );
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "k8s/a%20b.yaml");
    assert_eq!(
        run["results"][3]["suppressions"][0]["justification"],
        "needs a device"
    );
    let notes = &run["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notes.as_array().unwrap().len(), 1);
}

#[test]
fn junit_is_xml_that_counts() {
    let text = written("junit", &judgement());
    let head = r#"<testsuite name="seaworthy" tests="5" failures="3" skipped="2">"#;
    assert!(text.contains(head), "{text}");
    let mut reader = Reader::from_str(&text);
    let mut cases = 0;
    loop {
        let event = reader.read_event().unwrap();
        if event == Event::Eof {
            break;
        }
        let is_case = |tag: &BytesStart<'_>| tag.name().as_ref() == "testcase";
        cases += usize::from(matches!(&event, Event::Start(tag) if is_case(tag)));
    }
    assert_eq!(cases, 5);
}

#[test]
fn markdown_keeps_its_cells() {
    let text = written("markdown", &judgement());
    let rows: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("| CRIT"))
        .collect();
    assert_eq!(rows.len(), 3, "{text}");
    for row in rows {
        let bars = row.replace("\\|", "").matches('|').count();
        assert_eq!(bars, 6, "{row}");
    }
    assert!(text.contains("1 finding waived with a reason"), "{text}");
}
