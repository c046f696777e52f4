//! Dockle's list, JSON and SARIF, byte for byte but for the order of alerts, which is random there.

mod json;
mod sarif;

use std::fmt::Write as _;

use super::{Level, Verdict};

pub use json::to_json;
pub use sarif::to_sarif;

/// Writes the list: a line a code, a line an alert. What is ignored is there if `shows_ignored`.
pub fn to_list(verdict: &Verdict, shows_ignored: bool) -> String {
    let mut text = String::new();
    for finding in &verdict.findings {
        let level = match finding.is_ignored {
            true if !shows_ignored => continue,
            true => Level::Ignore,
            false => finding.level,
        };
        let (code, level) = (finding.code, level.name());
        let _never = writeln!(text, "{level}\t- {}: {}", code.id, code.title);
        for alert in &finding.alerts {
            let _never = writeln!(text, "\t* {}", alert.text);
        }
    }
    text
}
