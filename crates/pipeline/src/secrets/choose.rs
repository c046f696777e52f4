//! Which files with secrets are told.

use std::collections::BTreeMap;

use model::Content;

use super::owned::Brought;
use super::{Lying, Telling};
use crate::{ScanError, Settings};

/// Returns checksums of files by the place of their bytes.
pub(crate) type Digests = BTreeMap<Content, Vec<String>>;

/// Reads files again for their checksums; what cannot be read has none.
pub(crate) type Reread<'a> = &'a mut dyn FnMut(&[&Lying<'_>]) -> Result<Digests, ScanError>;

/// Leaves out what the user does not want to see, and what is as its package brought it.
///
/// # Errors
/// Those of `reread`.
pub(crate) fn choose<'l, 'r>(
    lying: &'l [Lying<'r>],
    brought: &Brought,
    settings: &Settings,
    reread: Reread<'_>,
) -> Result<Vec<&'l Lying<'r>>, ScanError> {
    let Some(secrets) = &settings.secrets else {
        return Ok(Vec::new());
    };
    let is_wanted = |it: &&Lying<'_>| {
        let is_below = it.state() != model::LeakState::Present;
        let is_left_out = is_below && secrets.below == Telling::LeftOut;
        let is_skipped = settings.skip.is_match(it.path().as_str());
        !is_left_out && !is_skipped
    };
    let mut chosen: Vec<&Lying<'_>> = lying.iter().filter(is_wanted).collect();
    if secrets.owned == Telling::Told {
        return Ok(chosen);
    }
    let unknown: Vec<&Lying<'_>> = chosen
        .iter()
        .copied()
        .filter(|it| brought.must_know(it))
        .collect();
    let digests = if unknown.is_empty() {
        Digests::new()
    } else {
        reread(&unknown)?
    };
    chosen.retain(|it| {
        let known = digests.get(&it.content()).unwrap_or(&it.file.digests);
        !brought.is(&it.file.path, known)
    });
    Ok(chosen)
}
