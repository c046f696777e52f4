//! Assignments in the history whose names sound like a secret.
//!
//! Source of truth: Dockle reads each line as a POSIX shell's words (`github.com/google/shlex`) and
//! stops without a word where they make no sense. The configuration's environment it does not read.

use super::{Found, METADATA, Options, Subject};

const SUSPICIOUS: [&str; 7] = [
    "PASS", "PASSWD", "PASSWORD", "SECRET", "KEY", "ACCESS", "TOKEN",
];
const ACCEPTED: [&str; 2] = ["GPG_KEY", "GPG_KEYS"];

/// What stands for a value.
const MASK: &str = "*******";
/// What stands for a secret in what may be shown.
const REDACTED: &str = "[redacted]";

pub(super) fn check(subject: &Subject<'_>, options: &Options, found: &mut Found) {
    for (line, shown) in subject.lines() {
        let text = line.replace('#', "");
        let hit = line.contains('=').then(|| {
            let mut words = words(&text).into_iter();
            words.find_map(|word| suspicious(&word, options))
        });
        if let Some((name, value)) = hit.flatten() {
            let line = shown.replace(&value, MASK).replace(REDACTED, MASK);
            let alert = format!(
                "Suspicious ENV key found : {name} on {line} (You can suppress it with --accept-key)"
            );
            found.add("CIS-DI-0010", METADATA, alert);
        }
    }
}

/// Returns name and value, up to the next `=`, of an assignment that sounds like a secret.
fn suspicious(word: &str, options: &Options) -> Option<(String, String)> {
    let mut parts = word.split('=');
    let name = parts.next()?;
    let value = parts.next()?;
    let is_accepted = ACCEPTED.contains(&name) || options.accepted_keys.contains(name);
    if name.contains(' ') || value.is_empty() || is_accepted {
        return None;
    }
    let upper = name.to_uppercase();
    let more = options
        .sensitive_words
        .iter()
        .map(|word| word.to_uppercase());
    let is_hit = SUSPICIOUS.iter().any(|part| upper.contains(part))
        || more.into_iter().any(|part| upper.contains(&part));
    is_hit.then(|| (name.to_owned(), value.to_owned()))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Between,
    InWord,
    Quoted(char),
}

/// Splits a line as `shlex` does, up to the first quote that does not end.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut state = State::Between;
    let mut chars = line.chars();
    while let Some(char) = chars.next() {
        match (state, char) {
            (State::Quoted('"') | State::Between | State::InWord, '\\') => {
                let Some(escaped) = chars.next() else {
                    return words;
                };
                word.push(escaped);
                if state == State::Between {
                    state = State::InWord;
                }
            }
            (State::Quoted(quote), char) if char == quote => state = State::InWord,
            (State::Quoted(_), char) => word.push(char),
            (_, '"' | '\'') => state = State::Quoted(char),
            (State::Between, ' ' | '\t' | '\r' | '\n') => {}
            (State::InWord, ' ' | '\t' | '\r' | '\n') => {
                words.push(std::mem::take(&mut word));
                state = State::Between;
            }
            (_, char) => {
                word.push(char);
                state = State::InWord;
            }
        }
    }
    if state == State::InWord {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_split_as_a_shell_splits_it() {
        for (line, want) in [
            ("a  b\tc", &["a", "b", "c"][..]),
            (r#"A="b c" d"#, &["A=b c", "d"]),
            (r"A='b \c'", &[r"A=b \c"]),
            (r"A=b\ c", &["A=b c"]),
            (r#"a "b"#, &["a"]),
            ("''", &[""]),
            (r"a \", &["a"]),
        ] {
            assert_eq!(words(line), want, "{line}");
        }
    }
}
