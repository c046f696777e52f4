//! Settings in the history of an image: `ENV A=x B=y`, `ARG A=x`, `LABEL a=x`, and the arguments of a build, which
//! `BuildKit` writes before the command: `RUN |2 A=x B=y /bin/sh -c make`.

/// Settings of one line, as most builders write them; more are left to the rules for text.
pub const MOST_ASSIGNMENTS: usize = 1_000;

/// Returns names and values, in their order. Values that had blanks lost their quotes in the history:
/// a value of `ENV` ends where the next `NAME=` begins, one of a build's arguments at a blank.
pub fn assignments(line: &str) -> Vec<(&str, &str)> {
    let step = line
        .strip_prefix("/bin/sh -c #(nop)")
        .unwrap_or(line)
        .trim_start();
    let (word, rest) = step.split_once(' ').unwrap_or((step, ""));
    if ["ENV", "ARG", "LABEL"]
        .iter()
        .any(|it| word.eq_ignore_ascii_case(it))
    {
        return pairs(rest);
    }
    let arguments = if word.eq_ignore_ascii_case("RUN") {
        rest
    } else {
        step
    };
    arguments.strip_prefix('|').map_or_else(Vec::new, counted)
}

/// Returns what the words of a command set for programs, as `export DB_PASSWORD=x` and `PGPASSWORD=x psql` do. A
/// value that a variable or another command gives is none; a name has capital letters, as that of a secret
/// of the environment has, or its value is no word.
pub fn exports(command: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = command;
    while found.len() < MOST_ASSIGNMENTS
        && let Some((before, after)) = rest.split_once('=')
    {
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let start = before.trim_end_matches(is_of_name).len();
        let (word, name) = before.split_at_checked(start).unwrap_or((before, ""));
        let is_word = word.is_empty() || word.ends_with([' ', '\t', ';', '&', '(', '"', '\'']);
        rest = after;
        if !is_word || name.is_empty() {
            continue;
        }
        let value = shell_word(after);
        // what is a value holds no other setting, and is looked at once
        rest = after.get(value.len()..).unwrap_or_default();
        let is_exported = !name.contains(|c: char| c.is_ascii_lowercase());
        if !value.is_empty() && !value.contains(['$', '`']) && (is_exported || is_drawn(value)) {
            found.push((name, value));
        }
    }
    found
}

/// Whether a value has letters and digits, and is as long as a password.
pub(crate) fn is_drawn(value: &str) -> bool {
    let has = |is: fn(&u8) -> bool| value.bytes().any(|byte| is(&byte));
    value.len() >= 8 && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
}

/// Returns what stands in quotes, or as far as a word of the shell goes.
fn shell_word(text: &str) -> &str {
    let first = text.chars().next();
    if let Some(quote @ ('"' | '\'')) = first {
        let inner = text.get(1..).unwrap_or_default();
        return inner.split(quote).next().unwrap_or_default();
    }
    let ends = |c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|' | ')' | '"' | '\'');
    text.split(ends).next().unwrap_or_default()
}

/// `2 A=x B=y command`: as many as the number says.
fn counted(text: &str) -> Vec<(&str, &str)> {
    let (count, rest) = text.split_once(' ').unwrap_or((text, ""));
    let count = count.parse().unwrap_or(0).min(MOST_ASSIGNMENTS);
    let words = rest.split(' ').take(count);
    words.filter_map(|word| word.split_once('=')).collect()
}

fn pairs(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while found.len() < MOST_ASSIGNMENTS
        && let Some((name, after)) = rest.split_once('=')
    {
        let end = next_name(after);
        let value = after.get(..end).unwrap_or_default().trim();
        found.push((name.trim(), unquoted(value)));
        rest = after.get(end..).unwrap_or_default().trim_start();
    }
    match (found.is_empty(), text.trim().split_once(' ')) {
        // the old form: one name, and all of the rest
        (true, Some((name, value))) => vec![(name, value.trim())],
        _ => found,
    }
}

/// Returns where the blank stands before the next `NAME=`.
fn next_name(after: &str) -> usize {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut blanks = after.match_indices(' ');
    let next = blanks.find(|(at, _)| {
        let word = after.get(at + 1..).unwrap_or_default();
        let len = word.find(|c| !is_of_name(c)).unwrap_or(0);
        len > 0 && word.get(len..).is_some_and(|rest| rest.starts_with('='))
    });
    next.map_or(after.len(), |(at, _)| at)
}

fn unquoted(value: &str) -> &str {
    let inner = |quote| value.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_as_builders_write_them() {
        for (line, want) in [
            ("ENV A=x B=y", vec![("A", "x"), ("B", "y")]),
            (
                "/bin/sh -c #(nop)  ENV A=correct horse B=y",
                vec![("A", "correct horse"), ("B", "y")],
            ),
            ("ENV A=\"x y\"", vec![("A", "x y")]),
            ("ENV A x y", vec![("A", "x y")]),
            ("ARG A=x", vec![("A", "x")]),
            ("LABEL a.b=x c=y", vec![("a.b", "x"), ("c", "y")]),
            ("ARG A", vec![]),
            (
                "RUN |2 A=x B=y /bin/sh -c make C=z # buildkit",
                vec![("A", "x"), ("B", "y")],
            ),
            ("|1 A=x /bin/sh -c make", vec![("A", "x")]),
            ("RUN |99999999999999999999 A=x", vec![]),
            ("RUN |9 A=x", vec![("A", "x")]),
            ("RUN A=x make", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(assignments(line), want, "{line}");
        }
    }
    #[test]
    fn what_a_command_sets_is_read_as_the_shell_does() {
        for (command, want) in [
            ("A=x make", vec![("A", "x")]),
            (
                "/bin/sh -c export A='x y' && B=\"z\" run",
                vec![("A", "x y"), ("B", "z")],
            ),
            ("(A=x;B=y) | C=z", vec![("A", "x"), ("B", "y"), ("C", "z")]),
            ("curl https://h/?TOKEN=x --TOKEN=x a=b", vec![]),
            ("A=$B C=`d` E= F=\"$(g)\"", vec![]),
            ("a=x b=abcdefg1 c=abcdefgh", vec![("b", "abcdefg1")]),
        ] {
            assert_eq!(exports(command), want, "{command}");
        }
    }
}
