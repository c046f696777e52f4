//! The labels of a Dockerfile.
//!
//! ```text
//! LABEL com.redhat.component="ubi7-container" \
//!       architecture=$ARCH
//! ```
//!
//! Source of truth: Docker's reference of Dockerfiles. Read are `LABEL`, `ENV` and the `ARG`s before
//! `FROM`, as far as names of packages need it: quotes, backslashes, `$NAME` and `${NAME}`.

use std::collections::BTreeMap;

/// Letters of a value; what is longer names nothing.
const MOST_LETTERS: usize = 1000;

/// Returns names, in small letters, and values in the order of the file.
pub(super) fn labels(text: &str) -> Vec<(String, String)> {
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    let mut labels = Vec::new();
    let mut has_stage = false;
    for instruction in instructions(text) {
        let instruction = instruction.trim();
        let (word, rest) = instruction
            .split_once(char::is_whitespace)
            .unwrap_or((instruction, ""));
        let none = BTreeMap::new();
        match word.to_ascii_uppercase().as_str() {
            "FROM" => has_stage = true,
            "ARG" if !has_stage => variables.extend(pairs(rest, &none)),
            "ENV" => variables.extend(pairs(rest, &none)),
            "LABEL" => {
                let pairs = pairs(rest, &variables);
                labels.extend(pairs.map(|(name, value)| (name.to_ascii_lowercase(), value)));
            }
            _ => {}
        }
    }
    labels
}

/// Joins lines that a backslash continues, and leaves out comments.
fn instructions(text: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (line, goes_on) = match line.strip_suffix('\\') {
            Some(line) => (line, true),
            None => (line, false),
        };
        if let Some(last) = all.last_mut() {
            last.push_str(line);
            last.push(' ');
        }
        if !goes_on {
            all.push(String::new());
        }
    }
    all
}

/// Returns the pairs of `a=b "c"="d e"`, or the one of `a b c`.
fn pairs(
    text: &str,
    variables: &BTreeMap<String, String>,
) -> impl Iterator<Item = (String, String)> {
    let words = words(text);
    let is_old = words.first().is_some_and(|word| !word.contains('='));
    let pairs: Vec<(&str, &str)> = if is_old {
        text.trim()
            .split_once(char::is_whitespace)
            .into_iter()
            .collect()
    } else {
        words
            .iter()
            .filter_map(|word| word.split_once('='))
            .collect()
    };
    let plain = |text: &str| plain(text.trim(), variables);
    let pairs = pairs
        .into_iter()
        .map(|(name, value)| (plain(name), plain(value)));
    pairs.collect::<Vec<_>>().into_iter()
}

/// Splits at blanks outside of quotes.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut quote, mut is_escaped) = (None, None, false);
    for (at, letter) in text.char_indices() {
        let is_end = letter.is_whitespace() && quote.is_none() && !is_escaped;
        if is_end {
            words.extend(start.take().and_then(|start| text.get(start..at)));
            continue;
        }
        start.get_or_insert(at);
        quote = match quote {
            _ if is_escaped => quote,
            None if matches!(letter, '"' | '\'') => Some(letter),
            Some(open) if open == letter => None,
            quote => quote,
        };
        is_escaped = letter == '\\' && !is_escaped;
    }
    words.extend(start.and_then(|start| text.get(start..)));
    words
}

/// Takes quotes and backslashes out, and puts in what variables hold.
fn plain(text: &str, variables: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut quote = None;
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if out.len() > MOST_LETTERS {
            return String::new();
        }
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        match (letter, quote) {
            ('\'' | '"', None) => quote = Some(letter),
            (letter, Some(open)) if letter == open => quote = None,
            ('$', None | Some('"')) => {
                let (name, after) = variable(rest);
                out.push_str(variables.get(name).map_or("", String::as_str));
                rest = after;
            }
            ('\\', None | Some('"')) => {
                let next = rest.chars().next();
                out.extend(next);
                rest = rest
                    .get(next.map_or(0, char::len_utf8)..)
                    .unwrap_or_default();
            }
            (letter, _) => out.push(letter),
        }
    }
    out
}

/// Returns the name of a variable and what follows it: of `{A:-b}c` and `A-c` alike `A`.
fn variable(text: &str) -> (&str, &str) {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let (inner, after) = match text.strip_prefix('{') {
        Some(braced) => braced.split_once('}').unwrap_or((braced, "")),
        None => text.split_at(text.find(|it| !is_name(it)).unwrap_or(text.len())),
    };
    let end = inner.find(|it| !is_name(it)).unwrap_or(inner.len());
    (inner.get(..end).unwrap_or_default(), after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_as_docker_does() {
        for (text, want) in [
            ("LABEL a=b c=d", vec!["a=b", "c=d"]),
            ("label A=\"b c\"   'd'='e \"f'", vec!["a=b c", "d=e \"f"]),
            ("LABEL a b c", vec!["a=b c"]),
            (
                "LABEL a=b \\\n  # no\n\n  c=d \\ \n e=f\nRUN x\nLABEL g=h",
                vec!["a=b", "c=d", "e=f", "g=h"],
            ),
            (
                "ARG X=1\nFROM y\nARG X=2\nENV Y=3 Z=\"4\"\nLABEL a=$X-${Y}-\"$Z\" b='$X' c=\\$X d=${N:-1}",
                vec!["a=1-3-4", "b=$X", "c=$X", "d="],
            ),
            ("ENV X a b\nLABEL a=\"${X}\"", vec!["a=a b"]),
            ("LABEL a=\"b", vec!["a=b"]),
            ("LABEL a=\\", vec!["a="]),
            ("LABEL\nLABEL a\nLABEL $ = ${", vec!["== "]),
        ] {
            let got: Vec<String> = labels(text)
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn a_value_does_not_grow_without_end() {
        let text = format!(
            "ENV A={}\nLABEL a=\"{}\"",
            "x".repeat(900),
            "$A".repeat(10_000)
        );
        assert_eq!(labels(&text), [("a".to_owned(), String::new())]);
    }
}
