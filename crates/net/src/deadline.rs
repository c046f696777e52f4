//! The end of the time that a command may take, asked for while bytes flow.

use std::io;
use std::time::{Duration, Instant};

/// The moment at which a command gives up.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    end: Option<Instant>,
    allowed: Duration,
    /// What to do about it, for the error.
    hint: &'static str,
}

impl Deadline {
    /// Starts now and ends after `allowed`; a time beyond what the clock can count never ends.
    #[expect(
        clippy::disallowed_methods,
        reason = "the clock enters here, and nowhere below"
    )]
    pub fn after(allowed: Duration) -> Self {
        Self {
            end: Instant::now().checked_add(allowed),
            allowed,
            hint: " (--timeout)",
        }
    }

    /// The same, of a time that no option changes.
    pub fn within(allowed: Duration) -> Self {
        Self {
            hint: "",
            ..Self::after(allowed)
        }
    }

    /// Gives an error of kind `TimedOut` if the time is over.
    ///
    /// # Errors
    /// That one.
    pub fn check(&self) -> io::Result<()> {
        if self.left() == Some(Duration::ZERO) {
            return Err(self.error());
        }
        Ok(())
    }

    /// Returns the time that is left; `None` if it never ends.
    #[expect(
        clippy::disallowed_methods,
        reason = "the clock enters here, and nowhere below"
    )]
    pub fn left(&self) -> Option<Duration> {
        Some(self.end?.saturating_duration_since(Instant::now()))
    }

    /// Returns the error that says that the time is over.
    pub fn error(&self) -> io::Error {
        let text = format!("not done within {} s{}", self.allowed.as_secs(), self.hint);
        io::Error::new(io::ErrorKind::TimedOut, text)
    }
}
