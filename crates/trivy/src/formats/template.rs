//! The user's own format: a Go template over the targets of a report.
//!
//! Source of truth: trivy-outputs.md A.6. The functions are those of Trivy and the ones of sprig that
//! templates of reports use; one that is not there is an error that names it.

mod functions;
mod values;

use std::io;

use gotmpl::{MissingKey, Template};

use super::{Context, Format, FormatError};
use crate::report::Report;

pub(super) static FORMAT: Format = Format {
    name: "template",
    is_sbom: false,
    write,
};

/// Turns of all loops of a template.
const MOST_TURNS: u64 = 10_000_000;

fn write(
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> Result<(), FormatError> {
    let wrong = |error: gotmpl::TemplateError| FormatError::Template(error.to_string());
    let template = Template::new("output template")
        .missing_key(MissingKey::ZeroValue)
        .max_range_iters(MOST_TURNS)
        .funcs(functions::all(context));
    let template = template.parse(context.template).map_err(wrong)?;
    let data = values::results(report).map_err(FormatError::Template)?;
    let text = template.execute_to_string(&data).map_err(wrong)?;
    Ok(out.write_all(text.as_bytes())?)
}
