//! SPDX 2.3 in JSON.

use std::io;

use super::spdx::Document;
use super::{Context, Format, FormatError};
use crate::report::Report;

pub(super) static FORMAT: Format = Format {
    name: "spdx-json",
    is_sbom: true,
    write,
};

fn write(
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> Result<(), FormatError> {
    let document = Document::new(report, context);
    Ok(::report::write_go_json(&document, out)?)
}
