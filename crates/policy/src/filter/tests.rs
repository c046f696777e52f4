//! Filters by table: flags in, ids and counts out.

use super::*;
use crate::tests::{finding, package, report};

fn all() -> Vec<Finding> {
    let deferred = Finding {
        status: Status::FixDeferred,
        ..finding("CVE-5", Severity::High, "")
    };
    vec![
        finding("CVE-1", Severity::Critical, "2"),
        finding("CVE-2", Severity::Low, "2"),
        finding("CVE-3", Severity::High, ""),
        finding("CVE-4", Severity::Unknown, ""),
        deferred,
    ]
}

/// Severities, unfixed, ignored statuses; ids that stay; what each filter hid.
type Case<'a> = (
    (&'a [Severity], Unfixed, &'a [Status]),
    &'a str,
    (usize, usize),
);

const EXPLOITED: model::Kev = model::Kev {
    added: None,
    due: None,
    is_ransomware: false,
};

#[test]
fn keeps_what_the_flags_ask_for() {
    use Severity::{Critical, High};
    use Unfixed::{Ignore, Keep};
    let cases: [Case<'_>; 7] = [
        ((&[], Keep, &[]), "CVE-1 CVE-2 CVE-3 CVE-4 CVE-5", (0, 0)),
        ((&[High, Critical], Keep, &[]), "CVE-1 CVE-3 CVE-5", (2, 0)),
        ((&[], Ignore, &[]), "CVE-1 CVE-2", (0, 3)),
        (
            (&[], Keep, &[Status::FixDeferred]),
            "CVE-1 CVE-2 CVE-3 CVE-4",
            (0, 1),
        ),
        // A list of statuses wins over --ignore-unfixed.
        (
            (&[], Ignore, &[Status::FixDeferred]),
            "CVE-1 CVE-2 CVE-3 CVE-4",
            (0, 1),
        ),
        // What the severity hides is not counted again by the status.
        ((&[High], Ignore, &[]), "", (3, 2)),
        ((&[Severity::Medium], Keep, &[]), "", (5, 0)),
    ];
    for ((severities, unfixed, ignored), want, (by_severity, by_status)) in cases {
        let mut findings = all();
        for finding in &mut findings {
            finding.kev = Some(EXPLOITED);
        }
        let filtered = filter(report(findings), &Filter::new(severities, unfixed, ignored));
        let ids: Vec<_> = filtered
            .report
            .findings
            .iter()
            .map(|f| f.id.as_str())
            .collect();
        assert_eq!(ids.join(" "), want);
        let exploited = all().len() - ids.len();
        let hidden = Hidden {
            by_severity,
            by_status,
            exploited,
        };
        assert_eq!(filtered.hidden, hidden, "{want}");
    }
}

#[test]
fn says_how_many_hidden_findings_nobody_rated() {
    let gaps = |findings, severities: &[Severity]| {
        let filter_of = Filter::new(severities, Unfixed::Keep, &[]);
        filter(report(findings), &filter_of).report.gaps
    };
    assert_eq!(gaps(all(), &[]), []);
    assert_eq!(gaps(all(), &[Severity::Unknown]), []);
    let hidden = gaps(all(), &[Severity::Critical]);
    assert_eq!(hidden.len(), 1);
    assert_eq!(hidden[0].kind, GapKind::Hidden);
    assert!(
        hidden[0]
            .why
            .starts_with("1 finding that --severity leaves out has no severity")
    );
}

#[test]
fn keeps_one_of_two_same_findings() {
    let same = |fixed| finding("CVE-1", Severity::High, fixed);
    let other = Finding {
        package: 1,
        ..same("2")
    };
    let mut report = report(vec![same("1.1"), other, same("1.2"), same("1.0")]);
    report.packages.push(package("b"));
    let kept = filter(report, &Filter::default()).report.findings;
    let kept: Vec<_> = kept.iter().map(|f| (f.package, f.fixed.as_str())).collect();
    assert_eq!(kept, [(0, "1.2"), (1, "2")]);
}
