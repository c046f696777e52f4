//! What the engine finds in a text, by all rules of the table and a user's own.

use std::ops::Range;
use std::sync::LazyLock;

use super::assigned::end_of_word;
use super::{REDACTED, here};
use crate::engine::{Engine, Spans};
use crate::rules::Rules;

/// The whole table: what a user disables is not told, and yet not shown.
static ALL: LazyLock<Engine> = LazyLock::new(|| Engine::new(Rules::all()));

/// Returns where secrets stand; all of a text that has more that looks like them than is looked at.
pub(super) fn spans(text: &str, own: Option<&Engine>) -> Vec<Range<usize>> {
    let Spans { whole, of_lines } = of_engines(text, own);
    [whole, of_lines].concat()
}

/// Returns where secrets stand in a file: what a script sets ends with a word, and a command may follow.
pub(super) fn spans_of_file(text: &str, own: Option<&Engine>) -> Vec<Range<usize>> {
    let Spans {
        mut whole,
        of_lines,
    } = of_engines(text, own);
    if !text.starts_with("#!") {
        return [whole, of_lines].concat();
    }
    let documents = here::documents(text);
    for span in of_lines {
        let next = documents.partition_point(|it| it.end <= span.start);
        let is_written = documents
            .get(next)
            .is_some_and(|it| it.contains(&span.start));
        let before = text.get(..span.start).unwrap_or_default();
        let is_quoted = before.ends_with(['"', '\'']);
        let value = text.get(span.clone()).unwrap_or_default();
        let end = if is_written || is_quoted {
            span.end
        } else {
            span.start + end_of_word(value, None)
        };
        whole.push(span.start..end);
    }
    whole
}

fn of_engines(text: &str, own: Option<&Engine>) -> Spans {
    let mut all = Spans::default();
    for engine in [Some(&*ALL), own].into_iter().flatten() {
        let Some(spans) = engine.spans(text.as_bytes()) else {
            all.whole.push(0..text.len());
            break;
        };
        all.whole.extend(spans.whole);
        all.of_lines.extend(spans.of_lines);
    }
    all
}

/// Whether the rules for settings find the value of this one.
pub(super) fn is_secret_setting(name: &str, value: &str) -> bool {
    ALL.is_secret_setting(name, value)
}

/// Returns the text with a mark in place of each span.
pub(super) fn replaced(text: &str, spans: Vec<Range<usize>>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for span in merged(text, spans) {
        out.push_str(text.get(at..span.start).unwrap_or_default());
        out.push_str(REDACTED);
        at = span.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// Returns words with a mark in place of what spans cover of each; the spans are of the line in which
/// the words stand with a blank between.
pub(super) fn replaced_in_words(words: &[&str], spans: Vec<Range<usize>>) -> Vec<String> {
    let spans = merged(&words.join(" "), spans);
    let mut left = spans.as_slice();
    let mut start = 0;
    let mut shown = Vec::with_capacity(words.len());
    for word in words {
        let end = start + word.len();
        // what ended before this word touches none behind it
        let gone = left.iter().take_while(|span| span.end <= start).count();
        left = left.get(gone..).unwrap_or_default();
        let here = left.iter().take_while(|span| span.start < end);
        let here = here.map(|span| span.start.saturating_sub(start)..span.end.min(end) - start);
        shown.push(replaced(word, here.collect()));
        start = end + 1;
    }
    shown
}

/// Returns spans in order, none touching another, none cutting a character.
fn merged(text: &str, mut spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    spans.retain(|span| span.start < span.end);
    spans.sort_by_key(|span| (span.start, span.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for mut span in spans {
        while !text.is_char_boundary(span.start) {
            span.start -= 1;
        }
        span.end = span.end.min(text.len());
        while !text.is_char_boundary(span.end) {
            span.end += 1;
        }
        match merged.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_replaced_whole() {
        for (text, spans, want) in [
            ("abcdef", vec![(1, 2), (3, 5)], "a[redacted]c[redacted]f"),
            ("abcdef", vec![(3, 5), (1, 4)], "a[redacted]f"),
            ("aäb", vec![(2, 4)], "a[redacted]"),
            ("aäb", vec![(1, 2)], "a[redacted]b"),
            ("ab", vec![(1, 9)], "a[redacted]"),
            ("ab", vec![(1, 1)], "ab"),
            ("", vec![], ""),
        ] {
            let spans: Vec<(usize, usize)> = spans;
            let ranges = spans.iter().map(|&(start, end)| start..end);
            assert_eq!(replaced(text, ranges.collect()), want, "{text} {spans:?}");
        }
        let words = ["ab", "cd", "ef"];
        let shown = replaced_in_words(&words, vec![1..4, 6..8]);
        assert_eq!(shown, ["a[redacted]", "[redacted]d", "[redacted]"]);
    }
}
