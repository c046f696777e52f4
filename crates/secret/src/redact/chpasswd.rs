//! What `chpasswd` reads, `user:password`: what something before it writes, or what follows `<<`.

use std::ops::Range;

use super::assigned::{end_of_word, quoted};
use super::is_of_name;

const NAME: &str = "chpasswd";

/// Returns where its passwords stand.
pub(super) fn passwords(text: &str) -> Vec<Range<usize>> {
    let Some(end) = text.find(NAME) else {
        return Vec::new();
    };
    let mut found = logins(text, 0..end);
    let behind = end + NAME.len();
    let after = text.get(behind..).unwrap_or_default();
    let command = after
        .split([';', '|', '&', '\n'])
        .next()
        .unwrap_or_default();
    if let Some(at) = command.find("<<") {
        found.extend(logins(text, read(text, behind + at + 2)));
    }
    found
}

/// Returns what a command reads by the `<<` that ends at `at`: one word behind `<<<`, or all that follows.
fn read(text: &str, at: usize) -> Range<usize> {
    let after = text.get(at..).unwrap_or_default();
    let Some(word) = after.strip_prefix('<') else {
        return at..text.len();
    };
    let value = word.trim_start();
    let len = quoted(value).unwrap_or_else(|| end_of_word(value, None));
    let start = text.len() - value.len();
    start..start + len
}

/// Returns where passwords stand behind users in a part of a text.
fn logins(text: &str, part: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let written = text.get(..part.end).unwrap_or_default();
    let mut at = part.start;
    while let Some(len) = written.get(at..).and_then(|rest| rest.find(':')) {
        let before = written.get(part.start..at + len).unwrap_or_default();
        let start = before.trim_end_matches(is_of_name).len();
        let quote = before.get(..start).and_then(|it| it.chars().next_back());
        let is_end = |c: char| match quote {
            Some(quote @ ('"' | '\'')) => c == quote || c == '\n',
            _ => c.is_whitespace() || matches!(c, '|' | ';'),
        };
        let has_user = start < before.len();
        at += len + 1;
        let after = written.get(at..).unwrap_or_default();
        let len = after.find(is_end).unwrap_or(after.len());
        let password = after.get(..len).unwrap_or_default();
        if has_user && !password.is_empty() && !password.starts_with(['$', '/']) {
            found.push(at..at + len);
            at += len;
        }
    }
    found
}
