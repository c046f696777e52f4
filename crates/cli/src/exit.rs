//! Exit codes: what each means stands in `docs/exit-codes.md`.

use std::process::ExitCode;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Finished; the gate passed, or none was asked for.
    Passed,
    /// Finished; the gate failed. `--exit-code N` replaces 1, `--exit-on-eol N` has its own.
    Failed(u8),
    /// Nothing was scanned: the command line or the configuration is wrong.
    Usage,
    /// The work could not be finished.
    Unfinished,
    /// Finished, but part of the target was not read, and `--strict` was given.
    PartlyUnread,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Passed => 0,
            Exit::Failed(code) => code,
            Exit::Usage => 2,
            Exit::Unfinished => 3,
            Exit::PartlyUnread => 4,
        })
    }
}
