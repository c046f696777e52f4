//! Fields and headers: `"password": "…"`, `Authorization: Bearer …`.

use std::ops::Range;

use super::assigned::opened;
use super::names::Secrecy;
use super::{REDACTED, found, is_of_name, last_word};

/// Words that say how what follows them is to be read.
const SCHEMES: &[&str] = &["Basic", "Bearer", "Token"];

/// Returns the text in which fields of secret names have no value.
pub(super) fn without(text: &str) -> String {
    let spans = secrets(text).into_iter().map(|(_, span)| span);
    without_credentials(&found::replaced(text, spans.collect()))
}

/// Returns secret names with the places of their values.
pub(super) fn secrets(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut found = Vec::new();
    let mut quote = None;
    let mut at = 0;
    while let Some(len) = text.get(at..).and_then(|rest| rest.find(':')) {
        let before = text.get(at..at + len).unwrap_or_default();
        quote = opened(quote, before);
        at += len + 1;
        let after = text.get(at..).unwrap_or_default();
        // what closes the quote that is open begins no value: `echo "password: "`
        let ends =
            quote.is_some_and(|quote| after.trim_start_matches([' ', '\t']).starts_with(quote));
        if let Some((name, value)) = secret(before, after).filter(|_| !ends) {
            let span = at + value.start..at + value.end;
            quote = opened(quote, text.get(at..span.end).unwrap_or_default());
            at = span.end;
            found.push((name, span));
        }
    }
    found
}

/// Returns the name before a colon, and where the secret behind it stands.
///
/// A name without quotes needs a blank behind its colon, which `image:tag` has not, and must be sure:
/// a word before a colon may be anything.
fn secret<'t>(before: &'t str, after: &str) -> Option<(&'t str, Range<usize>)> {
    let unquoted = before.trim_end().trim_end_matches(['"', '\'']);
    let is_quoted = unquoted.len() < before.trim_end().len();
    let name = last_word(unquoted.trim_end_matches('\\'));
    let secrecy = Secrecy::of(name);
    let start = after.len() - after.trim_start().len();
    if !is_quoted && (secrecy != Secrecy::Sure || start == 0) {
        return None;
    }
    let value = after.get(start..)?;
    let (start, len) = if let Some(quote) = opening(value) {
        let inner = value.get(quote.len()..)?;
        let len = inner.find(quote).unwrap_or(inner.len());
        (start + quote.len(), len)
    } else {
        let start = start + scheme(value);
        let value = after.get(start..)?;
        let len = plain(value);
        // what ends a command does not belong to it
        (
            start,
            value.get(..len)?.trim_end_matches([';', '|', '&']).len(),
        )
    };
    let value = after.get(start..start + len)?;
    let is_word = matches!(value, "null" | "true" | "false");
    let is_secret = !is_word && secrecy.hides(value) && value != REDACTED;
    is_secret.then_some((name, start..start + len))
}

/// Returns the quote with which a value begins, backslashes before it included.
fn opening(value: &str) -> Option<&str> {
    let slashes = value.len() - value.trim_start_matches('\\').len();
    let quote = value.get(slashes..)?.chars().next()?;
    matches!(quote, '"' | '\'').then(|| value.get(..=slashes))?
}

/// Returns how long a value without quotes is; what opens a list or an object is none.
fn plain(value: &str) -> usize {
    if value.starts_with(['{', '[']) {
        return 0;
    }
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '}' | '\\' | '`');
    value.find(ends).unwrap_or(value.len())
}

/// Returns how many bytes `Bearer ` and the like take.
fn scheme(value: &str) -> usize {
    let len = value.find(|c| !is_of_name(c)).unwrap_or(value.len());
    let (word, rest) = value.split_at_checked(len).unwrap_or((value, ""));
    let blanks = rest.len() - rest.trim_start().len();
    let is_scheme = SCHEMES
        .iter()
        .any(|scheme| word.eq_ignore_ascii_case(scheme));
    if is_scheme && blanks > 0 {
        len + blanks
    } else {
        0
    }
}

