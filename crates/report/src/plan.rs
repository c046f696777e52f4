//! What closes most: a plan of few steps, each with how many findings it closes.
//!
//! Source of truth: the tools' own manuals for the commands. A name that a shell could take for
//! more than a name is never put into one: images come from strangers, and commands are copied.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use model::{Finding, OsFamily, Package, PackageFormat, Part, Report};
use version::Scheme;

use crate::counts::Counts;

/// More packages than this are updated without naming them.
const MOST_NAMED: usize = 8;

/// What to do about an image, the step that closes most first.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) steps: Vec<Step<'a>>,
    /// Findings that no step closes: nobody has published a fix.
    pub(crate) unfixed: usize,
}

/// Something to do.
#[derive(Debug)]
pub(crate) struct Step<'a> {
    /// In words: `update 3 packages`.
    pub(crate) what: String,
    /// The command that does it, for a Dockerfile or a shell; empty if there is none.
    pub(crate) command: String,
    /// The findings that it closes, at most.
    pub(crate) closes: Counts,
    /// The packages that are raised, by name.
    pub(crate) packages: Vec<Raised<'a>>,
}

/// A package, and the version that it needs.
#[derive(Debug)]
pub(crate) struct Raised<'a> {
    pub(crate) package: &'a Package,
    pub(crate) to: &'a str,
}

/// Who can mend a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    /// Whoever builds the base image.
    Base,
    /// The distribution's package manager.
    Manager,
    /// Whoever lists the application's packages.
    Application,
}

/// Makes the plan; `None` if nothing is to be done.
///
/// Headers of a kernel that is not the running one are left out: updating them mends nothing.
pub(crate) fn plan(report: &Report) -> Option<Plan<'_>> {
    let counting = report.findings.iter().filter(|it| it.group.is_none());
    let (fixable, unfixed): (Vec<&Finding>, Vec<_>) = counting.partition(|it| !it.fixed.is_empty());
    let mut by: BTreeMap<By, Vec<(&Finding, &Package)>> = BTreeMap::new();
    for finding in fixable {
        if let Some(package) = report.packages.get(finding.package) {
            let who = who(finding, package);
            by.entry(who).or_default().push((finding, package));
        }
    }
    let step = |(who, findings): (By, Vec<_>)| step(report, who, &findings);
    let mut steps: Vec<Step<'_>> = by.into_iter().map(step).collect();
    steps.sort_by_key(|step| std::cmp::Reverse(step.closes.total()));
    (!steps.is_empty()).then_some(Plan {
        steps,
        unfixed: unfixed.len(),
    })
}

fn who(finding: &Finding, package: &Package) -> By {
    match (finding.part, package.format) {
        (Part::Base, _) => By::Base,
        (_, PackageFormat::Language(_)) => By::Application,
        _ => By::Manager,
    }
}

fn step<'a>(report: &Report, who: By, findings: &[(&'a Finding, &'a Package)]) -> Step<'a> {
    let packages = raised(findings);
    let count = model::counted(packages.len(), "package");
    let is_past = report.eol.as_ref().is_some_and(|eol| eol.is_past);
    let (what, command) = match who {
        By::Base if is_past => (
            "rebuild on a base image of a release that still gets fixes".to_owned(),
            String::new(),
        ),
        By::Base => (
            "rebuild on today's base image".to_owned(),
            "docker build --pull".to_owned(),
        ),
        By::Manager => (format!("update {count}"), update(report, &packages)),
        By::Application => (format!("raise {count} of the application"), String::new()),
    };
    Step {
        what,
        command,
        closes: Counts::of(findings.iter().map(|(finding, _)| *finding)),
        packages,
    }
}

/// Returns each package with the highest version that one of its findings asks for.
fn raised<'a>(findings: &[(&'a Finding, &'a Package)]) -> Vec<Raised<'a>> {
    let mut raised: BTreeMap<usize, Raised<'a>> = BTreeMap::new();
    for (finding, package) in findings {
        let to = next(finding, package);
        let known = raised
            .entry(finding.package)
            .or_insert(Raised { package, to });
        if order(package, known.to, to) == Ordering::Less {
            known.to = to;
        }
    }
    raised.into_values().collect()
}

/// Returns the nearest version that holds the fix: an advisory names one for each release line.
fn next<'a>(finding: &'a Finding, package: &Package) -> &'a str {
    let lines = finding.fixed.split(", ");
    let later = lines.filter(|fixed| order(package, &finding.installed, fixed) == Ordering::Less);
    let nearest = later.min_by(|a, b| order(package, a, b));
    nearest.unwrap_or(&finding.fixed)
}

/// Versions that cannot be compared count as equal: the first that is named stays.
fn order(package: &Package, a: &str, b: &str) -> Ordering {
    let scheme = match package.format {
        PackageFormat::Apk => Scheme::Apk,
        PackageFormat::Dpkg => Scheme::Dpkg,
        PackageFormat::Rpm | PackageFormat::Rpmqa => Scheme::Rpm,
        PackageFormat::Language(_) => Scheme::Lenient,
    };
    version::compare(scheme, a, b).unwrap_or(Ordering::Equal)
}

