//! What Trivy's report does not tell of a finding: whether its severity is of the package or of the flaw. And
//! findings of whose flaw Trivy's database holds no record: nothing is told of them but what the advisory says.
//!
//! Source of truth: trivy.md §2.5 (2): such a finding keeps the severity of its package, and has neither
//! address nor anybody's severities.

use std::collections::BTreeSet;

use model::{Finding, Report, Severity};

use super::log::Log;

/// Marks findings whose severity the publisher gave to the package: no other source replaces it.
pub(super) fn mark(told: &mut trivy::Report, report: &Report) {
    let key = |it: &Finding| {
        let package = report.packages.get(it.package)?;
        Some([&it.id, &package.name, &it.installed].map(String::clone))
    };
    let of_package = report.findings.iter();
    let of_package = of_package.filter(|it| it.is_severity_of_package);
    let of_package: BTreeSet<[String; 3]> = of_package.filter_map(key).collect();
    let found = told.results.iter_mut();
    for it in found.flat_map(|found| &mut found.vulnerabilities) {
        let key = [&it.id, &it.package_name, &it.installed_version].map(String::clone);
        it.is_severity_of_package = Some(of_package.contains(&key));
    }
}

/// Takes out of a report what Trivy would not tell, and logs what it logs; `is_auto` says whether nobody chose
/// whose severities count.
pub(super) fn leave_out(
    told: &mut trivy::Report,
    findings: &[Finding],
    (is_auto, log): (bool, Log),
) {
    let bare = findings.iter().filter(|it| it.details.is_none());
    let bare: BTreeSet<&str> = bare.map(|it| it.id.as_str()).collect();
    let found = told.results.iter_mut();
    for it in found.flat_map(|found| &mut found.vulnerabilities) {
        if bare.contains(&*it.id) {
            it.primary_url.clear();
            it.vendor_severity.clear();
            it.cvss.clear();
        }
    }
    for id in findings
        .iter()
        .filter(|it| it.details.is_none())
        .map(|it| &it.id)
    {
        let why =
            format!("failed to get the vulnerability {id:?}: no vulnerability details for {id}");
        log.warn(&format!(
            "Unable to get vulnerability details (CVE may be rejected)\terr={why:?}"
        ));
    }
    let is_of_nobody =
        |it: &Finding| it.severity_source.is_empty() && it.severity != Severity::Unknown;
    let mut known = findings.iter().filter(|it| it.details.is_some());
    if is_auto && known.any(is_of_nobody) {
        log.warn(
            "Using severities from other vendors for some vulnerabilities. Read https://trivy.dev/docs/v0.74/guide/scanner/vulnerability#severity-selection for details.",
        );
    }
}
