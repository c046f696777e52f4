//! The user's own format: a Go template over the targets of a report.
//!
//! Source of truth: trivy-outputs.md A.6. The functions are those of Trivy and the ones of sprig that
//! templates of reports use; one that is not there is an error that names it.

mod functions;
mod go_json;
mod go_time;
mod lookups;
mod methods;
mod structs;
mod values;

use std::fmt;
use std::io;

use gotmpl::{MissingKey, Template, TemplateError, Value};

use super::{Context, Format, FormatError};
use crate::report::Report;

pub(super) static FORMAT: Format = Format {
    name: "template",
    is_sbom: false,
    write,
};

/// Turns of all loops of a template.
const MOST_TURNS: u64 = 10_000_000;

/// Bytes of what a template writes: a page of 200,000 findings has some 600 MB.
const MAX_BYTES: usize = 1 << 30;

fn write(
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> Result<(), FormatError> {
    let data = values::results(report).map_err(FormatError::Template)?;
    let text = written(context, &data).map_err(|error| FormatError::Template(worded(&error)))?;
    Ok(out.write_all(text.as_bytes())?)
}

fn written(context: &Context<'_>, data: &Value) -> Result<String, TemplateError> {
    let template = Template::new("output template")
        .missing_key(MissingKey::Error)
        .max_range_iters(MOST_TURNS)
        .funcs(functions::all(context));
    let text = methods::as_calls(context.template);
    let template = template.parse(&lookups::as_calls(&text))?;
    let mut out = Bounded::new(MAX_BYTES);
    template.execute_fmt(&mut out, data)?;
    Ok(out.text)
}

fn worded(error: &TemplateError) -> String {
    if let TemplateError::MissingKey { key } = error {
        return format!("can't evaluate field {key}");
    }
    if matches!(error, TemplateError::Write) {
        return format!("it writes more than {MAX_BYTES} bytes");
    }
    error.to_string()
}

/// A text that takes no more than so many bytes.
struct Bounded {
    text: String,
    most: usize,
}

impl Bounded {
    const fn new(most: usize) -> Self {
        Self {
            text: String::new(),
            most,
        }
    }
}

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.text.len().saturating_add(text.len()) > self.most {
            return Err(fmt::Error);
        }
        self.text.push_str(text);
        Ok(())
    }
}
