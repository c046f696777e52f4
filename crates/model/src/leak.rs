//! A secret that lies in a target: what and where it is, never its value.

use serde::{Deserialize, Serialize};

use crate::Severity;

/// A secret as a rule of the secret engine found it, without its value.
///
/// Secrets of one text sort by offset, then by rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// Byte of the text at which it starts, 0 for the first; in UTF-8, also where the text is UTF-16.
    pub offset: u64,
    /// Id of the rule: `github-token`.
    pub rule: String,
    /// What it is, in a few words: `GitHub token`.
    pub title: String,
    /// Family of the rule: `forge`.
    pub family: String,
    /// How bad it is.
    pub severity: Severity,
    /// Line of its first byte, 1 for the first.
    pub line: u64,
    /// Line of its last byte.
    pub end_line: u64,
    /// Character of the line, 1 for the first.
    pub column: u64,
    /// Bytes that it has.
    pub length: u64,
    /// Its fixed beginning, `…`, and its last two characters; without the latter if it is short.
    pub sample: String,
    /// Hexadecimal HMAC-SHA256 of it, 16 bytes: equal secrets have equal ones.
    pub fingerprint: String,
    /// What speaks for it beside its form.
    pub proof: Proof,
    /// Second since 1970 after which it is of no use, if it says so.
    pub expires: Option<i64>,
    /// What it tells about itself that is no secret: `account 123456789012`. May be empty.
    pub note: String,
    /// The lines around it, every secret of them masked; empty in a program.
    pub lines: Vec<ShownLine>,
}

/// What speaks for a secret beside its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// Nothing can be computed.
    None,
    /// A checksum, a signature's header or another structure within it is as it must be.
    Valid,
}

impl Proof {
    /// Returns the word that reports use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Valid => "valid",
        }
    }
}

/// One line of a text as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownLine {
    /// Its number, 1 for the first.
    pub number: u64,
    /// What it says, every secret masked, cut where it is long.
    pub text: String,
    /// Whether the secret itself stands here.
    pub is_cause: bool,
}
