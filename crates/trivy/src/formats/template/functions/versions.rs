//! Functions on versions.
//!
//! Source of truth: sprig's `semverCompare`. A prerelease meets only what names one: `>= 1.0` is not met by
//! `1.1.0-rc1`, but `>= 1.0-0` is.

use gotmpl::{TemplateError, Value};
use version::Scheme;

use super::{Row, text};

pub(super) static ROWS: &[Row] = &[("semverCompare", |args| {
    let (requirement, version) = (text(args, 0)?, whole(&text(args, 1)?));
    let is_prerelease = version.contains('-');
    let mut is_met = false;
    for alternative in requirement.split("||") {
        let met = version::satisfies(Scheme::Semver, alternative, &version);
        let met = met.map_err(|bad| TemplateError::Exec(format!("semverCompare: {bad}")))?;
        is_met |= met && (!is_prerelease || alternative.contains('-'));
    }
    Ok(Value::Bool(is_met))
})];

/// Returns a version with three numbers, as sprig reads `v1.2`.
fn whole(version: &str) -> String {
    let version = version.trim();
    let version = version.strip_prefix('v').unwrap_or(version);
    let end = version.find(['-', '+']).unwrap_or(version.len());
    let (numbers, rest) = version.split_at_checked(end).unwrap_or((version, ""));
    let missing = 3_usize.saturating_sub(numbers.split('.').count());
    format!("{numbers}{}{rest}", ".0".repeat(missing))
}