/// `Bearer` and `Basic` before what looks random are followed by a secret wherever they stand.
fn without_credentials(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut is_next = false;
    while !rest.is_empty() {
        let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '=' | ':' | ',');
        let end = rest.find(ends).unwrap_or(rest.len());
        let mark = rest.get(end..).and_then(|rest| rest.chars().next());
        let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        out.push_str(if is_next && is_random(word) {
            REDACTED
        } else {
            word
        });
        out.extend(mark);
        rest = after
            .get(mark.map_or(0, char::len_utf8)..)
            .unwrap_or_default();
        if !word.is_empty() || !mark.is_some_and(char::is_whitespace) {
            let is_scheme =
                word.eq_ignore_ascii_case("Basic") || word.eq_ignore_ascii_case("Bearer");
            is_next = is_scheme && mark.is_some_and(char::is_whitespace);
        }
    }
    out
}

/// A plain word has no digit and no capital but its first letter, and is not long.
fn is_random(word: &str) -> bool {
    let is_mark = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase();
    let has_mark =
        word.chars().skip(1).any(is_mark) || word.starts_with(|c: char| c.is_ascii_digit());
    let is_token = |c: char| c.is_ascii_alphanumeric() || "._~+/-".contains(c);
    word.chars().all(is_token) && ((word.len() >= 6 && has_mark) || word.len() >= 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_secret_names_lose_their_values() {
        for (text, want) in [
            (
                r#"echo {"password":"hunter2","a":"b"}"#,
                r#"echo {"password":"[redacted]","a":"b"}"#,
            ),
            (
                r#"{"auth" : "x", "n":1}"#,
                r#"{"auth" : "[redacted]", "n":1}"#,
            ),
            (
                r#"-d "{\"password\":\"a b\"}" h"#,
                r#"-d "{\"password\":\"[redacted]\"}" h"#,
            ),
            ("{'token':'x'}", "{'token':'[redacted]'}"),
            (
                r#"{"password":123,"token":null}"#,
                r#"{"password":[redacted],"token":null}"#,
            ),
            (r#"{"secrets":{"a":"b"}}"#, r#"{"secrets":{"a":"b"}}"#),
            (
                r#"{"key":"A035C8C19219BA821ECEA86B64E628F8D684696D"}"#,
                r#"{"key":"A035C8C19219BA821ECEA86B64E628F8D684696D"}"#,
            ),
            (
                "printf 'password: hunter2' > f",
                "printf 'password: [redacted]' > f",
            ),
            (
                r#"curl -H "Authorization: Bearer hunter2" h"#,
                r#"curl -H "Authorization: Bearer [redacted]" h"#,
            ),
            ("-H 'X-Api-Key: hunter2' h", "-H 'X-Api-Key: [redacted]' h"),
            ("-H PRIVATE-TOKEN:\\ x", "-H PRIVATE-TOKEN:\\ x"),
            ("bearer aB3dE6gH h", "bearer [redacted] h"),
            ("Basic YWRtaW46aHVudGVyMg== h", "Basic [redacted]== h"),
            (
                "Bearer authentication, Basic Latin",
                "Bearer authentication, Basic Latin",
            ),
            (
                "FROM token:latest key: value",
                "FROM token:latest key: value",
            ),
            ("enter password: ", "enter password: "),
            ("password: x; y", "password: [redacted]; y"),
            ("a:b:c", "a:b:c"),
            (
                "echo \"API token: \"; exec a",
                "echo \"API token: \"; exec a",
            ),
            ("read -p 'password: ' P; a b", "read -p 'password: ' P; a b"),
            ("curl -H \"X-Token: \"$T h", "curl -H \"X-Token: \"$T h"),
        ] {
            assert_eq!(without(text), want, "{text}");
        }
    }
}
