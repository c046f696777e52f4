//! What rules found in the way an image is built, and the facts that they rest on.

use serde::{Deserialize, Serialize};

use crate::{ImagePath, Mark, Part, Running, Severity, Waiver};

/// Something in an image that is built badly.
///
/// Flaws sort by severity (the worst first), rule, evidence and message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flaw {
    /// The rule that found it: `USR-ROOT`.
    pub rule: String,
    /// What is wrong in general, in a few words that start small.
    pub title: String,
    /// How bad it is here; [`Severity::INFO`] if it is only worth knowing.
    pub severity: Severity,
    /// What was seen, as one sentence without a final period.
    pub message: String,
    /// What can happen, for people who do not know yet.
    pub concern: String,
    /// What to write instead.
    pub fix: String,
    /// Documents that ask for it.
    pub controls: Vec<String>,
    /// Where it was seen.
    pub evidence: Evidence,
    /// Which part of the image brought it.
    pub part: Part,
    /// Why it does not count, if somebody said so.
    pub waived: Option<Waiver>,
}

/// Where in an image something was seen; what is not given does not apply.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// A path in the image.
    pub path: Option<ImagePath>,
    /// 0-based index of a layer.
    pub layer: Option<usize>,
    /// 0-based index of an entry of the history.
    pub history: Option<usize>,
}

/// What is known of the way an image is built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hygiene {
    /// What is built badly, those that are waived too.
    pub flaws: Vec<Flaw>,
    /// What becomes of the bytes of each layer, lowest first; none of an unpacked root.
    pub layers: Vec<LayerUse>,
    /// What the image is built on; `None` of an unpacked root.
    pub base: Option<Base>,
    /// How little is in it.
    pub slim: Slim,
    /// The good practices one by one, in the order in which they are shown.
    pub card: Vec<Mark>,
    /// What a manifest that runs the image may ask; none if it is not known.
    pub running: Option<Running>,
}

/// What becomes of the bytes of one layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LayerUse {
    /// 0-based index of the entry of the history that made it, if the history fits the layers.
    pub history: Option<usize>,
    /// Regular files in its tar.
    pub files: u64,
    /// Bytes of these files.
    pub file_bytes: u64,
    /// Bytes of them that no container sees: replaced or removed, by this layer or by one above.
    pub dead_bytes: u64,
    /// Bytes of layers below that this one replaces or removes.
    pub killed_bytes: u64,
    /// Bytes that it writes again although only owner or permissions differ.
    pub rewritten_bytes: u64,
    /// Bytes of files that a container sees and whose content lies in another file, too; small files and
    /// links are not counted, nor is the first of equal ones.
    pub duplicate_bytes: u64,
}

/// What an image is built on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// Its name; empty if it cannot be named.
    pub name: String,
    /// What tells it, and so how sure it is.
    pub told_by: BaseEvidence,
    /// How many of the lowest layers belong to it, if that is known.
    pub layers: Option<usize>,
    /// When it was built, RFC 3339 as given; empty if unknown.
    pub created: String,
    /// Whether it is still what its tag names.
    pub newest: Newest,
}

/// Whether a base is still what its tag names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Newest {
    /// No registry told.
    #[default]
    Untold,
    /// It is.
    Same,
    /// The tag names another image by now, of this digest.
    Other(String),
}

/// What tells a base image, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BaseEvidence {
    /// Its layers are those of an image that was learnt.
    Chain,
    /// Labels say so; whoever builds an image may write there what they like.
    Label,
    /// Lines of the history look like it.
    History,
    /// Only the distribution is known.
    Distribution,
    /// Nothing tells.
    Nothing,
}

impl BaseEvidence {
    /// Returns how sure it is, in words.
    pub const fn confidence(self) -> &'static str {
        match self {
            Self::Chain => "certain, by its layers",
            Self::Label => "likely, by a label",
            Self::History => "probable, by the history",
            Self::Distribution => "a guess, by the distribution",
            Self::Nothing => "unknown",
        }
    }
}

/// How little an image holds beside what it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slim {
    /// Its kind.
    pub level: SlimLevel,
    /// 0 to 100, 100 for nothing superfluous.
    pub score: u8,
    /// What takes points away, as the score's definition orders it.
    pub deductions: Vec<Deduction>,
}

/// Points that something superfluous costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deduction {
    /// How many.
    pub points: u8,
    /// What it is, in a few words with names and numbers.
    pub why: String,
}

/// Kinds of images by what they hold, the smallest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SlimLevel {
    /// Hardly more than a program.
    Scratch,
    /// Certificates and time zones beside it, no C library.
    Static,
    /// A C library, neither shell nor package manager.
    Distroless,
    /// A shell, few packages, no compiler.
    Slim,
    /// A whole distribution.
    Full,
    /// A compiler, or the headers of one.
    Build,
}

impl SlimLevel {
    /// Returns its number, 0 for the smallest.
    pub const fn number(self) -> u8 {
        match self {
            Self::Scratch => 0,
            Self::Static => 1,
            Self::Distroless => 2,
            Self::Slim => 3,
            Self::Full => 4,
            Self::Build => 5,
        }
    }

    /// Returns the word that reports use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scratch => "scratch",
            Self::Static => "static",
            Self::Distroless => "distroless",
            Self::Slim => "slim",
            Self::Full => "full",
            Self::Build => "build",
        }
    }
}

impl Flaw {
    /// Returns the family of its rule: `USR` of `USR-ROOT`.
    pub fn family(&self) -> &str {
        self.rule.split('-').next().unwrap_or_default()
    }
}
