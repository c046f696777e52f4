//! Settings in the history of an image: `ENV A=x B=y`, `ARG A=x`, and the arguments of a build, which
//! `BuildKit` writes before the command: `RUN |2 A=x B=y /bin/sh -c make`.

/// Settings of one line, as most builders write them; more are left to the rules for text.
const MOST: usize = 1_000;

/// Returns names and values, in their order. Values that had blanks lost their quotes in the history:
/// a value of `ENV` ends where the next `NAME=` begins, one of a build's arguments at a blank.
pub fn assignments(line: &str) -> Vec<(&str, &str)> {
    let step = line
        .strip_prefix("/bin/sh -c #(nop)")
        .unwrap_or(line)
        .trim_start();
    let (word, rest) = step.split_once(' ').unwrap_or((step, ""));
    if word.eq_ignore_ascii_case("ENV") || word.eq_ignore_ascii_case("ARG") {
        return pairs(rest);
    }
    let arguments = if word.eq_ignore_ascii_case("RUN") {
        rest
    } else {
        step
    };
    arguments.strip_prefix('|').map_or_else(Vec::new, counted)
}

/// `2 A=x B=y command`: as many as the number says.
fn counted(text: &str) -> Vec<(&str, &str)> {
    let (count, rest) = text.split_once(' ').unwrap_or((text, ""));
    let count = count.parse().unwrap_or(0).min(MOST);
    let words = rest.split(' ').take(count);
    words.filter_map(|word| word.split_once('=')).collect()
}

fn pairs(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while found.len() < MOST
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
}