/// Returns the package manager's command; empty if there is none in such an image.
fn update(report: &Report, packages: &[Raised<'_>]) -> String {
    let Some(first) = packages.first() else {
        return String::new();
    };
    let (all, named) = match first.package.format {
        PackageFormat::Apk => ("apk upgrade --no-cache", "apk upgrade --no-cache"),
        // a distroless image has its packages from elsewhere
        PackageFormat::Dpkg if first.package.path.to_string().contains("status.d/") => {
            return String::new();
        }
        PackageFormat::Dpkg => (
            "apt-get update && apt-get upgrade -y",
            "apt-get update && apt-get install -y --only-upgrade",
        ),
        PackageFormat::Rpm => {
            let manager = rpm_manager(report.os.as_ref().map(|os| &os.family));
            (manager, manager)
        }
        PackageFormat::Rpmqa | PackageFormat::Language(_) => return String::new(),
    };
    let mut names: Vec<&str> = packages.iter().map(|it| it.package.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    if names.len() > MOST_NAMED || !names.iter().all(|name| is_plain(name)) {
        return all.to_owned();
    }
    format!("{named} {}", names.join(" "))
}

const fn rpm_manager(family: Option<&OsFamily>) -> &'static str {
    match family {
        Some(
            OsFamily::Sles | OsFamily::Slem | OsFamily::OpenSuseLeap | OsFamily::OpenSuseTumbleweed,
        ) => "zypper --non-interactive update",
        Some(OsFamily::Photon | OsFamily::AzureLinux | OsFamily::CblMariner) => "tdnf update -y",
        _ => "dnf upgrade -y",
    }
}

/// Whether a name is nothing but a name to a shell and to a package manager.
fn is_plain(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"+._-".contains(&byte);
    name.bytes().all(is_part) && name.starts_with(|c: char| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use model::{EolNotice, Language};

    use super::*;
    use crate::outputs::tests::{clean, finding, package};

    #[test]
    fn the_step_that_closes_most_is_first() {
        let steps = steps(&[
            (
                PackageFormat::Apk,
                "musl",
                "1.1",
                &["1.2", "1.10"],
                Part::Own,
            ),
            (
                PackageFormat::Apk,
                "zlib",
                "1.0",
                &["1.1", "1.2", "1.3"],
                Part::Base,
            ),
            (PackageFormat::Apk, "curl", "1.0", &[""], Part::Own),
            (
                PackageFormat::Language(Language::NodePkg),
                "tar",
                "4.1.0",
                &["3.2.2, 4.4.14, 5.0.6"],
                Part::Own,
            ),
        ]);
        assert_eq!(
            steps,
            "3 rebuild on today's base image `docker build --pull` zlib 1.3; \
             2 update 1 package `apk upgrade --no-cache musl` musl 1.10; \
             1 raise 1 package of the application `` tar 4.4.14; 1 without a fix"
        );
    }

    #[test]
    fn names_that_are_more_than_names_stay_out_of_commands() {
        for (format, name, want) in [
            (
                PackageFormat::Dpkg,
                "libc6",
                "apt-get update && apt-get install -y --only-upgrade libc6",
            ),
            (
                PackageFormat::Dpkg,
                "x; reboot",
                "apt-get update && apt-get upgrade -y",
            ),
            (PackageFormat::Apk, "--root=/", "apk upgrade --no-cache"),
            (PackageFormat::Rpm, "$(id)", "dnf upgrade -y"),
        ] {
            let steps = steps(&[(format, name, "1", &["2"], Part::Unknown)]);
            assert!(steps.contains(&format!("`{want}`")), "{steps}");
        }
    }

    #[test]
    fn nothing_to_mend_is_no_plan() {
        assert!(plan(&clean()).is_none());
        let unfixed = [(PackageFormat::Apk, "curl", "1.0", &[""][..], Part::Own)];
        assert_eq!(steps(&unfixed), "");
    }

    #[test]
    fn an_old_release_is_not_built_again() {
        let mut report = clean();
        fill(
            &mut report,
            &[(PackageFormat::Apk, "zlib", "1.0", &["1.1"], Part::Base)],
        );
        report.eol = Some(EolNotice {
            date: "2021-05-01".parse().unwrap(),
            is_past: true,
            regular_end: None,
            source: "endoflife.date".to_owned(),
        });
        let plan = plan(&report).unwrap();
        assert!(plan.steps[0].what.contains("still gets fixes"), "{plan:?}");
    }

    type Row<'a> = (PackageFormat, &'a str, &'a str, &'a [&'a str], Part);

    fn fill(report: &mut Report, rows: &[Row<'_>]) {
        report.packages.clear();
        for (at, (format, name, version, fixes, part)) in rows.iter().enumerate() {
            report.packages.push(package(*format, name, version));
            let findings = fixes.iter().map(|fixed| Finding {
                installed: (*version).to_owned(),
                fixed: (*fixed).to_owned(),
                part: *part,
                ..finding("CVE-2026-0001", at)
            });
            report.findings.extend(findings);
        }
    }

    fn steps(rows: &[Row<'_>]) -> String {
        let mut report = clean();
        fill(&mut report, rows);
        let Some(plan) = plan(&report) else {
            return String::new();
        };
        let line = |step: &Step<'_>| {
            let raised = step.packages.iter();
            let raised: Vec<_> = raised
                .map(|it| format!("{} {}", it.package.name, it.to))
                .collect();
            let total = step.closes.total();
            format!(
                "{total} {} `{}` {}",
                step.what,
                step.command,
                raised.join(", ")
            )
        };
        let lines: Vec<_> = plan.steps.iter().map(line).collect();
        format!("{}; {} without a fix", lines.join("; "), plan.unfixed)
    }
}
