//! A rule as the engine asks it: a row of the table, or one of the user's.

use model::Severity;

use crate::evidence::Check;
use crate::expression::Expression;
use crate::format::{Format, Glance, Scope, Words};
use crate::words::Stands;

/// A rule, its expression compiled at its first use.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) family: String,
    pub(crate) severity: Severity,
    pub(crate) words: Vec<String>,
    pub(crate) is_exact: bool,
    pub(crate) stands: Stands,
    pub(crate) expression: Expression,
    pub(crate) entropy: f64,
    pub(crate) check: Check,
    pub(crate) glance: Option<Glance>,
    pub(crate) scope: Scope,
    /// Of [`Scope::File`], the expression that the path fits.
    pub(crate) path: String,
    /// As those of a row; a user's rule has none, and is always asked.
    pub(crate) marks: &'static [&'static str],
}

impl Rule {
    /// Makes a rule of a row.
    pub(crate) fn new(family: &str, row: &Format) -> Self {
        let (words, is_exact) = match row.words {
            Words::Exact(words) => (words, true),
            Words::AnyCase(words) => (words, false),
        };
        Self {
            id: row.id.to_owned(),
            title: row.title.to_owned(),
            family: family.to_owned(),
            severity: row.severity,
            words: words.iter().map(|&word| word.to_owned()).collect(),
            is_exact,
            stands: row.shape.stands(),
            expression: Expression::new(row.shape.expression()),
            entropy: row.entropy,
            check: row.check,
            glance: row.glance,
            scope: if row.path.is_empty() {
                row.scope
            } else {
                Scope::File
            },
            path: row.path.to_owned(),
            marks: row.marks,
        }
    }
}
