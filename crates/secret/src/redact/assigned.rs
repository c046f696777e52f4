//! `NAME=value` whose name says that it is secret, in commands and as builders write it into the
//! history; in files of settings blanks may stand around the sign, and it may be `:=` or `=>`.

use std::ops::Range;

use super::names::may_be_secret;
use super::options::Next;
use super::{REDACTED, found, is_of_name, last_word};

/// How often the bytes of a text may be looked at as values; what is not looked at is taken out.
const MOST_LOOKS: usize = 16;
/// Bytes up to which a text counts as one of this length.
const SMALL: usize = 10_000;

/// Returns a text in which `NAME=value` with a secret name has no value.
pub(super) fn without(text: &str, hides: impl Fn(&str, &str) -> bool) -> String {
    found::replaced(text, spans(text, hides))
}

/// Returns secret names with their values.
pub(super) fn settings(text: &str, hides: impl Fn(&str, &str) -> bool) -> Vec<(&str, &str)> {
    let pair = |span: Range<usize>| {
        let before = text.get(..span.start)?;
        let (name, _) = name(before.get(..before.rfind('=')?)?);
        Some((name, text.get(span)?.trim_matches(['"', '\''])))
    };
    spans(text, hides).into_iter().filter_map(pair).collect()
}

/// Returns the values of secret names.
pub(super) fn values(text: &str, hides: impl Fn(&str, &str) -> bool) -> Vec<&str> {
    let spans = spans(text, hides).into_iter();
    spans.filter_map(|span| text.get(span)).collect()
}

/// `ENV DB_PASSWORD x y`: the old form, which takes one name and all of the rest.
pub(super) fn without_old_env(text: &str, hides: impl Fn(&str, &str) -> bool) -> Option<String> {
    let start = env(text)?;
    let assigned = text.get(start..)?.trim_start();
    let (name, value) = assigned.split_once(char::is_whitespace)?;
    let is_name = name.chars().all(is_of_name);
    let kept = text.strip_suffix(value)?;
    (is_name && hides(name, value.trim())).then(|| format!("{kept}{REDACTED}"))
}

/// Returns where values of secret names stand, their quotes included.
///
/// In a shell's words a value ends with its quote, at a blank or where the next command begins; in a
/// history's `ENV` and in the arguments of a build, which are written without the quotes of their
/// Dockerfile, only where the next `NAME=` or the shell begins.
fn spans(text: &str, hides: impl Fn(&str, &str) -> bool) -> Vec<Range<usize>> {
    let is_env = env(text).is_some();
    let mut arguments = count_of_arguments(text);
    let mut found = Vec::new();
    let mut quote = None;
    let mut at = 0;
    // a value that is none is looked at again for those within it
    let mut left = text.len().max(SMALL).saturating_mul(MOST_LOOKS);
    while let Some(len) = text.get(at..).and_then(|rest| rest.find('=')) {
        quote = opened(quote, text.get(at..at + len).unwrap_or_default());
        let (name, is_apart) = name(text.get(..at + len).unwrap_or_default());
        at += len + 1;
        let is_argument = arguments > 0 && !name.is_empty();
        arguments -= usize::from(is_argument);
        let after = text.get(at..).unwrap_or_default();
        let blanks = blanks(after, is_apart);
        let after = after.get(blanks..).unwrap_or_default();
        let is_login = is_login(name, after);
        if !is_login && !may_be_secret(name) {
            continue;
        }
        at += blanks;
        // what closes the quote that is open begins no value: `echo "password="`
        if quote.is_some_and(|quote| after.starts_with(quote)) {
            continue;
        }
        let len = if let Some(len) = escaped(after) {
            len
        } else if let Some(len) = quoted(after) {
            len + joined(
                after.get(len..).unwrap_or_default(),
                is_env || quote.is_some(),
            )
        } else if is_env {
            next_name(after)
        } else if is_argument {
            next_name(after).min(next_shell(after))
        } else {
            end_of_word(after, quote)
        };
        let Some(rest) = left.checked_sub(len) else {
            found.push(at..text.len());
            break;
        };
        left = rest;
        let value = after.get(..len).unwrap_or_default();
        let bare = value.trim_matches(['"', '\'', ';']);
        if is_login {
            let start = at + value.find(bare).unwrap_or(0);
            let from = Next::User.secret(bare);
            found.extend(from.map(|from| start + from..start + bare.len()));
            at += len;
        } else if hides(name, bare) {
            found.push(at..at + len);
            at += len;
        }
    }
    found
}

