//! `convert`: a report that was written before, filtered and written again.

use std::path::Path;

use archive::read_at_most;
use trivy::Report;

use super::written::Writing;
use super::{Asked, Fatal, REPORT_BYTES};
use crate::exit::Exit;
use crate::settings::own_file;

pub(super) fn run(asked: &Asked<'_>) -> Result<Exit, Fatal> {
    let target = asked.target()?;
    let writing = Writing::new(asked, Vec::new())?;
    let failed = |why: String| Fatal(format!("{target}: {why}"));
    let bytes = if target == "-" {
        read_at_most(std::io::stdin().lock(), REPORT_BYTES)
    } else {
        own_file::read(Path::new(target), REPORT_BYTES)
    };
    let bytes = bytes.map_err(|error| failed(error.to_string()))?;
    let report = Report::read(&bytes).map_err(|why| failed(format!("json decode error: {why}")))?;
    drop(bytes);
    writing.finish(report)
}
