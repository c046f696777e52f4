//! How the image is built: what rules found, a section a family, the worst first, with what was seen in
//! one line.
//!
//! ```text
//! DATA
//! HIGH    DAT-STORE  data of a database in the image
//!         data of PostgreSQL lies in var/lib/postgresql/15/main, layer 3 of 3
//! fix     VOLUME of the data folder, empty in the image
//! ```

use std::cmp::Reverse;
use std::io;

use model::{Flaw, Hygiene, Report, Severity};

use super::page::{Ink, Page};
use super::words::{count, short};
use crate::Detail;
use crate::text::cut;

/// Families of rules in the order in which they are asked of by readers.
const FAMILIES: [(&str, &str); 10] = [
    ("FUN", "FUNCTION"),
    ("DAT", "DATA"),
    ("USR", "USERS AND PERMISSIONS"),
    ("SEC", "SECRETS BY NAME OR PLACE"),
    ("BAS", "BASE"),
    ("FRE", "FRESHNESS"),
    ("LAY", "LAYERS"),
    ("MIN", "MORE THAN IS NEEDED"),
    ("LAB", "LABELS"),
    ("SUP", "SUPPLY CHAIN"),
];

/// Findings of one rule that are listed before the rest is counted.
const MOST: usize = 5;

/// Writes the sections of all families that found something, that of the worst first.
pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let Some(hygiene) = &report.hygiene else {
        return Ok(());
    };
    let mut sections: Vec<(&str, Vec<&Flaw>)> = FAMILIES
        .into_iter()
        .map(|(family, title)| (title, of_family(hygiene, family, page.view.detail)))
        .filter(|(_, flaws)| !flaws.is_empty())
        .collect();
    sections.sort_by_key(|(_, flaws)| Reverse(flaws.first().map(|flaw| flaw.severity)));
    for (title, flaws) in sections {
        page.gap()?;
        page.line(&[(Ink::Heading, title)])?;
        for of_rule in flaws.chunk_by(|a, b| a.rule == b.rule && a.severity == b.severity) {
            rule(of_rule, report, page)?;
        }
    }
    let infos = counting(hygiene).filter(|flaw| flaw.severity == Severity::INFO);
    let infos = infos.count();
    if infos > 0 && page.view.detail == Detail::Folded {
        page.gap()?;
        let text = format!(
            "{} only worth knowing; --wide lists them",
            count(infos, "finding")
        );
        page.labelled((Ink::Quiet, "info"), &text)?;
    }
    Ok(())
}

/// Returns the flaws that nobody waived.
pub(super) fn counting(hygiene: &Hygiene) -> impl Iterator<Item = &Flaw> {
    hygiene.flaws.iter().filter(|flaw| flaw.waived.is_none())
}

fn of_family<'r>(hygiene: &'r Hygiene, family: &str, detail: Detail) -> Vec<&'r Flaw> {
    let is_shown = |flaw: &&Flaw| match detail {
        Detail::Folded => flaw.severity > Severity::INFO,
        Detail::Wide => true,
    };
    let flaws = counting(hygiene).filter(|flaw| flaw.family() == family);
    flaws.filter(is_shown).collect()
}

/// Writes what one rule found, its title and its cure once.
fn rule(flaws: &[&Flaw], report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let Some(first) = flaws.first() else {
        return Ok(());
    };
    let severity = format!("{:<8}", word(first.severity));
    page.line(&[
        (first.severity.into(), &severity),
        (Ink::Heading, &first.rule),
        (Ink::Plain, "  "),
        (Ink::Plain, &first.title),
    ])?;
    let shown = match page.view.detail {
        Detail::Folded => MOST,
        Detail::Wide => usize::MAX,
    };
    for flaw in flaws.iter().take(shown) {
        seen(flaw, report, page)?;
    }
    if let Some(more @ 1..) = flaws.len().checked_sub(shown) {
        let text = format!("{more} more; --wide lists them");
        page.labelled((Ink::Plain, ""), &text)?;
    }
    page.labelled((Ink::Good, "fix"), &first.fix)?;
    if page.view.detail == Detail::Wide {
        page.labelled((Ink::Quiet, "why"), &first.concern)?;
        page.labelled((Ink::Quiet, "also"), &first.controls.join(", "))?;
    }
    Ok(())
}

/// Writes what was seen, and in which layer by which step.
fn seen(flaw: &Flaw, report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let mut text = flaw.message.clone();
    let image = report.image.as_ref();
    let is_said = text.contains("layer");
    if let (Some(layer), Some(image), false) = (flaw.evidence.layer, image, is_said) {
        let place = format!(" (layer {} of {})", layer + 1, image.layers.len());
        text.push_str(&place);
    }
    page.labelled((Ink::Plain, ""), &text)?;
    let history = image.map_or(&[][..], |image| &image.config.history);
    if let Some(step) = flaw.evidence.history.and_then(|at| history.get(at)) {
        let line = step.created_by.split_whitespace().collect::<Vec<_>>();
        let room = page.width() - 8;
        let line = cut(&crate::safe(&line.join(" ")), room).into_owned();
        page.labelled((Ink::Quiet, "  -->"), &line)?;
    }
    Ok(())
}

const fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Unknown => "INFO",
        Severity::Low | Severity::Medium | Severity::High | Severity::Critical => short(severity),
    }
}
