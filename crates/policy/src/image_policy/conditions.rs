//! What rules can ask: a file and a line each.

mod bases;
mod end_of_life;
mod gaps;
mod image_age;
mod image_rules;
mod manifest_rules;
mod registries;
mod secrets;
mod tags;
mod vulnerabilities;

use jiff::civil::Date;
use model::{Misconfiguration, Severity};
use yaml::Node;

use super::facts::{Found, FoundKind, ImageFacts};
use super::glob::{Glob, fits, glob};
use super::names::Spelled;
use super::shape::{Field, Kind, SEVERITIES, Shape, text, texts};

/// A condition: the key that rules write, and how it is read.
pub(super) struct Condition {
    pub(super) key: &'static str,
    pub(super) help: &'static str,
    pub(super) shape: &'static Shape,
    pub(super) of: Of,
    pub(super) read: fn(&Node) -> Judge,
}

/// Every condition, in alphabetical order.
pub(super) static CONDITIONS: &[&Condition] = &[
    &bases::CONDITION,
    &end_of_life::CONDITION,
    &gaps::CONDITION,
    &image_age::CONDITION,
    &image_rules::CONDITION,
    &manifest_rules::CONDITION,
    &registries::CONDITION,
    &secrets::CONDITION,
    &tags::CONDITION,
    &vulnerabilities::CONDITION,
];

/// What a condition is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// The name of an image.
    Name,
    /// What a scan found in an image.
    Scan,
    /// How a workload is run.
    Object,
}

/// Says what is to object.
pub(super) type Judge = Box<dyn Fn(&Question<'_>) -> Option<Objection> + Send + Sync>;

/// What one rule is asked.
#[derive(Debug)]
pub(super) struct Question<'a> {
    /// The image, spelled out; an error if its name is none.
    pub(super) name: Option<Result<&'a Spelled, &'a str>>,
    /// What is known of the image.
    pub(super) facts: Option<&'a ImageFacts>,
    /// What was found in it and counts.
    pub(super) found: &'a [&'a Found],
    /// What was found in how it is run and counts.
    pub(super) misconfigurations: &'a [&'a Misconfiguration],
    pub(super) today: Date,
}

/// Why something is not acceptable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Objection {
    /// The flaws or rules that it is about, the worst first.
    pub(super) ids: Vec<String>,
    /// What is wrong, in a sentence without a final period.
    pub(super) text: String,
    /// What to do about it.
    pub(super) fix: String,
}

/// Ids or platforms that a text names; the rest are counted.
pub(super) const NAMED: usize = 3;

/// Which of what rules found counts: from a severity on, of these ids, without those.
struct Choice {
    severity: Severity,
    ids: Option<Vec<Glob>>,
    except: Vec<Glob>,
}

/// The keys of a choice.
const SEVERITY: Field = Field::new(
    "severity",
    Kind::OneOf(SEVERITIES),
    "From which severity on it counts; by default medium, and any where ids, exploited: true or epss are given",
);
const IDS: Field = Field::new(
    "ids",
    Kind::Patterns,
    "Only these; `*` stands for any characters",
)
.some();
const EXCEPT: Field = Field::new("exceptIds", Kind::Patterns, "Not these");

impl Choice {
    fn read(node: &Node, default: Severity) -> Self {
        let globs = |name| {
            texts(node, name)
                .iter()
                .filter_map(|text| glob(text, false))
                .collect()
        };
        let ids = node.get("ids").map(|_| globs("ids"));
        // who names ids means them, however bad they are
        let default = if ids.is_some() {
            Severity::Unknown
        } else {
            default
        };
        Self {
            severity: text(node, "severity").parse().unwrap_or(default),
            ids,
            except: globs("exceptIds"),
        }
    }

    fn has(&self, severity: Severity, ids: &[&str]) -> bool {
        let is_one = |globs: &[Glob]| ids.iter().any(|id| fits(globs, id));
        severity >= self.severity && self.ids.as_deref().is_none_or(is_one) && !is_one(&self.except)
    }
}

/// Returns the least severity that a rule about how workloads are run asks about.
pub(super) fn least(node: &Node) -> Severity {
    manifest_rules::choice(node).severity
}

/// Returns the objection to what was found of a kind and is chosen.
fn object(
    question: &Question<'_>,
    (kind, noun): (FoundKind, &str),
    is_chosen: impl Fn(&Found) -> bool,
    fix: impl Fn(&Found) -> String,
) -> Option<Objection> {
    let of_kind = question.found.iter().filter(|it| it.kind == kind);
    let chosen: Vec<&Found> = of_kind.copied().filter(|it| is_chosen(it)).collect();
    let worst = chosen.first()?;
    let mut ids: Vec<String> = chosen.iter().map(|it| it.id.clone()).collect();
    ids.dedup();
    let told = chosen
        .iter()
        .take(NAMED)
        .map(|it| format!("{} {} ({})", it.word(), it.id, it.place));
    let told: Vec<String> = told.collect();
    Some(Objection {
        text: format!(
            "{}: {}{}",
            model::counted(chosen.len(), noun),
            told.join(", "),
            more(chosen.len())
        ),
        fix: fix(worst),
        ids,
    })
}

/// Returns the objection to a name that nobody understands.
fn unnamed(what: &str, why: &str) -> Objection {
    Objection {
        ids: Vec::new(),
        text: format!("nobody can tell {what}: {why}"),
        fix: "write the name of an image".to_owned(),
    }
}

/// Says how many are not named.
pub(super) fn more(count: usize) -> String {
    match count.saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    }
}

/// Returns how many days lie between two days; none before the first.
fn days_since(day: Date, today: Date) -> i64 {
    i64::from((today - day).get_days()).max(0)
}
