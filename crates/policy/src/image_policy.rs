//! The policy file: which images and workloads are acceptable, where, and who may say otherwise.
//!
//! ```yaml
//! apiVersion: seaworthy.dev/v1alpha1
//! kind: ImagePolicy
//! metadata: {name: prod}
//! spec:
//!   rules:
//!   - {name: our-registries, registries: {allow: ["registry.example/**"]}}
//!   - {name: exploited, vulnerabilities: {exploited: true}}
//! ```
//! One function, [`judge`], decides for everybody who asks: the command line, the webhooks, promotion.

mod asked;
mod cases;
mod conditions;
mod data;
mod decided;
mod doubts;
mod exceptions;
mod facts;
mod glass;
mod glob;
mod judge;
mod names;
mod read;
mod rule_ids;
mod scope;
mod shape;
mod span;
mod spelling;
mod table;
mod together;
mod verdict;

pub use asked::{Asked, AskedImage, Known, User};
pub use cases::{Action, Case, Cases};
pub use data::Data;
pub use decided::Decided;
pub use doubts::doubts;
pub use facts::{Found, FoundKind, ImageFacts};
pub use judge::{judge, judge_by, unjudged};
pub use read::{Problem, schema};
pub use rule_ids::RuleIds;
pub use table::{Table, Test};
pub use verdict::{Outcome, Reason, Used, Verdict, plain};

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;
use model::{Digest, Severity};

use conditions::{Judge, Of};
use exceptions::Exceptions;
use glass::BreakGlass;
use scope::Scope;

/// A policy, read from its file.
pub struct ImagePolicy {
    name: String,
    digest: Digest,
    scope: Scope,
    rules: Vec<Rule>,
    cases: Cases,
    exceptions: Exceptions,
    break_glass: Option<BreakGlass>,
    /// Days for which what runs already keeps running when something new becomes known.
    running_days: Option<i64>,
    is_pinning: bool,
    /// The kinds of data that its rules ask.
    data: BTreeSet<Data>,
}

/// What is asked of every image or workload within its scope.
struct Rule {
    name: String,
    mode: Mode,
    scope: Scope,
    of: Of,
    /// The least severity of what it asks about how workloads are run, if it asks about that.
    least: Option<Severity>,
    /// Whether it names rules that only an image and its manifest together answer.
    is_joined: bool,
    judge: Judge,
}

impl Rule {
    /// Whether it asks what is in images.
    fn asks_for_scans(&self) -> bool {
        self.of == Of::Scan || self.is_joined
    }
}

/// What the ids of rules begin with that an image and its manifest answer together.
const JOINED: &str = "JOIN";

/// What comes of an objection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// It is written down.
    Audit,
    /// The user is told.
    Warn,
    /// It is denied.
    Enforce,
}

impl Mode {
    /// All of them with their names in the file.
    pub const ALL: [(&'static str, Self); 3] = [
        ("audit", Self::Audit),
        ("enforce", Self::Enforce),
        ("warn", Self::Warn),
    ];

    /// Returns its name in the file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Warn => "warn",
            Self::Enforce => "enforce",
        }
    }
}

impl ImagePolicy {
    /// Reads the file called `file`; a key that is unknown is a problem, and so is a rule that is none of `ids`.
    ///
    /// # Errors
    /// All that is wrong with it, with lines and columns.
    pub fn read(file: &str, text: &str, ids: &RuleIds<'_>) -> Result<Self, Vec<Problem>> {
        read::read(file, text, ids)
    }

    /// Returns its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the digest of its file: what was decided by other bytes is another decision.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// Returns how people call it: `prod@a91fc0de`.
    pub fn label(&self) -> String {
        let hex = self.digest.to_hex();
        format!("{}@{}", self.name, hex.get(..8).unwrap_or_default())
    }

    /// Returns what to do where nothing can be said.
    pub const fn cases(&self) -> &Cases {
        &self.cases
    }

    /// Whether tags are to be pinned to digests.
    pub const fn is_pinning(&self) -> bool {
        self.is_pinning
    }

    /// Whether it concerns what is asked about, by its own `match`.
    pub fn concerns(&self, asked: &Asked<'_>) -> bool {
        self.scope.has(asked)
    }

    /// Returns the strictest that can come of anything in a namespace; none if no rule concerns it.
    fn strictest(&self, namespace: &str) -> Option<Mode> {
        let rules = self.rules.iter();
        let rules = rules.filter(|rule| {
            self.scope.has_namespace(namespace) && rule.scope.has_namespace(namespace)
        });
        let modes = rules.map(|rule| {
            let case = rule.asks_for_scans().then(|| self.cases.unscannable.mode());
            case.map_or(rule.mode, |case| case.max(rule.mode))
        });
        modes.max()
    }

    /// Whether any rule asks what is in images: where none does, nothing has to be scanned.
    pub fn asks_for_scans(&self) -> bool {
        self.rules.iter().any(Rule::asks_for_scans)
    }

    /// Returns the least severity of what any rule asks about how workloads are run: what is below need
    /// not be found.
    pub fn least_severity(&self) -> Severity {
        let asked = self.rules.iter().filter_map(|rule| rule.least);
        asked.min().unwrap_or(Severity::Critical)
    }

    /// Returns the oldest data that counts of what an image was held against: that of advisories, and what
    /// rules ask beside it.
    fn oldest(&self, facts: &ImageFacts) -> Option<(Data, Date)> {
        let counting = facts
            .data
            .iter()
            .filter(|(data, _)| self.data.contains(data));
        counting.copied().min_by_key(|(_, day)| *day)
    }

    /// Returns the day of the oldest data that counts of what an image was held against: when it is `stale`.
    pub fn data_day(&self, facts: &ImageFacts) -> Option<Date> {
        self.oldest(facts).map(|(_, day)| day)
    }

    /// Returns the next day after `today` on which an exception ends: what was decided holds until then.
    pub fn next_end(&self, today: Date) -> Option<Date> {
        let ends = self.exceptions.ends();
        ends.filter(|until| *until >= today).min()
    }
}

impl fmt::Debug for ImagePolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ImagePolicy({})", self.label())
    }
}

#[cfg(test)]
mod tests;