/// Returns the name before a sign, and whether anything stands between.
fn name(before: &str) -> (&str, bool) {
    let name = last_word(before);
    if !name.is_empty() {
        return (name, false);
    }
    let blanks = [' ', '\t'];
    let before = before.trim_end_matches(blanks);
    let before = before.strip_suffix(':').unwrap_or(before);
    let before = before.trim_end_matches(blanks);
    (last_word(before.trim_end_matches(['"', '\'', '\\'])), true)
}

/// Returns how many bytes stand between the first `=` of a sign and the value. `NAME= value` is a command
/// of the shell with an empty setting, unless there are quotes.
fn blanks(after: &str, is_apart: bool) -> usize {
    let sign = usize::from(is_apart && after.starts_with(['>', '=']));
    let rest = after.get(sign..).unwrap_or_default();
    let value = rest.trim_start_matches([' ', '\t']);
    if is_apart || value.starts_with(['"', '\'']) {
        after.len() - value.len()
    } else {
        0
    }
}

/// `--user=name:password`, and what curl reads from its file.
fn is_login(name: &str, value: &str) -> bool {
    matches!(name, "--user" | "--proxy-user")
        || matches!(name, "user" | "proxy-user") && value.starts_with(['"', '\''])
}

/// Returns where the names of `ENV A=b c` begin, as builders write it into the history, with or
/// without their shell before it.
fn env(text: &str) -> Option<usize> {
    let step = text
        .strip_prefix("/bin/sh -c #(nop)")
        .unwrap_or(text)
        .trim_start();
    let word = step.get(..4)?;
    word.eq_ignore_ascii_case("ENV ")
        .then(|| text.len() - step.len() + 4)
}

/// Returns how many arguments of a build stand before the command: `RUN |2 A=x B=y /bin/sh -c make`.
fn count_of_arguments(text: &str) -> usize {
    let line = text.trim_start();
    let line = line.strip_prefix("RUN ").unwrap_or(line).trim_start();
    let count = line.strip_prefix('|').and_then(|it| it.split_once(' '));
    count.and_then(|(count, _)| count.parse().ok()).unwrap_or(0)
}

/// Returns which quote is open behind a text, if `quote` was before it; none goes over a line.
pub(super) fn opened(quote: Option<char>, text: &str) -> Option<char> {
    let mut open = quote;
    let mut is_escaped = false;
    for char in text.chars() {
        match (open, char) {
            _ if is_escaped => {}
            (_, '\n') => open = None,
            (None, '"' | '\'') => open = Some(char),
            (Some(quote), char) if char == quote => open = None,
            _ => {}
        }
        is_escaped = char == '\\' && !is_escaped;
    }
    open
}

/// Returns how long the other parts of a word are whose first one is in quotes: `'a'"b"`.
fn joined(after: &str, is_alone: bool) -> usize {
    let goes_on =
        after.starts_with(|c: char| is_of_name(c) || matches!(c, '"' | '\'' | '$' | '\\'));
    if is_alone || !goes_on {
        0
    } else {
        end_of_word(after, None)
    }
}

/// Returns how many bytes a value in quotes has, to the closing one or to the end.
pub(super) fn quoted(after: &str) -> Option<usize> {
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some(closing(after, quote).unwrap_or(after.len()))
}

/// Returns which quote of a line is never closed, if one is.
pub(super) fn unclosed(line: &str) -> Option<char> {
    let mut at = 0;
    while let Some(rest) = line.get(at..)
        && let Some(len) = rest.find(['"', '\'', '\\'])
    {
        let here = rest.get(len..).unwrap_or_default();
        let mut chars = here.chars();
        at += len;
        match chars.next() {
            Some('\\') => at += 1 + chars.next().map_or(0, char::len_utf8),
            Some(quote) => match closing(here, quote) {
                Some(len) => at += len,
                None => return Some(quote),
            },
            None => break,
        }
    }
    None
}

