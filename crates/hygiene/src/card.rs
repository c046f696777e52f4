//! The score card: how an image does in each of the practices that people are taught.

use model::{BaseEvidence, Flaw, Grade, Mark, Severity, Slim, SlimLevel};

use crate::facts::ImageFacts;

/// Returns the marks in the order in which they are shown.
pub(crate) fn card(facts: &ImageFacts<'_>, flaws: &[Flaw], slim: &Slim) -> Vec<Mark> {
    [
        ("modular", modular(facts, flaws)),
        ("persistent", persistent(flaws)),
        ("base", base(facts, flaws)),
        ("up to date", up_to_date(facts, flaws)),
        ("distroless/slim", small(slim)),
        ("secrets", secrets(facts, flaws)),
        ("vulnerabilities", vulnerabilities(facts)),
    ]
    .into_iter()
    .map(|(practice, (grade, reason))| Mark {
        practice: practice.to_owned(),
        grade,
        reason,
    })
    .collect()
}

type Graded = (Grade, String);

/// Returns the worst flaw of some rules, as a mark: MEDIUM and above fail, LOW warns.
fn worst(flaws: &[Flaw], is_of: impl Fn(&str) -> bool) -> Option<Graded> {
    // they are sorted, the worst first
    let flaw = flaws.iter().find(|flaw| is_of(&flaw.rule))?;
    let grade = match flaw.severity {
        Severity::Critical | Severity::High => Grade::Fail,
        Severity::Medium | Severity::Low => Grade::Warn,
        Severity::Unknown => return None,
    };
    Some((grade, flaw.message.clone()))
}

fn modular(facts: &ImageFacts<'_>, flaws: &[Flaw]) -> Graded {
    let rules = [
        "FUN-MULTI",
        "FUN-SUPER",
        "FUN-SSHD",
        "FUN-CRON",
        "FUN-PORTS",
    ];
    let good = || {
        let mut started = facts.services.at(crate::services::Level::Started);
        let reason = match started.next() {
            Some(service) => format!("one service: {}", service.row.name),
            None => "no second service was found".to_owned(),
        };
        (Grade::Pass, reason)
    };
    worst(flaws, |rule| rules.contains(&rule)).unwrap_or_else(good)
}

fn persistent(flaws: &[Flaw]) -> Graded {
    let good = || (Grade::Pass, "no data lies in the image".to_owned());
    let rules = ["DAT-STORE", "DAT-NOVOL", "DAT-VOLSYS", "DAT-VOLLOST"];
    worst(flaws, |rule| rules.contains(&rule)).unwrap_or_else(good)
}

fn base(facts: &ImageFacts<'_>, flaws: &[Flaw]) -> Graded {
    let known = || match facts.input.base {
        None => (Grade::Warn, "an unpacked root tells no base".to_owned()),
        Some(base) if base.told_by == BaseEvidence::Nothing => {
            (Grade::Warn, "nothing tells what it is built on".to_owned())
        }
        Some(base) => {
            let reason = format!(
                "{} ({})",
                crate::hits::short(&base.name),
                base.told_by.confidence()
            );
            let grade = match base.told_by {
                BaseEvidence::Chain | BaseEvidence::Label | BaseEvidence::History => Grade::Pass,
                BaseEvidence::Distribution | BaseEvidence::Nothing => Grade::Warn,
            };
            (grade, reason)
        }
    };
    let rules = ["BAS-DENIED", "BAS-FAT", "BAS-LATEST"];
    worst(flaws, |rule| rules.contains(&rule)).unwrap_or_else(known)
}

fn up_to_date(facts: &ImageFacts<'_>, flaws: &[Flaw]) -> Graded {
    let rules = ["BAS-EOL", "BAS-EOLSOON", "FRE-AGE", "FRE-LAG"];
    let known = || match crate::age::built(facts.input) {
        Some(days) => (
            Grade::Pass,
            format!("built {days} days ago; no registry was asked for a newer base"),
        ),
        None => (Grade::Warn, "nothing tells when it was built".to_owned()),
    };
    worst(flaws, |rule| rules.contains(&rule)).unwrap_or_else(known)
}

fn small(slim: &Slim) -> Graded {
    let grade = match slim.level {
        SlimLevel::Scratch | SlimLevel::Static | SlimLevel::Distroless => Grade::Pass,
        SlimLevel::Slim | SlimLevel::Full => Grade::Warn,
        SlimLevel::Build => Grade::Fail,
    };
    (
        grade,
        format!("{}, minimal score {} of 100", slim.level.name(), slim.score),
    )
}

fn secrets(facts: &ImageFacts<'_>, flaws: &[Flaw]) -> Graded {
    if let Some(leaks @ [leak, ..]) = facts.input.leaks {
        let count = model::counted(leaks.len(), "secret");
        return (Grade::Fail, format!("{count}, the first in {}", leak.place));
    }
    let good = || match facts.input.leaks {
        Some(_) => (Grade::Pass, "none was found".to_owned()),
        None => (Grade::Warn, "nobody looked for secrets in files".to_owned()),
    };
    worst(flaws, |rule| rule.starts_with("SEC-")).unwrap_or_else(good)
}

fn vulnerabilities(facts: &ImageFacts<'_>) -> Graded {
    let Some(findings) = facts.input.findings else {
        return (Grade::Warn, "nobody looked for any".to_owned());
    };
    let count = |severity| findings.iter().filter(|it| it.severity == severity).count();
    let [critical, high] = [Severity::Critical, Severity::High].map(count);
    match (critical, high, findings.len()) {
        (0, 0, 0) if facts.input.packages.is_empty() => {
            (Grade::Warn, "no package was found to compare".to_owned())
        }
        (0, 0, 0) => (Grade::Pass, "nothing known is wrong".to_owned()),
        (0, 0, some) => (Grade::Warn, format!("{some}, none critical or high")),
        (critical, high, all) => (
            Grade::Fail,
            format!("{critical} critical and {high} high of {all}"),
        ),
    }
}
