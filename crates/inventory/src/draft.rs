//! A record of a package database while its lines go by, and what is odd about them.
//!
//! The tools that own the databases refuse a whole database for one odd line. Here the record is
//! read as far as it is clear, and each oddity is a gap: it may hide a package, or its version.

use std::collections::BTreeSet;

/// What makes a record doubtful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Doubt {
    /// A value of one line goes on in a second one.
    Continued,
    /// A line is no field.
    NoField,
    /// There are lines, and none of them says anything.
    Nothing,
    /// The record says twice whether its package is there.
    SecondState,
    /// The record names one thing twice.
    SecondValue,
    /// A second name begins another record: merged, one would hide the other.
    Unseparated,
}

impl Doubt {
    /// Returns the reason, as gaps say it.
    pub(crate) const fn why(self) -> &'static str {
        match self {
            Self::Continued => "one of its values does not end with its line",
            Self::NoField => "one of its lines is no field and was left out",
            Self::Nothing => "none of its lines was understood",
            Self::SecondState => "it has two states; it counts as installed",
            Self::SecondValue => "one of its fields has two values; only one of them counts",
            Self::Unseparated => {
                "no empty line ends its record; the next one was taken as a record of its own"
            }
        }
    }
}

/// A record that is being read, or was.
#[derive(Debug, Default)]
pub(crate) struct Draft<R> {
    /// What was understood.
    pub(crate) record: R,
    /// What was not, each once.
    pub(crate) doubts: BTreeSet<Doubt>,
    /// Whether there was a line at all: a record of nothing but garbage is not an empty one.
    has_lines: bool,
}

impl<R: Default + PartialEq> Draft<R> {
    /// Notes a line, and what is odd about it.
    pub(crate) fn note(&mut self, doubt: Option<Doubt>) {
        self.has_lines = true;
        self.doubts.extend(doubt);
    }

    /// Whether there was no line: empty lines may follow each other.
    pub(crate) const fn is_empty(&self) -> bool {
        !self.has_lines
    }

    /// Whether there were lines and nothing came of them.
    pub(crate) fn says_nothing(&self) -> bool {
        self.has_lines && self.record == R::default()
    }
}
