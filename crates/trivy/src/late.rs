//! The end of the time that a user gave: whoever has the clock says whether it has come.

/// Says whether the time is over.
pub type IsLate<'a> = &'a dyn Fn() -> bool;

/// The time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the time is over")]
pub struct Late;

impl Late {
    /// Ends what is done once the time is over.
    pub(crate) fn check(is_late: IsLate<'_>) -> Result<(), Self> {
        if is_late() { Err(Self) } else { Ok(()) }
    }
}
