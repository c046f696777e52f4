//! Statements of a document as they are read. What is said of one problem in many products stands once: a document
//! of some kilobytes may say a long text of ten thousand.

use std::sync::Arc;

use super::{MOST_STATEMENTS, Product, Status, Unread};
use crate::late::{IsLate, Late};

/// What a document says of one problem in one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) said: Arc<Said>,
    pub(super) product: Product,
}

/// What a document says of one problem.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    /// Ids of the problem: its name and its aliases.
    pub(super) ids: Vec<String>,
    pub(super) status: Status,
    /// Why.
    pub(super) why: Arc<str>,
}

/// What was read so far.
pub(super) struct Read<'a> {
    pub(super) statements: Vec<Statement>,
    /// Pairs of a problem's name and a product.
    pairs: usize,
    is_late: IsLate<'a>,
}

impl<'a> Read<'a> {
    pub(super) const fn new(is_late: IsLate<'a>) -> Self {
        Self {
            statements: Vec::new(),
            pairs: 0,
            is_late,
        }
    }

    /// Adds a statement, unless there are too many; each counts as often as its problem has names.
    pub(super) fn add(&mut self, said: &Arc<Said>, product: Product) -> Result<(), Unread> {
        self.check()?;
        self.pairs = self.pairs.saturating_add(said.ids.len().max(1));
        if self.pairs > MOST_STATEMENTS {
            return Err(format!("it makes more than {MOST_STATEMENTS} statements").into());
        }
        self.statements.push(Statement {
            said: Arc::clone(said),
            product,
        });
        Ok(())
    }

    /// Ends what is done once the time is over.
    pub(super) fn check(&self) -> Result<(), Late> {
        Late::check(self.is_late)
    }
}

/// Bytes of a reason that are told: it may stand at each finding.
const REASON_BYTES: usize = 16 << 10;

/// Returns a reason as it is told: one that nobody would read to its end is cut.
pub(crate) fn reason(text: &str) -> Arc<str> {
    if text.len() <= REASON_BYTES {
        return Arc::from(text);
    }
    let end = text.floor_char_boundary(REASON_BYTES);
    let kept = text.get(..end).unwrap_or_default();
    Arc::from(format!("{kept}..."))
}
