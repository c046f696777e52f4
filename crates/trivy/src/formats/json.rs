//! Trivy's JSON.

use std::io;

use super::{Context, Format, FormatError};
use crate::report::Report;

pub(super) static FORMAT: Format = Format {
    name: "json",
    is_sbom: false,
    write,
};

fn write(
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> Result<(), FormatError> {
    let mut report = report.clone();
    for found in &mut report.results {
        if !context.list_packages {
            found.packages.clear();
        }
        if !context.show_suppressed {
            found.modified_findings.clear();
        }
    }
    report
        .results
        .retain(|found| !found.target.is_empty() || !found.is_empty());
    Ok(::report::write_go_json(&report, out)?)
}
