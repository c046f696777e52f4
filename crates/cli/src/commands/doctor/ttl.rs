//! How long the plugin `ImagePolicyWebhook` keeps verdicts and waits between tries, and what happens while
//! nobody answers.
//!
//! Source of truth: `admission.md` §1.2, the plugin's bounds and defaults.

use std::ops::RangeInclusive;

use yaml::Node;

use super::{Report, State, plugin};

/// Seconds after which an exception or a new flaw should count.
const LONG: i64 = 60;

/// A time that the plugin is told.
struct Time {
    name: &'static str,
    unit: &'static str,
    /// What the API server starts with, beside 0 and -1.
    bounds: RangeInclusive<i64>,
    /// What 0 means, and nothing at all.
    default: i64,
    /// What -1 means.
    off: &'static str,
}

const TIMES: [Time; 3] = [
    Time {
        name: "allowTTL",
        unit: "s",
        bounds: 1..=1_800,
        default: 300,
        off: "no verdict is kept, and each pod asks again",
    },
    Time {
        name: "denyTTL",
        unit: "s",
        bounds: 1..=1_800,
        default: 30,
        off: "no verdict is kept, and each pod asks again",
    },
    Time {
        name: "retryBackoff",
        unit: "ms",
        bounds: 1..=300_000,
        default: 500,
        off: "five tries follow each other without a pause",
    },
];

/// Looks at what stands below `imagePolicy`.
pub(super) fn check(plugin: &Node, (about, report): (&str, &mut Report)) {
    for time in &TIMES {
        let (state, text) = time.told(plugin::field(plugin, time.name));
        report.add(state, about, text);
    }
    let (state, text) = while_nobody_answers(plugin::field(plugin, "defaultAllow"));
    report.add(state, about, text);
}

impl Time {
    fn told(&self, value: Option<&Node>) -> (State, String) {
        let name = self.name;
        let Some(value) = value else {
            return self.kept(self.default, ", the default");
        };
        match value.as_int() {
            None => (
                State::Broken,
                format!("{name} is no whole number: the API server does not start"),
            ),
            Some(0) => self.kept(self.default, ", the default"),
            Some(-1) => (State::Doubtful, format!("{name} is -1: {}", self.off)),
            Some(value) if !self.bounds.contains(&value) => {
                let (least, most) = (self.bounds.start(), self.bounds.end());
                let text = format!(
                    "{name} is {value} {}: the API server takes {least} to {most} and does not start",
                    self.unit
                );
                (State::Broken, text)
            }
            Some(value) => self.kept(value, ""),
        }
    }

    fn kept(&self, value: i64, whose: &str) -> (State, String) {
        let text = format!("{} is {value} {}{whose}", self.name, self.unit);
        if self.unit == "s" && value > LONG {
            let why = "so long a new exception or a new flaw has no effect";
            return (State::Doubtful, format!("{text}: {why}"));
        }
        (State::Well, text)
    }
}

fn while_nobody_answers(value: Option<&Node>) -> (State, String) {
    let is_open = value.map_or(Some(false), Node::as_bool);
    let (state, text) = match is_open {
        None => (
            State::Broken,
            "defaultAllow is neither true nor false: the API server does not start",
        ),
        Some(true) => (
            State::Well,
            "defaultAllow is true: while nobody answers, every pod is let in",
        ),
        Some(false) => (
            State::Well,
            "defaultAllow is false: while nobody answers, no pod starts, that of the server neither",
        ),
    };
    (state, text.to_owned())
}
