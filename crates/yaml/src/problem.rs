//! What could not be read, or is not what was wanted, and where.

use model::{Gap, GapKind};

use crate::Position;

/// Something is wrong at a place of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{position}: {why}")]
pub struct Problem {
    /// Where.
    pub position: Position,
    /// `Unparsed` if it makes no sense, `Limited` beyond a limit, `Unread` for what Kubernetes
    /// leaves out too.
    pub kind: GapKind,
    /// What, without a final period.
    pub why: String,
}

impl Problem {
    /// Says what makes no sense, and where.
    pub fn new(position: Position, why: impl Into<String>) -> Self {
        Self {
            position,
            kind: GapKind::Unparsed,
            why: why.into(),
        }
    }

    pub(crate) fn limited(position: Position, why: impl Into<String>) -> Self {
        Self {
            kind: GapKind::Limited,
            ..Self::new(position, why)
        }
    }

    /// Returns the gap that this leaves in the file called `place`; `hides` as in [`Gap`].
    pub fn to_gap(&self, place: &str, hides: &str) -> Gap {
        let place = format!("{place}:{}", self.position);
        Gap::new(self.kind, place, &*self.why, hides)
    }
}
