//! The block of facts: the image and its age, its end of life, the age of the data, and how many
//! findings of each severity each part has.

use std::collections::BTreeMap;
use std::io;

use jiff::Timestamp;
use jiff::civil::Date;
use model::{Base, DataAge, EolNotice, Hygiene, Image, Part, Report, Severity};

use super::hygiene::counting;
use super::page::{Ink, Page};
use super::words::{age, ago, bytes, count, day};
use crate::counts::Counts;

/// Writes the facts that the answer rests on.
pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let now = day(report.created);
    if let Some(image) = &report.image {
        page.labelled((Ink::Quiet, "image"), &image_line(image, now))?;
    }
    page.labelled((Ink::Quiet, "seen"), &packages(report))?;
    if let Some(eol) = &report.eol {
        let ink = if eol.is_past { Ink::Bad } else { Ink::Quiet };
        page.labelled((ink, "support"), &support(eol, report, now))?;
    }
    if report.is_matched || !report.data.is_empty() {
        page.labelled((Ink::Quiet, "data"), &data(report, now))?;
    }
    if let Some(hygiene) = &report.hygiene {
        if let Some(base) = &hygiene.base {
            page.labelled((Ink::Quiet, "base"), &base_line(base, hygiene))?;
        }
        page.labelled((Ink::Quiet, "slim"), &slim(hygiene))?;
    }
    severities(report, page)
}

fn image_line(image: &Image, now: Date) -> String {
    let tar_bytes = image.layers.iter().map(|layer| layer.tar_bytes);
    let base = image
        .layers
        .iter()
        .filter(|layer| layer.is_base == Some(true));
    let base = match base.count() {
        0 => String::new(),
        base => format!(" ({base} of the base image)"),
    };
    let mut parts = vec![
        count(image.layers.len(), "layer") + &base,
        bytes(tar_bytes.fold(0, u64::saturating_add)),
    ];
    if let Ok(built) = image.config.created.parse::<Timestamp>() {
        let built = day(built);
        parts.push(format!("built {built} ({})", ago(built, now)));
    }
    parts.join(", ")
}

/// Returns what the image is built on, how sure that is, and how its flaws share out.
fn base_line(base: &Base, hygiene: &Hygiene) -> String {
    let name = match &*base.name {
        "" => "unknown".to_owned(),
        name => format!("{name} ({})", base.told_by.confidence()),
    };
    let of = |part| {
        let flaws = counting(hygiene).filter(|flaw| flaw.severity > Severity::INFO);
        flaws.filter(|flaw| flaw.part == part).count()
    };
    match (of(Part::Base), of(Part::Own)) {
        (0, 0) => name,
        (below, own) => {
            let flaws = count(below, "flaw");
            format!("{name}: {flaws} in the base, {own} in your layers")
        }
    }
}

/// Returns how little is in the image.
fn slim(hygiene: &Hygiene) -> String {
    let slim = &hygiene.slim;
    let level = format!(
        "level {} of 5, {}; score {} of 100",
        slim.level.number(),
        slim.level.name(),
        slim.score
    );
    match &slim.deductions[..] {
        [] => level,
        [one] => format!("{level} (-{} {})", one.points, one.why),
        [first, more @ ..] => {
            let (points, why, more) = (first.points, &first.why, more.len());
            format!("{level} (-{points} {why}; {more} more)")
        }
    }
}

/// Returns what was examined: how many packages each format told of.
fn packages(report: &Report) -> String {
    let mut formats = BTreeMap::new();
    for package in &report.packages {
        *formats.entry(package.format.name()).or_insert(0) += 1;
    }
    if formats.is_empty() {
        return "no packages".to_owned();
    }
    let of_format = |(format, packages)| count(packages, &format!("{format} package"));
    formats
        .into_iter()
        .map(of_format)
        .collect::<Vec<_>>()
        .join(", ")
}

fn support(eol: &EolNotice, report: &Report, now: Date) -> String {
    let os = report.os.as_ref();
    let os = os.map_or("it".to_owned(), |os| {
        format!("{} {}", os.family, os.version)
    });
    let text = if eol.is_past {
        let ago = ago(eol.date, now);
        format!(
            "{os} is past its end of life: last fixes {} ({ago})",
            eol.date
        )
    } else {
        format!("{os} gets fixes until {}", eol.date)
    };
    let regular = eol.regular_end.map_or(String::new(), |regular| {
        format!(", regular support ended {regular}")
    });
    format!("{text}{regular} (says {})", eol.source)
}

fn data(report: &Report, now: Date) -> String {
    let publisher = |data: &DataAge| match data.newest {
        Some(newest) => format!("{} {newest} ({})", data.publisher, age(newest, now)),
        None => format!("{} of unknown age", data.publisher),
    };
    if report.data.is_empty() {
        return "no advisories were used".to_owned();
    }
    let mut parts: Vec<String> = report.data.iter().map(publisher).collect();
    parts.push(crate::origin(&report.origin));
    parts.join(", ")
}

/// Writes a row of counts for each part of the image; one for all where the history tells of none.
fn severities(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    if report.findings.is_empty() {
        return Ok(());
    }
    let of = |part| Counts::of(report.findings.iter().filter(move |f| f.part == part));
    let (base, own, unknown) = (of(Part::Base), of(Part::Own), of(Part::Unknown));
    let is_split = base.total() + own.total() > 0;
    let rest = if is_split {
        "unknown part"
    } else {
        "all layers"
    };
    let rows = [("base image", base), ("your layers", own), (rest, unknown)];

    page.gap()?;
    let heading: Vec<String> = base
        .highest_first()
        .map(|(severity, _)| format!("{:>10}", severity.name().to_lowercase()))
        .collect();
    let heading = " ".repeat(12) + &heading.concat();
    page.line(&[(Ink::Heading, &heading)])?;
    for (name, counts) in rows.iter().filter(|(_, counts)| counts.total() > 0) {
        let name = format!("{name:12}");
        let cells: Vec<(Ink, String)> = counts
            .highest_first()
            .map(|(severity, count)| match count {
                0 => (Ink::Quiet, format!("{:>10}", "-")),
                count => (severity.into(), format!("{count:>10}")),
            })
            .collect();
        let mut words = vec![(Ink::Plain, name.as_str())];
        words.extend(cells.iter().map(|(ink, cell)| (*ink, cell.as_str())));
        page.line(&words)?;
    }
    Ok(())
}
