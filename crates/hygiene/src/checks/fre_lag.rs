//! Flaws that are critical or high, can be mended, and were known for more than 30 days.

use crate::prelude::*;
use jiff::civil::Date;
use jiff::tz::Offset;
use model::Finding;

use crate::tools::Tool;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "FRE-LAG",
        title: "fixes are out for more than 30 days",
        severity: Severity::Medium,
        concern: "the flaws are known, and so are ways to use them",
        fix: "build again on a newer base, or upgrade packages in a step",
        maps_to: &["CIS Docker 4.4", "NIST SP 800-190 4.1.1"],
    },
    ask: Some(ask),
    bad: &["FIX HIGH 2025-10-01", "PUBLISHED HIGH 2025-10-01T00:00:00Z"],
    good: &[
        "FIX HIGH 2025-12-20",
        "FIX LOW 2025-10-01",
        "PUBLISHED HIGH 2025-12-20T00:00:00Z",
        "PUBLISHED HIGH soon",
    ],
};

/// Days within which a fix should arrive.
const DAYS: i64 = 30;

/// No publisher says when its fix came out; that a flaw was published, or listed by CISA, says that it was
/// known then.
fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let input = asking.facts.input;
    let today = Offset::UTC.to_datetime(input.now).date();
    let age = |finding: &Finding| {
        let known = known_since(finding)?;
        let is_grave = finding.severity >= Severity::High && !finding.fixed.is_empty();
        is_grave.then(|| known.duration_until(today).as_hours() / 24)
    };
    let ages = input.findings.unwrap_or_default().iter().filter_map(age);
    let late: Vec<i64> = ages.filter(|days| *days > DAYS).collect();
    if let Some(oldest) = late.iter().max() {
        let count = model::counted(late.len(), "grave flaw");
        let message = format!("{count} could be mended, one known for {oldest} days");
        let hit = Hit::new(message);
        hits.push(match upgrade(&asking.tools.managers) {
            Some(command) => hit.fix(format!("RUN {command}, or build again on a newer base")),
            None => hit.fix("build again on a newer base"),
        });
    }
}

/// Returns the command with which the package manager that an image has upgrades it.
fn upgrade(managers: &[Tool]) -> Option<&'static str> {
    let commands = [
        ("apt-get", "apt-get update && apt-get upgrade -y"),
        ("apk", "apk upgrade --no-cache"),
        ("zypper", "zypper --non-interactive update"),
        ("tdnf", "tdnf update -y"),
        ("dnf", "dnf upgrade -y"),
        ("microdnf", "microdnf upgrade -y"),
        ("yum", "yum update -y"),
    ];
    let has = |name: &str| managers.iter().any(|tool| tool.name == name);
    let command = commands.into_iter().find(|(name, _)| has(name));
    command.map(|(_, command)| command)
}

/// Returns the first day on which a flaw was known, if anybody says so.
fn known_since(finding: &Finding) -> Option<Date> {
    let listed = finding.kev.as_ref().and_then(|kev| kev.added);
    let published = finding.details.as_ref().and_then(|details| {
        let day = details.published.get(..10)?;
        day.parse().ok()
    });
    listed.into_iter().chain(published).min()
}
