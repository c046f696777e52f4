//! What was found and does not count, with who says so.

use super::boxes::{Align, Boxes};
use super::{Context, safe, titled};
use crate::report::{Finding, Found};

/// Draws it; nothing where there is none.
pub(super) fn draw(found: &Found, context: &Context<'_>) -> String {
    let findings = found.modified_findings.iter();
    let rows: Vec<Vec<String>> = findings
        .filter_map(|it| {
            let Finding::Vulnerability(finding) = &it.finding else {
                return None;
            };
            let statement = match &*it.statement {
                "" => "N/A",
                statement => statement,
            };
            Some(vec![
                safe(&finding.package_name),
                safe(&finding.id),
                safe(&finding.severity),
                safe(&it.status),
                safe(statement),
                safe(&it.source),
            ])
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let title = format!("Suppressed Vulnerabilities (Total: {})", rows.len());
    let title = titled(&title, context);
    let head = [
        "Library",
        "Vulnerability",
        "Severity",
        "Status",
        "Statement",
        "Source",
    ];
    let table = Boxes {
        head: head.map(ToOwned::to_owned).into(),
        rows,
        align: vec![Align::Left; head.len()],
        widest: 60,
        is_merged: true,
    };
    title + &table.draw()
}
