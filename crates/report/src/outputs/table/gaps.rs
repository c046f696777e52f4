//! The last block: what was not looked at, and what that may hide.

use std::io;

use model::{Gap, GapKind, Report};

use super::page::{Ink, Page};
use super::words::number;

/// Writes the gaps; nothing if there are none.
pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    if report.gaps.is_empty() {
        return Ok(());
    }
    page.gap()?;
    let title = format!("NOT LOOKED AT ({})", number(report.gaps.len()));
    page.line(&[(Ink::Doubtful, &title)])?;
    for gap in &report.gaps {
        page.labelled((Ink::Plain, word(gap.kind)), &sentence(gap))?;
    }
    Ok(())
}

fn sentence(gap: &Gap) -> String {
    let mut text = String::new();
    if !gap.place.is_empty() {
        text += &gap.place;
        text += ": ";
    }
    text += &gap.why;
    if !gap.hides.is_empty() {
        text += "; may hide: ";
        text += &gap.hides;
    }
    text
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
    }
}
