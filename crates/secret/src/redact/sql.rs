//! Passwords in statements of SQL: `IDENTIFIED BY 'hunter2'`, `WITH PASSWORD 'hunter2'`.

use std::ops::Range;

/// Words before a password in quotes, and what else a text says that has them: elsewhere `BY 'x'` is no
/// password.
const BEFORE: &[(&str, &str)] = &[("password", "password"), ("by", "identified")];

/// Returns where such passwords stand.
pub(super) fn passwords(text: &str) -> Vec<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    let asked = BEFORE.iter().filter(|(_, word)| lower.contains(word));
    let asked: Vec<&str> = asked.map(|(before, _)| *before).collect();
    let mut at = if asked.is_empty() { lower.len() } else { 0 };
    while let Some(len) = lower.get(at..).and_then(|rest| rest.find('\'')) {
        let open = at + len;
        at = open + 1;
        // a shell's string may hold the statement, and its quotes are masked then
        let before = lower.get(..open).unwrap_or_default();
        let before = before.trim_end_matches('\\');
        let words = before.trim_end();
        let is_password = words.len() < before.len() && asked.iter().any(|it| ends(words, it));
        let inner = text.get(at..).unwrap_or_default();
        let len = inner.find(['\'', '\\']).unwrap_or(inner.len());
        if is_password && len > 0 {
            found.push(at..at + len);
            at += len + 1;
        }
    }
    found
}

/// Whether a text ends with this word.
fn ends(text: &str, word: &str) -> bool {
    text.strip_suffix(word)
        .is_some_and(|before| !before.ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}
