//! One token format as a row of plain data.

use model::Severity;

use crate::evidence::{self, Check};
use crate::words::Stands;

/// A format: how its secrets look, where they may stand, and what tells a real one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Format {
    /// Stays as it is once released.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) severity: Severity,
    /// What the text must hold before the expression is tried.
    pub(crate) words: Words,
    pub(crate) shape: Shape,
    /// Least Shannon entropy of the secret, in bits a byte; 0 asks nothing.
    pub(crate) entropy: f64,
    pub(crate) check: Check,
    /// Asked at each word, before the expression, where a word is frequent.
    pub(crate) glance: Option<Glance>,
    pub(crate) scope: Scope,
    /// An expression that the file's path must fit; then the scope is [`Scope::File`].
    pub(crate) path: &'static str,
    /// Of such a rule, literals of which one is in every match, in capitals or not: a text without a path may
    /// hold such a file, and is asked only where one of them stands. Without any, only the path tells.
    pub(crate) marks: &'static [&'static str],
}

/// A cheap look at what follows a word, its first byte included: whether a match is possible.
pub(crate) type Glance = fn(&[u8]) -> bool;

/// Literals of which one is in every match of the expression; three bytes or more each.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Words {
    /// As they stand here.
    Exact(&'static [&'static str]),
    /// In capitals or not.
    AnyCase(&'static [&'static str]),
}

/// An expression of the `regex` crate, without Unicode. What is a token matches characters of
/// [`crate::runs`] only, and as many as make a run.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    /// The secret itself, between characters that are no letter, digit or `_`.
    Token(&'static str),
    /// As `Token`; a `-` may stand within it, and so not beside it.
    Dashed(&'static str),
    /// What is around it, too; the group `s` is the secret.
    Within(&'static str),
}

/// Where a rule is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// In every file, programs included: its form alone is rare enough.
    Anywhere,
    /// In text.
    Text,
    /// In text that people of this image wrote: not in what a language's package manager brought.
    Written,
    /// In files whose path fits: around its words, or in all of the file if it has none.
    File,
    /// In settings, as `NAME=value`: environment, labels, arguments of a build.
    Setting,
}

/// What rows leave out.
pub(crate) const ANY: Format = Format {
    id: "",
    title: "",
    severity: Severity::Unknown,
    words: Words::Exact(&[]),
    shape: Shape::Token(""),
    entropy: 0.0,
    check: evidence::nothing,
    glance: None,
    scope: Scope::Anywhere,
    path: "",
    marks: &[],
};

impl Shape {
    /// Returns the whole expression, with the group `s`.
    pub(crate) fn expression(self) -> String {
        let edged = |body: &str, own: &str| format!("(?:^|[^{own}])(?P<s>{body})(?:[^{own}]|$)");
        match self {
            Self::Token(body) => edged(body, "0-9A-Za-z_"),
            Self::Dashed(body) => edged(body, "0-9A-Za-z_-"),
            Self::Within(whole) => whole.to_owned(),
        }
    }

    /// Returns where its words stand.
    pub(crate) const fn stands(self) -> Stands {
        match self {
            Self::Token(_) | Self::Dashed(_) => Stands::InRun,
            Self::Within(_) => Stands::Anywhere,
        }
    }
}
