//! One line on a terminal that says what is going on; nothing anywhere else.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use indicatif::ProgressBar;

/// The line, while it lives.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Shows the line if standard error is a terminal and the user did not forbid it.
    pub(crate) fn start(is_wanted: bool, what: &str) -> Self {
        if !is_wanted || !io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let bar =
            ProgressBar::new_spinner().with_message(format!("reading {}", report::safe(what)));
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(bar)
    }
}

impl Progress {
    /// Says how many bytes there are, and of how many.
    pub(crate) fn bytes(&self, what: &str, done: u64, total: Option<u64>) {
        let total = total.map_or(String::new(), |total| format!("/{}", total >> 20));
        let what = report::safe(what);
        self.0
            .set_message(format!("fetching {what}  {}{total} MB", done >> 20));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
