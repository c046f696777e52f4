//! Trivy's log: a line each on standard error, with the time, the level, and pairs of keys and values.
//!
//! Source of truth: trivy.md §1.4.

use jiff::Timestamp;

use crate::output;

/// Where lines go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Log {
    pub(super) now: Timestamp,
    pub(super) is_quiet: bool,
}

impl Log {
    pub(super) fn info(&self, text: &str) {
        self.line("INFO", text);
    }

    pub(super) fn warn(&self, text: &str) {
        self.line("WARN", text);
    }

    /// Says why the program ends; whoever wants quiet hears it, too.
    pub(super) fn fatal(&self, why: &str) {
        write(
            self.now,
            "FATAL",
            &format!("Fatal error\t{}", why.replace('\t', " ")),
        );
    }

    fn line(&self, level: &str, text: &str) {
        if !self.is_quiet {
            write(self.now, level, text);
        }
    }
}

fn write(now: Timestamp, level: &str, text: &str) {
    let time = now.strftime("%Y-%m-%dT%H:%M:%SZ");
    let parts: Vec<_> = text.split('\t').map(report::safe).collect();
    output::warn_tabbed(&format!("{time}\t{level}\t{}\n", parts.join("\t")));
}
