//! Trivy's plain list: `.trivyignore`.
//!
//! Source of truth: Trivy's documentation, "Filtering: By Finding IDs", and its parser: an id, then
//! `exp:YYYY-MM-DD`; `#` starts a comment. It asks for no reason, so the file is the reason.

use jiff::civil::Date;

use super::{Ignored, Match};

/// Reads a `.trivyignore`; the numbers of lines whose date is none are returned beside it, since
/// Trivy refuses them.
pub fn read_trivy(name: &str, text: &str) -> (Vec<Ignored>, Vec<usize>) {
    let mut ignored = Vec::new();
    let mut bad = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.split('#').next().unwrap_or_default();
        let mut words = line.split_whitespace();
        let Some(id) = words.next() else { continue };
        let date = words.find_map(|word| word.strip_prefix("exp:"));
        let until = date.map(str::parse::<Date>).transpose();
        let Ok(until) = until else {
            bad.push(number);
            continue;
        };
        ignored.push(Ignored {
            id: id.to_owned(),
            about: None,
            only: Match::default(),
            reason: format!("listed in {name}"),
            until,
            place: format!("{name}:{number}"),
        });
    }
    (ignored, bad)
}
