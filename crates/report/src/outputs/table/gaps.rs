//! The last block: what was not looked at, and what that may hide.

use std::io;

use model::{Gap, GapKind};

use super::page::{Ink, Page};
use super::words::number;
use crate::problem::sentence;

/// Writes the gaps; nothing if there are none.
pub(super) fn list(gaps: &[Gap], page: &mut Page<'_>) -> io::Result<()> {
    if gaps.is_empty() {
        return Ok(());
    }
    page.gap()?;
    let title = format!("NOT LOOKED AT ({})", number(gaps.len()));
    page.line(&[(Ink::Doubtful, &title)])?;
    for gap in gaps {
        page.labelled((Ink::Plain, word(gap.kind)), &sentence(gap))?;
    }
    Ok(())
}

/// Returns a word of at most seven letters for the kind.
const fn word(kind: GapKind) -> &'static str {
    match kind {
        GapKind::Unread => "unread",
        GapKind::Unparsed => "broken",
        GapKind::Uncompared => "unclear",
        GapKind::Uncovered => "no data",
        GapKind::Damaged => "damaged",
        GapKind::Stale => "old",
        GapKind::Limited => "cut off",
        GapKind::Hidden => "hidden",
        GapKind::Absent => "absent",
        GapKind::Unproved => "trusted",
    }
}
