//! What `chpasswd` reads, `user:password`: what something before it writes, or what follows `<<`.

use std::ops::Range;

use super::assigned::{end_of_word, quoted};
use super::is_of_name;

const NAME: &str = "chpasswd";
/// Bytes between its name and `<<`.
const MOST_OPTIONS: usize = 100;

/// Returns where its passwords stand: in all that is before it, and in what it is given.
pub(super) fn passwords(text: &str) -> Vec<Range<usize>> {
    let Some(last) = text.rfind(NAME) else {
        return Vec::new();
    };
    let mut found = logins(text, 0..last);
    let mut done = 0;
    for (at, _) in text.match_indices(NAME) {
        if at < done {
            continue;
        }
        let behind = at + NAME.len();
        let after = text.get(behind..).unwrap_or_default();
        let options = after.get(..after.floor_char_boundary(MOST_OPTIONS));
        let ends = |c: char| matches!(c, ';' | '|' | '&' | '\n');
        let options = options.and_then(|it| it.split(ends).next());
        if let Some(at) = options.and_then(|it| it.find("<<")) {
            let given = read(text, behind + at + 2);
            done = given.end;
            found.extend(logins(text, given));
        }
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
