//! The gate by table: expression and report in, reasons out.

use model::{EolNotice, Epss, Finding, Gap, GapKind, Kev, Os, OsFamily, Report, Severity};

use super::*;
use crate::tests::{finding, report};

fn exploited(id: &str, severity: Severity) -> Finding {
    let kev = Kev {
        added: None,
        due: None,
        is_ransomware: false,
    };
    Finding {
        kev: Some(kev),
        ..finding(id, severity, "")
    }
}

fn likely(id: &str, epss: u32) -> Finding {
    Finding {
        epss: Some(Epss(epss)),
        ..finding(id, Severity::Low, "2")
    }
}

/// Findings without a fix: an exploited MEDIUM and a HIGH; with one: a CRITICAL, and LOW ones that
/// are half and one percent likely.
fn some() -> Report {
    report(vec![
        exploited("CVE-1", Severity::Medium),
        finding("CVE-2", Severity::High, ""),
        finding("CVE-3", Severity::Critical, "2"),
        likely("CVE-4", 50_000),
        likely("CVE-5", 1_000),
    ])
}

fn reasons(expression: &str, report: &Report) -> Vec<String> {
    let reasons = fails(&expression.parse().unwrap(), &report.into());
    reasons.iter().map(ToString::to_string).collect()
}

#[test]
fn fails_for_what_the_expression_names() {
    let cases: [(&str, &[&str]); 14] = [
        ("kev", &["kev: 1 finding: CVE-1"]),
        ("KEV", &["KEV: 1 finding: CVE-1"]),
        (
            "severity>=high",
            &["severity>=high: 2 findings: CVE-3, CVE-2"],
        ),
        (
            "severity>=unknown",
            &["severity>=unknown: 5 findings: CVE-1, CVE-3, CVE-2, CVE-4, CVE-5"],
        ),
        (
            "severity>=high+fixable",
            &["severity>=high+fixable: 1 finding: CVE-3"],
        ),
        ("kev+fixable", &[]),
        ("kev+severity>=high", &[]),
        (
            "fixable+epss>=0.5",
            &["fixable+epss>=0.5: 1 finding: CVE-4"],
        ),
        ("epss>=0.50001", &[]),
        ("epss>=.01", &["epss>=.01: 2 findings: CVE-4, CVE-5"]),
        ("epss>=0", &["epss>=0: 2 findings: CVE-4, CVE-5"]),
        ("epss >= 1", &[]),
        ("eol,unscanned,uncovered", &[]),
        (
            " severity >= CRITICAL , kev ",
            &[
                "severity >= CRITICAL: 1 finding: CVE-3",
                "kev: 1 finding: CVE-1",
            ],
        ),
    ];
    for (expression, want) in cases {
        assert_eq!(reasons(expression, &some()), want, "{expression}");
    }
}

#[test]
fn a_clean_report_passes_every_gate() {
    let all = "kev,fixable,severity>=unknown,epss>=0,eol,unscanned,uncovered";
    assert_eq!(reasons(all, &report(Vec::new())), [""; 0]);
}

#[test]
fn names_five_problems_and_counts_the_rest() {
    let mut findings: Vec<_> = (1..=7)
        .map(|n| finding(&format!("CVE-{n}"), Severity::High, ""))
        .collect();
    findings.push(finding("CVE-1", Severity::High, ""));
    assert_eq!(
        reasons("severity>=high", &report(findings)),
        ["severity>=high: 8 findings: CVE-1, CVE-2, CVE-3, CVE-4, CVE-5 and 2 more"]
    );
}

#[test]
fn an_end_of_life_fails_once_it_is_past() {
    let mut report = some();
    let notice = |is_past| EolNotice {
        date: jiff::civil::date(2024, 6, 30),
        is_past,
        regular_end: None,
        source: "endoflife.date".to_owned(),
    };
    report.os = Some(Os {
        family: OsFamily::Debian,
        version: "10.1".to_owned(),
        pretty_name: String::new(),
        like: Vec::new(),
        is_rolling: false,
        repository: String::new(),
        told_by: String::new(),
    });
    report.eol = Some(notice(false));
    assert_eq!(reasons("eol", &report), [""; 0]);
    report.eol = Some(notice(true));
    let text = "debian 10.1 has had no fixes since 2024-06-30 (says endoflife.date)";
    assert_eq!(reasons("eol", &report), [format!("eol: {text}")]);
    // Words about the report and about a finding hold together.
    assert_eq!(
        reasons("eol+kev,eol+kev+fixable", &report),
        [format!("eol+kev: {text}; 1 finding: CVE-1")]
    );
}

#[test]
fn a_gap_fails_for_the_word_that_means_it() {
    for (kind, word) in [
        (GapKind::Unread, "unscanned"),
        (GapKind::Unparsed, "unscanned"),
        (GapKind::Uncompared, "unscanned"),
        (GapKind::Limited, "unscanned"),
        (GapKind::Absent, "unscanned"),
        (GapKind::Uncovered, "uncovered"),
        (GapKind::Damaged, "uncovered"),
        (GapKind::Stale, ""),
        (GapKind::Hidden, ""),
        (GapKind::Unproved, ""),
    ] {
        let mut report = some();
        report.gaps = vec![Gap::new(kind, "", "", "")];
        let said = reasons("unscanned,uncovered", &report);
        let words: Vec<_> = said
            .iter()
            .filter_map(|said| said.split(':').next())
            .collect();
        assert_eq!(words.join(" "), word, "{kind:?}");
    }
}

#[test]
fn says_what_is_wrong_and_what_is_allowed() {
    for (expression, want) in [
        ("", "a word is missing; allowed are kev, fixable"),
        ("kev,", "a word is missing"),
        ("kev++eol", "a word is missing"),
        (
            "kve",
            "`kve` is not known; allowed are kev, fixable, severity>=LEVEL",
        ),
        ("secret", "`secret` is reserved: nothing looks for it yet"),
        ("kev+UNSIGNED", "`unsigned` is reserved"),
        (
            "severity",
            "`severity` needs a level, such as severity>=high",
        ),
        ("severity>high", "`severity>high` is not known"),
        (
            "severity>=hihg",
            "`hihg` is none of UNKNOWN, LOW, MEDIUM, HIGH, CRITICAL",
        ),
        ("epss", "`epss` needs a number"),
        (
            "epss>=1.1",
            "`1.1` is not a probability from 0 to 1, such as 0.5",
        ),
        ("epss>=50%", "`50%` is not a probability"),
        ("epss>=-1", "`-1` is not a probability"),
        ("epss>=.", "`.` is not a probability"),
        ("epss>=99999999999999999999", "is not a probability"),
        ("kev>=1", "`kev` cannot be compared"),
    ] {
        let error = expression.parse::<Expression>().unwrap_err().to_string();
        assert!(error.contains(want), "{expression}: {error}");
        assert!(error.starts_with(&format!("`{expression}` is not an expression: ")));
    }
}
