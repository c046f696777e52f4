//! A secret that lies in a target: what and where it is, never its value.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ImagePath, Severity, Waiver};

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

/// A secret in an image or in an unpacked root: where it lies and what can still be done.
///
/// Leaks sort by place (files by layer and path, then settings in the order of [`Place`]), line,
/// column and rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leak {
    /// Where.
    pub place: Place,
    /// Whether deleting it from the image's files would still help.
    pub state: LeakState,
    /// Name of the package to whose files it belongs, if any; the file is not as the package
    /// brought it then.
    pub package: Option<String>,
    /// What.
    pub secret: Secret,
}

/// Where a secret lies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Place {
    /// In a file.
    File {
        /// 0-based index of the layer that holds it; `None` of an unpacked root.
        layer: Option<usize>,
        /// Its path.
        path: ImagePath,
    },
    /// In a variable of the environment, of this name.
    Environment(String),
    /// In a label of this name.
    Label(String),
    /// In the arguments of the entrypoint.
    Entrypoint,
    /// In the arguments of the command.
    Command,
    /// In the health check.
    Healthcheck,
    /// In a step for images that are built on this one, by its 0-based index.
    OnBuild(usize),
    /// In an entry of the history, by its 0-based index.
    History(usize),
    /// In an argument of the build, which the history keeps.
    BuildArgument {
        /// 0-based index of the entry of the history.
        history: usize,
        /// Name of the argument.
        name: String,
    },
    /// In the name of who made the image.
    Author,
}

/// Whether a secret is in the image that a container sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LeakState {
    /// A container sees it.
    Present,
    /// A layer above removed or replaced the file; who pulls the image gets it all the same.
    Below {
        /// 0-based index of that layer.
        removed_by: usize,
    },
}

impl Place {
    /// Returns the path of a file.
    pub const fn path(&self) -> Option<&ImagePath> {
        if let Self::File { path, .. } = self {
            Some(path)
        } else {
            None
        }
    }

    /// Returns the 0-based index of the layer that holds a file.
    pub const fn layer(&self) -> Option<usize> {
        if let Self::File { layer, .. } = self {
            *layer
        } else {
            None
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Author => f.write_str("author"),
            Self::File { path, .. } => write!(f, "{path}"),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Label(name) => write!(f, "label {name}"),
            Self::Entrypoint => f.write_str("entrypoint"),
            Self::Command => f.write_str("command"),
            Self::Healthcheck => f.write_str("healthcheck"),
            Self::OnBuild(index) => write!(f, "onbuild[{index}]"),
            Self::History(index) => write!(f, "history[{index}]"),
            Self::BuildArgument { history, name } => {
                write!(f, "build argument {name} (history[{history}])")
            }
        }
    }
}

impl LeakState {
    /// Returns the word that reports use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Below { .. } => "below",
        }
    }
}

/// A leak that does not count, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaivedLeak {
    /// What was found.
    pub leak: Leak,
    /// Who says that it does not count.
    pub waiver: Waiver,
}
