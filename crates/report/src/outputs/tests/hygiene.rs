//! Flaws of an image in every format.

use model::{
    Base, BaseEvidence, Deduction, Evidence, Flaw, Grade, Hygiene, ImagePath, LayerUse, Mark,
    Newest, Part, Severity, Slim, SlimLevel, Waiver,
};
use serde_json::Value;

use super::{clean, hostile, text};
use crate::{Detail, Show, View};

fn flaw(rule: &str, severity: Severity, message: &str) -> Flaw {
    Flaw {
        rule: rule.to_owned(),
        title: "everybody may write a file".to_owned(),
        severity,
        message: message.to_owned(),
        concern: "it is replaced".to_owned(),
        fix: "RUN chmod o-w FILE".to_owned(),
        controls: vec!["CIS Docker 4.8".to_owned()],
        evidence: Evidence {
            path: Some(ImagePath::new(b"etc/app.conf")),
            layer: Some(1),
            history: None,
        },
        part: Part::Own,
        waived: None,
    }
}

pub(crate) fn hygiene(flaws: Vec<Flaw>, foreign: &str) -> Hygiene {
    Hygiene {
        flaws,
        layers: vec![LayerUse::default(); 2],
        base: Some(Base {
            newest: Newest::Untold,
            name: foreign.to_owned(),
            told_by: BaseEvidence::Label,
            layers: Some(1),
            created: foreign.to_owned(),
        }),
        slim: Slim {
            level: SlimLevel::Slim,
            score: 85,
            deductions: vec![Deduction {
                points: 15,
                why: foreign.to_owned(),
            }],
        },
        card: vec![Mark::new(
            "modular",
            Vec::new(),
            (Grade::Fail, foreign.to_owned()),
        )],
        running: None,
    }
}

fn results(flaws: Vec<Flaw>) -> Vec<Value> {
    let mut report = clean();
    report.hygiene = Some(hygiene(flaws, "debian"));
    let sarif: Value = serde_json::from_str(&text("sarif", &report, &View::default())).unwrap();
    sarif
        .pointer("/runs/0/results")
        .unwrap()
        .as_array()
        .unwrap()
        .clone()
}

#[test]
fn fingerprints_know_names_and_no_numbers() {
    let fingerprint = |message: &str| {
        let results = results(vec![flaw("USR-WRITABLE", Severity::Medium, message)]);
        results[0]
            .pointer("/partialFingerprints")
            .unwrap()
            .to_string()
    };
    let told = fingerprint("`toor` for 3 days");
    assert_eq!(told, fingerprint("`toor` for 4 days"));
    assert_ne!(told, fingerprint("`root` for 3 days"));
}

#[test]
fn what_is_waived_is_suppressed_and_not_shown() {
    let mut waived = flaw("USR-WRITABLE", Severity::Medium, "no one sees this");
    waived.waived = Some(Waiver {
        reason: "needed".to_owned(),
        place: "ignore.yaml:1".to_owned(),
    });
    let results = results(vec![waived.clone()]);
    assert!(results[0].pointer("/suppressions/0").is_some());
    let mut report = clean();
    report.hygiene = Some(hygiene(vec![waived], "debian"));
    for format in ["table", "github", "gitlab"] {
        let text = text(format, &report, &View::default());
        assert!(!text.contains("no one sees this"), "{format}: {text}");
    }
}

#[test]
fn the_worst_family_comes_first_and_what_is_worth_knowing_is_counted() {
    let mut report = clean();
    report.hygiene = Some(hygiene(
        vec![
            flaw("USR-WRITABLE", Severity::High, "high"),
            flaw("FUN-SHELL", Severity::Low, "low"),
            flaw("MIN-SHELL", Severity::INFO, "only to know"),
        ],
        "debian",
    ));
    let shown = text("table", &report, &View::default());
    let at = |word: &str| shown.find(word).unwrap();
    assert!(at("USERS AND PERMISSIONS") < at("FUNCTION"), "{shown}");
    assert!(!shown.contains("only to know"), "{shown}");
    assert!(shown.contains("1 finding only worth knowing"), "{shown}");
    let wide = View {
        detail: Detail::Wide,
        ..View::default()
    };
    assert!(text("table", &report, &wide).contains("only to know"));
}

#[test]
fn nothing_foreign_of_a_flaw_acts() {
    let evil = "\u{1b}[31m\n::error::x\u{202e}";
    let mut report = hostile(evil);
    report.hygiene = Some(hygiene(
        vec![flaw("USR-WRITABLE", Severity::High, evil)],
        evil,
    ));
    for show in [Show::All, Show::Card, Show::Layers] {
        let view = View {
            show,
            ..View::default()
        };
        for format in ["table", "github", "markdown"] {
            let text = text(format, &report, &view);
            let acts = |c: char| c == '\u{1b}' || c == '\u{202e}';
            assert!(!text.contains(acts), "{format}: {text}");
            assert!(
                !text.lines().any(|line| line.starts_with("::error::x")),
                "{format}: {text}"
            );
        }
    }
}
