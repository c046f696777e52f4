//! The layers, a line each: how large, what it added, how much of it nobody sees, what was found in it,
//! and the step that made it.
//!
//! ```text
//!   #     size    files  packages     dead  found  made by
//!   1   124 MB    8,126        96   1.2 MB     14  ADD file:1f3… in /
//! ```

use std::cmp::Reverse;
use std::io;

use model::{Hygiene, Image, LayerUse, Report};

use super::hygiene::counting;
use super::page::{Ink, Page};
use super::words::{bytes, number};
use crate::text::{cut, safe};

/// Layers that are told with the whole of their step.
const LARGEST: usize = 10;

/// Writes the layers.
pub(super) fn write(
    report: &Report,
    (image, hygiene): (&Image, &Hygiene),
    page: &mut Page<'_>,
) -> io::Result<()> {
    let heading = "  #      size     files  packages      dead  found  made by";
    page.line(&[(Ink::Heading, heading)])?;
    for (index, layer) in hygiene.layers.iter().enumerate() {
        line(report, (image, hygiene), (index, layer), page)?;
    }
    page.gap()?;
    let sum = |of: fn(&LayerUse) -> u64| hygiene.layers.iter().map(of).fold(0, u64::saturating_add);
    let (all, dead) = (sum(|layer| layer.file_bytes), sum(|layer| layer.dead_bytes));
    let seen = all
        .saturating_sub(dead)
        .saturating_mul(100)
        .checked_div(all);
    let text = format!(
        "{} of {} are seen by no container; {} % are",
        bytes(dead),
        bytes(all),
        seen.unwrap_or(100),
    );
    page.labelled((Ink::Quiet, "dead"), &text)?;
    largest(image, hygiene, page)
}

fn line(
    report: &Report,
    (image, hygiene): (&Image, &Hygiene),
    (index, layer): (usize, &LayerUse),
    page: &mut Page<'_>,
) -> io::Result<()> {
    let packages = report.packages.iter().filter(|it| it.layer == index);
    let columns = format!(
        "{:>3} {:>9} {:>9} {:>9} {:>9} {:>6}  ",
        index + 1,
        bytes(layer.file_bytes),
        number(usize::try_from(layer.files).unwrap_or(usize::MAX)),
        number(packages.count()),
        bytes(layer.dead_bytes),
        number(found(report, hygiene, index)),
    );
    let room = page.width().saturating_sub(columns.len());
    let step = step(image, index);
    page.line(&[(Ink::Plain, &columns), (Ink::Quiet, &cut(&step, room))])?;
    for (bytes_of, what) in [
        (
            layer.killed_bytes,
            "replaces or removes, of the layers below",
        ),
        (
            layer.rewritten_bytes,
            "writes again though only owner or mode differ",
        ),
        (layer.duplicate_bytes, "lie in other files, too"),
    ] {
        if bytes_of > 0 {
            let text = format!("{:>13}  {what}", bytes(bytes_of));
            page.line(&[(Ink::Quiet, &text)])?;
        }
    }
    Ok(())
}

/// Returns how much was found in a layer: of packages, secrets and the way it is built.
fn found(report: &Report, hygiene: &Hygiene, index: usize) -> usize {
    let findings = report.findings.iter().filter(|finding| {
        let package = report.packages.get(finding.package);
        package.is_some_and(|package| package.layer == index)
    });
    let leaks = report.leaks.iter().flatten();
    let leaks = leaks.filter(|leak| leak.place.layer() == Some(index));
    let flaws = counting(hygiene).filter(|flaw| flaw.evidence.layer == Some(index));
    findings.count() + leaks.count() + flaws.count()
}

fn step(image: &Image, index: usize) -> String {
    let line = image
        .layers
        .get(index)
        .map_or("", |layer| &layer.created_by);
    let base = match image.layers.get(index).and_then(|layer| layer.is_base) {
        Some(true) => "(base) ",
        Some(false) | None => "",
    };
    let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{base}{}", safe(&words))
}

/// Writes the largest layers, each with the whole of its step.
fn largest(image: &Image, hygiene: &Hygiene, page: &mut Page<'_>) -> io::Result<()> {
    let mut order: Vec<(usize, &LayerUse)> = hygiene.layers.iter().enumerate().collect();
    order.sort_by_key(|(index, layer)| (Reverse(layer.file_bytes), *index));
    // one layer alone is told above
    if order.len() < 2 {
        return Ok(());
    }
    page.gap()?;
    page.line(&[(Ink::Heading, "LARGEST")])?;
    for (index, layer) in order.into_iter().take(LARGEST) {
        let label = format!("{:>3}", index + 1);
        let mut text = bytes(layer.file_bytes);
        let step = step(image, index);
        if !step.is_empty() {
            text = format!("{text}: {step}");
        }
        page.labelled((Ink::Plain, &label), &text)?;
    }
    Ok(())
}
