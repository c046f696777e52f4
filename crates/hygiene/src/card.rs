//! The score card: how an image does in each of the practices that people are taught.

use model::{BaseEvidence, Flaw, Grade, Mark, Slim, SlimLevel, card};

use crate::facts::ImageFacts;
use crate::services::Level;

/// Returns the marks in the order in which they are shown, not weighed yet; flaws are sorted, the worst
/// first.
pub(crate) fn card(facts: &ImageFacts<'_>, flaws: &[Flaw], slim: &Slim) -> Vec<Mark> {
    let mark = |practice, rules: &[&str], otherwise| {
        let is_of = |flaw: &&Flaw| rules.iter().any(|rule| flaw.rule.starts_with(rule));
        let flaws = flaws.iter().filter(is_of).take(MOST).cloned();
        Mark::new(practice, flaws.collect(), otherwise)
    };
    vec![
        mark("modular", &MODULAR, modular(facts)),
        mark("persistent", &PERSISTENT, persistent()),
        mark("base", &BASE, base(facts)),
        mark("up to date", &UP_TO_DATE, up_to_date(facts)),
        mark("distroless/slim", &[], small(slim)),
        mark(card::SECRETS, &["SEC-"], no_secrets(facts)),
        mark(card::VULNERABILITIES, &[], no_vulnerabilities(facts)),
    ]
}

/// Flaws that one mark is weighed by; whoever waives more of them sees the rest in the report.
const MOST: usize = 1_000;

const MODULAR: [&str; 5] = [
    "FUN-MULTI",
    "FUN-SUPER",
    "FUN-SSHD",
    "FUN-CRON",
    "FUN-PORTS",
];
const PERSISTENT: [&str; 4] = ["DAT-STORE", "DAT-NOVOL", "DAT-VOLSYS", "DAT-VOLLOST"];
const BASE: [&str; 3] = ["BAS-DENIED", "BAS-FAT", "BAS-LATEST"];
const UP_TO_DATE: [&str; 4] = ["BAS-EOL", "BAS-EOLSOON", "FRE-AGE", "FRE-LAG"];

type Graded = (Grade, String);

fn modular(facts: &ImageFacts<'_>) -> Graded {
    let started = facts.services.at(Level::Started);
    let names: Vec<&str> = started.map(|service| service.row.name).collect();
    let functions = facts.services.groups(Level::Started).len();
    let reason = match (&names[..], functions) {
        ([], _) => "no second service was found".to_owned(),
        ([name], _) => format!("one service: {name}"),
        (names, ..=1) => format!("one function: {}", names.join(", ")),
        (names, _) => format!("services: {}", names.join(", ")),
    };
    // what was not followed may start a second one
    let grade = match facts.unfollowed.len() {
        0 => Grade::Pass,
        _ => {
            return (
                Grade::Warn,
                format!("{reason}, but not all that is started was followed"),
            );
        }
    };
    (grade, reason)
}

fn persistent() -> Graded {
    (Grade::Pass, "no data lies in the image".to_owned())
}

fn base(facts: &ImageFacts<'_>) -> Graded {
    match facts.input.base {
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
    }
}

fn up_to_date(facts: &ImageFacts<'_>) -> Graded {
    match crate::age::built(facts.input) {
        Some(days) => (
            Grade::Pass,
            format!("built {days} days ago; no registry was asked for a newer base"),
        ),
        None => (Grade::Warn, "nothing tells when it was built".to_owned()),
    }
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

fn no_secrets(facts: &ImageFacts<'_>) -> Graded {
    match facts.input.leaks {
        Some(_) => (Grade::Pass, "none was found".to_owned()),
        None => (Grade::Warn, "nobody looked for secrets in files".to_owned()),
    }
}

fn no_vulnerabilities(facts: &ImageFacts<'_>) -> Graded {
    let (grade, reason) = match facts.input.findings {
        None => (Grade::Warn, "nobody looked for any"),
        Some(_) if facts.input.packages.is_empty() => {
            (Grade::Warn, "no package was found to compare")
        }
        Some(_) => (Grade::Pass, "nothing known is wrong"),
    };
    (grade, reason.to_owned())
}