/// Returns where a text that begins with a quote has closed it; quotes within `$(…)` are those of another
/// command.
fn closing(after: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    let mut depth = 0_usize;
    let mut last = quote;
    for (at, c) in after.char_indices().skip(1) {
        if c == quote && !is_escaped && depth == 0 {
            return Some(at + 1);
        }
        match c {
            '(' if quote == '"' && (last == '$' || depth > 0) => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        is_escaped = c == '\\' && quote == '"' && !is_escaped;
        last = c;
    }
    None
}

/// Returns how many bytes a value has whose quotes stand within others: `\"hunter2\"`.
fn escaped(after: &str) -> Option<usize> {
    let slashes = after.len() - after.trim_start_matches('\\').len();
    let quote = after.get(slashes..)?.chars().next();
    quote.filter(|c| slashes > 0 && matches!(c, '"' | '\''))?;
    let (quote, inner) = after.split_at_checked(slashes + 1)?;
    let end = inner.find(quote).map_or(inner.len(), |at| at + quote.len());
    Some(quote.len() + end)
}

/// Returns how long a word of the shell is that begins without a quote, in text where one may be open.
pub(super) fn end_of_word(after: &str, quote: Option<char>) -> usize {
    if let Some(quote) = quote {
        // whose text it is in quotes is not known: only what stands at its end ends a command there
        let end = after.find(|c: char| c.is_whitespace() || c == quote);
        let word = after.get(..end.unwrap_or(after.len())).unwrap_or_default();
        return word.trim_end_matches([';', '|', '&', ')']).len();
    }
    if after.starts_with("$(") {
        return balanced(after);
    }
    let mut at = 0;
    while let Some(rest) = after.get(at..)
        && let Some(char) = rest.chars().next()
    {
        let ends = char.is_whitespace() || matches!(char, ';' | '|' | '&' | ')');
        if ends {
            break;
        }
        at += char.len_utf8();
        if char == '\\' {
            at += after
                .get(at..)
                .and_then(|rest| rest.chars().next())
                .map_or(0, char::len_utf8);
        } else if matches!(char, '"' | '\'' | '`') {
            let inner = after.get(at..).unwrap_or_default();
            let end = inner.find([char, '\n']);
            let closing =
                end.filter(|end| inner.get(*end..).is_some_and(|it| it.starts_with(char)));
            at += closing.map_or(0, |end| end + 1);
        }
    }
    at
}

/// Returns how long `$(…)` is; up to a blank if nothing ends it.
fn balanced(after: &str) -> usize {
    let mut depth = 0_usize;
    for (at, char) in after.char_indices() {
        match char {
            '(' => depth += 1,
            ')' if depth <= 1 => return at + 1,
            ')' => depth -= 1,
            _ => {}
        }
    }
    next_blank(after)
}

pub(super) fn next_blank(after: &str) -> usize {
    after.find(char::is_whitespace).unwrap_or(after.len())
}

/// Returns where the blank stands before the shell that runs a command.
fn next_shell(after: &str) -> usize {
    let mut blanks = after.match_indices(char::is_whitespace);
    let next = blanks.find(|(at, blank)| {
        let word = after.get(at + blank.len()..).unwrap_or_default();
        word.starts_with('/')
    });
    next.map_or(after.len(), |(at, _)| at)
}

/// Returns where the blank stands before the next `NAME=`.
fn next_name(after: &str) -> usize {
    let mut blanks = after.match_indices(char::is_whitespace);
    let next = blanks.find(|(at, blank)| {
        let word = after.get(at + blank.len()..).unwrap_or_default();
        let len = word.find(|c| !is_of_name(c)).unwrap_or(0);
        len > 0 && word.get(len..).is_some_and(|rest| rest.starts_with('='))
    });
    next.map_or(after.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: &[(&str, &str)] = &[
        ("TOKEN=x; redis & y", "TOKEN=[redacted]; redis & y"),
        ("TOKEN=x;y", "TOKEN=[redacted];y"),
        ("TOKEN=x|sh", "TOKEN=[redacted]|sh"),
        ("(TOKEN=x)", "(TOKEN=[redacted])"),
        ("a& TOKEN=x& b", "a& TOKEN=[redacted]& b"),
        ("TOKEN=x\"y z;\" w", "TOKEN=[redacted] w"),
        ("TOKEN=x'y w", "TOKEN=[redacted] w"),
        ("TOKEN=`a b` w", "TOKEN=[redacted] w"),
        ("TOKEN=$(a $(b) | c); d", "TOKEN=[redacted]; d"),
        ("TOKEN=$(a b", "TOKEN=[redacted] b"),
        ("sh -c \"TOKEN=x;y; z\"", "sh -c \"TOKEN=[redacted]; z\""),
        (
            "sh -c 'a TOKEN=x'; TOKEN=y;",
            "sh -c 'a TOKEN=[redacted]'; TOKEN=[redacted];",
        ),
        ("# don't\nTOKEN=x;y", "# don't\nTOKEN=[redacted];y"),
        (
            "RUN |2 TOKEN=x;y z A=b /bin/sh -c TOKEN=x;y",
            "RUN |2 TOKEN=[redacted] A=b /bin/sh -c TOKEN=[redacted];y",
        ),
        (
            "|1 TOKEN=x y /bin/sh -c z",
            "|1 TOKEN=[redacted] /bin/sh -c z",
        ),
        ("ENV TOKEN=x; y A=b", "ENV TOKEN=[redacted] A=b"),
        ("TOKEN= a", "TOKEN= a"),
        ("TOKEN = a b", "TOKEN = [redacted] b"),
        (
            "echo 'A_TOKEN = \"a b\"' > f",
            "echo 'A_TOKEN = [redacted]' > f",
        ),
        (
            "echo \"TOKEN = 'a'\" > f",
            "echo \"TOKEN = [redacted]\" > f",
        ),
        (
            "TOKEN := a; TOKEN => 'b'",
            "TOKEN := [redacted]; TOKEN => [redacted]",
        ),
        ("'TOKEN' => 'b',", "'TOKEN' => [redacted],"),
        (
            "TOKEN= \"a\" TOKEN == 'b'",
            "TOKEN= [redacted] TOKEN == [redacted]",
        ),
        ("TOKEN =\nA = b != TOKEN", "TOKEN =\nA = b != TOKEN"),
        (
            "user = \"bob:hunter2\"\nuser = nginx\nuser=app:adm",
            "user = \"bob:[redacted]\"\nuser = nginx\nuser=app:adm",
        ),
        (
            "curl --user=bob:hunter2 h; x --user=1000:1000",
            "curl --user=bob:[redacted] h; x --user=1000:1000",
        ),
        ("TOKEN", "TOKEN"),
        ("echo \"TOKEN = \"; a b", "echo \"TOKEN = \"; a b"),
        ("echo 'TOKEN='; a b", "echo 'TOKEN='; a b"),
        (
            "\"sh\" \"-c\" \"A_TOKEN=\\\"x y\\\" exec a\"",
            "\"sh\" \"-c\" \"A_TOKEN=[redacted] exec a\"",
        ),
        ("TOKEN='a'\"b\" c", "TOKEN=[redacted] c"),
        ("TOKEN=a\\ b c", "TOKEN=[redacted] c"),
        (
            "TOKEN=\"$(x --y=\"'\\\\\" -1)\"; exec a",
            "TOKEN=[redacted]; exec a",
        ),
        ("", ""),
    ];

    #[test]
    fn values_end_where_the_next_command_begins() {
        let hides = |name: &str, _: &str| name.ends_with("TOKEN");
        for (text, want) in CASES {
            assert_eq!(without(text, hides), *want, "{text}");
        }
        let many = "A_KEYS=".repeat(100_000);
        assert!(without(&many, hides).ends_with("[redacted]"));
        let quotes = format!("TOKEN=a{}", "''".repeat(100_000));
        assert_eq!(without(&quotes, hides), "TOKEN=[redacted]");
        assert_eq!(values("TOKEN=x; A_TOKEN='y z'", hides), ["x", "'y z'"]);
    }
}
