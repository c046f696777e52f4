//! What was known before does not count for the gate: `--baseline REPORT`, or what a report is made of.

use clap::{Arg, ArgMatches};
use model::{Finding, Flaw, ImagePath, Leak, PackageFormat, Report, TargetKind, counted};

use crate::error::Failure;
use crate::scanned::Wanted;
use crate::settings::Environment;
use crate::sides::{self, Key, Kind, Side};

/// What was known before.
#[derive(Debug)]
pub(crate) struct Baseline {
    known: Side,
}

/// `--baseline`.
pub(crate) fn arg() -> Arg {
    Arg::new("baseline")
        .long("baseline")
        .value_name("REPORT")
        .help("Only what this JSON report, archive, layout or unpacked root does not have counts for --fail-on and --exit-code")
}

impl Baseline {
    /// Reads the report that was named, if one was, or scans what was, with the same data.
    ///
    /// # Errors
    /// It is neither a report nor an image.
    pub(crate) fn read(
        matches: &ArgMatches,
        environment: &Environment,
    ) -> Result<Option<Self>, Failure> {
        let path = matches.try_get_one::<String>("baseline").ok().flatten();
        let wanted = Wanted::new(matches, "vuln,secret,hygiene");
        let read = |path: &String| {
            let known = Side::read(path, &wanted, environment)?;
            Ok(Self { known })
        };
        path.map(read).transpose()
    }

    /// Returns the report without what was known and what nobody looked for then, and how much each was.
    pub(crate) fn without(&self, report: &Report) -> (Report, LeftOut) {
        let mut new = report.clone();
        let mut left_out = LeftOut::default();
        let mut is_new = |key: Key| {
            let count = if self.known.unlooked.contains(&key.kind) {
                &mut left_out.unlooked
            } else if self.known.items.contains_key(&key) {
                &mut left_out.known
            } else {
                return true;
            };
            *count = count.saturating_add(1);
            false
        };
        new.findings.retain(|it| is_new(of_finding(report, it)));
        if let Some(leaks) = &mut new.leaks {
            leaks.retain(|it| is_new(of_leak(report, it)));
        }
        if let Some(hygiene) = &mut new.hygiene {
            hygiene.flaws.retain(|it| is_new(of_flaw(it)));
        }
        (new, left_out)
    }

    /// Says what of reports was left out.
    pub(crate) fn words(&self, each: &[LeftOut]) -> String {
        let sum = |of: fn(&LeftOut) -> usize| counted(each.iter().map(of).sum(), "finding");
        let known = format!("{} of the baseline left out", sum(|it| it.known));
        if each.iter().all(|it| it.unlooked == 0) {
            return format!("{known} (--baseline)");
        }
        let scanners = sides::scanners_of(&self.known.unlooked);
        let unlooked = sum(|it| it.unlooked);
        format!("{known}, and {unlooked} of what it did not look for: {scanners} (--baseline)")
    }
}

/// How much of a report does not count.
#[derive(Debug, Default)]
pub(crate) struct LeftOut {
    /// Findings that the baseline has.
    known: usize,
    /// Findings of scanners that did not run for it.
    unlooked: usize,
}

fn of_finding(report: &Report, finding: &Finding) -> Key {
    let package = report.packages.get(finding.package);
    let subject = package.map_or_else(String::new, |package| {
        let is_language = matches!(package.format, PackageFormat::Language(_));
        if is_language && !package.path.as_str().is_empty() {
            return format!("{} ({})", package.name, package.path);
        }
        package.name.clone()
    });
    Key {
        kind: Kind::Problem,
        id: finding.id.clone(),
        subject,
    }
}

/// A secret's file is named as Trivy names it.
fn of_leak(report: &Report, leak: &Leak) -> Key {
    let subject = match (leak.place.path(), report.target.kind) {
        (Some(path), TargetKind::Image) => format!("/{path}"),
        (Some(path), TargetKind::RootFs) => path.to_string(),
        (None, _) => report.target.name.clone(),
    };
    Key {
        kind: Kind::Secret,
        id: leak.secret.rule.clone(),
        subject,
    }
}

fn of_flaw(flaw: &Flaw) -> Key {
    let path = flaw.evidence.path.as_ref().map(ImagePath::as_str);
    Key {
        kind: Kind::Rule,
        id: flaw.rule.clone(),
        subject: path.unwrap_or(&flaw.title).to_owned(),
    }
}
