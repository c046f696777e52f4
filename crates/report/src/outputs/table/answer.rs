//! The first lines: which image this is, and the answer in one sentence.

use std::io;

use model::{Finding, Flaw, Leak, Report, Severity};

use super::findings::{Fold, fold};
use super::hygiene::counting;
use super::page::{Ink, Page};
use super::words::{count, number};

/// Writes what was scanned, and what is wrong with it.
pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    name(report, page)?;
    let (ink, word) = headline(report, page);
    page.labelled((ink, word), &answer(report, page))?;
    page.gap()
}

/// Writes what was scanned.
pub(super) fn name(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    page.line(&[
        (Ink::Heading, &report.target.name),
        (Ink::Plain, &identity(report)),
    ])
}

/// Returns digest, platform and distribution, as far as they are known.
fn identity(report: &Report) -> String {
    let mut parts = vec![String::new()];
    if let Some(image) = &report.image {
        parts.push(image.manifest.unwrap_or(image.id).to_short());
        parts.push(image.platform.to_string());
    }
    match &report.os {
        Some(os) => parts.push(format!("{} {}", os.family, os.version)),
        None => parts.push("no distribution".to_owned()),
    }
    parts.join("  ")
}

/// Returns the one word that says whether all is well. It is `CLEAN` only if nothing is known to
/// be wrong, nothing stayed unseen, nothing was filtered away, and fixes still appear.
fn headline(report: &Report, page: &Page<'_>) -> (Ink, &'static str) {
    let is_grave = |finding: &Finding| finding.severity >= Severity::High || finding.kev.is_some();
    let leaks = || report.leaks.iter().flatten();
    let is_grave_leak = |leak: &Leak| leak.secret.severity >= Severity::High;
    let is_grave_flaw = |flaw: &Flaw| flaw.severity >= Severity::High;
    let is_grave_one = report.findings.iter().any(is_grave)
        || leaks().any(is_grave_leak)
        || flaws(report).any(is_grave_flaw);
    let is_any =
        !report.findings.is_empty() || leaks().next().is_some() || flaws(report).next().is_some();
    if is_grave_one {
        (Ink::Bad, "FOUND")
    } else if is_any {
        (Ink::Doubtful, "FOUND")
    } else if report.is_matched && report.packages.is_empty() {
        (Ink::Bad, "BLIND")
    } else if caveats(report, page).is_empty() {
        (Ink::Good, "CLEAN")
    } else {
        (Ink::Doubtful, "UNSURE")
    }
}

/// Returns the flaws that count; what is only worth knowing is none.
fn flaws(report: &Report) -> impl Iterator<Item = &Flaw> {
    let flaws = report.hygiene.iter().flat_map(counting);
    flaws.filter(|flaw| flaw.severity > Severity::INFO)
}

fn answer(report: &Report, page: &Page<'_>) -> String {
    let mut parts = found(report);
    let secrets = report.leaks.as_ref().map_or(0, Vec::len);
    if secrets > 0 {
        parts.insert(0, count(secrets, "secret"));
    }
    let built = flaws(report).count();
    if built > 0 {
        parts.push(count(built, "flaw") + " in how it is built");
    }
    if parts.is_empty() {
        parts.push(nothing(report));
    }
    parts.extend(caveats(report, page));
    parts.join("; ")
}

/// Returns what was asked about, of which nothing is wrong.
fn nothing(report: &Report) -> String {
    match (report.is_matched, &report.leaks, &report.hygiene) {
        (true, ..) if report.packages.is_empty() => {
            "no package was found, so nothing was compared with advisories".to_owned()
        }
        (true, ..) => {
            let packages = count(report.packages.len(), "package");
            format!("nothing known is wrong with {packages}")
        }
        (false, Some(_), None) => "no secret was found".to_owned(),
        (false, Some(_), Some(_)) => {
            "no secret was found, and no flaw in how it is built".to_owned()
        }
        (false, None, Some(_)) => "no flaw was found in how it is built".to_owned(),
        (false, None, None) => "nothing was asked about".to_owned(),
    }
}

/// Returns what was found, that which matters most first.
fn found(report: &Report) -> Vec<String> {
    let exploited = |finding: &&Finding| finding.kev.is_some();
    let fixable = |finding: &&Finding| !finding.fixed.is_empty() && finding.group.is_none();
    let of = |which: Fold| report.findings.iter().filter(move |f| fold(f) == which);
    [
        (
            report.findings.iter().filter(exploited).count(),
            "exploited (KEV)",
        ),
        (
            report.findings.iter().filter(fixable).count(),
            "fixable now",
        ),
        (of(Fold::NotFixable).count(), "not fixable"),
        (of(Fold::KernelHeaders).count(), "in kernel headers"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, words)| format!("{} {words}", number(count)))
    .collect()
}

/// Returns what keeps the answer from being the whole truth.
fn caveats(report: &Report, page: &Page<'_>) -> Vec<String> {
    let mut caveats = Vec::new();
    if let Some(eol) = report.eol.as_ref().filter(|eol| eol.is_past) {
        caveats.push(format!("no fixes are published since {}", eol.date));
    }
    if report.is_matched && report.data.is_empty() {
        caveats.push("no advisories were used".to_owned());
    }
    if !report.gaps.is_empty() {
        let gaps = count(report.gaps.len(), "gap");
        caveats.push(format!("{gaps} in what was looked at (see the end)"));
    }
    let hidden = page.view.hidden;
    let hidden = hidden.by_severity.saturating_add(hidden.by_status);
    if hidden > 0 {
        let exploited = match page.view.hidden.exploited {
            0 => String::new(),
            some => format!(", {} of them exploited (KEV)", number(some)),
        };
        caveats.push(format!("{} hidden by filters{exploited}", number(hidden)));
    }
    let flaws = report.hygiene.iter().flat_map(|hygiene| &hygiene.flaws);
    let waived_flaws = flaws.filter(|flaw| flaw.waived.is_some()).count();
    let waived = report.waived.len() + report.waived_leaks.len() + waived_flaws;
    if waived > 0 {
        caveats.push(format!("{} ignored", number(waived)));
    }
    caveats
}
