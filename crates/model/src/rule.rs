//! A rule of ours about how something is built or run, and what it found.

use serde::{Deserialize, Serialize};

use crate::{Gap, Severity};

/// What a rule is about. Its id never changes its meaning once released.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// FAMILY-WORD: `CTR-PRIVILEGED`.
    pub id: &'static str,
    /// What is wrong, in a few words that start small: `container is privileged`.
    pub title: &'static str,
    /// How bad it is, where the finding does not say otherwise.
    pub severity: Severity,
    /// What can happen, for people who do not know yet.
    pub concern: &'static str,
    /// What to write instead.
    pub fix: &'static str,
    /// Documents that ask for it: `PSS baseline`, `CIS Kubernetes 5.2.2`, `NSA/CISA 2.1`.
    pub maps_to: &'static [&'static str],
}

/// Where a rule found something in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Spot {
    /// The file; of `helm template`, the file of the chart.
    pub file: String,
    /// Line, 1 for the first: that of the value, or of the closest thing around one that is missing.
    pub line: usize,
    /// Character of the line, 1 for the first.
    pub column: usize,
    /// JSON pointer (RFC 6901) of the value in its object, also of one that is missing.
    pub pointer: String,
    /// The line, cut where it is long.
    pub excerpt: String,
}

/// An edit that mends something, where only one value is right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// JSON pointer (RFC 6901) of the value in its object; the value may be missing.
    pub pointer: String,
    /// What to do there.
    pub change: Change,
}

/// What an edit does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Change {
    /// The value becomes this plain scalar.
    Set(&'static str),
    /// The list gets this plain scalar, too.
    AddItem(&'static str),
}

/// Something that is built or run badly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Misconfiguration {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// How bad it is here.
    pub severity: Severity,
    /// What was seen, as one sentence without a final period.
    pub message: String,
    /// Where.
    pub spot: Spot,
    /// The object: `Deployment/shop/api`; without a namespace `Deployment/api`.
    pub object: String,
    /// The container in it.
    pub container: Option<String>,
    /// The image of that container, as the object names it.
    pub image: Option<String>,
    /// The edit that mends it.
    pub edit: Option<Edit>,
    /// Why it does not count, if somebody said so.
    pub waived: Option<Waiver>,
}

/// What rules found in the objects of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// How many objects were judged.
    pub objects: usize,
    /// What was found, those that are waived too: by object; in one the worst first, then as they
    /// stand in the file, then by rule.
    pub found: Vec<Misconfiguration>,
    /// What was not looked at, sorted.
    pub gaps: Vec<Gap>,
}

/// Who decided that something does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// The reason that was given.
    pub reason: String,
    /// Where it was given: an annotation, or file and line of an ignore file.
    pub place: String,
}
