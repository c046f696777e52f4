//! The lines around a secret, with everything masked that may be one.
//!
//! What is masked: the secrets that rules found, and the same words elsewhere; what follows a name that
//! says that it is secret; what logs in within a URL; long words with digits. A line is for finding the place, not for reading.

use std::ops::Range;
use std::sync::OnceLock;

use model::ShownLine;
use regex::bytes::{Regex, RegexBuilder};

/// Lines that are shown before and behind the secret.
const AROUND: usize = 2;
/// Lines of the secret itself that are shown.
const MOST_OF_SECRET: usize = 4;
/// Bytes of a line up to which all of it is shown; of a longer one, as many before and behind the
/// secret as Trivy shows.
const LINE: usize = 100;
const BEFORE: usize = 30;
const BEHIND: usize = 20;
/// Bytes on either side in which line breaks are looked for.
const NEAR: usize = 1_000;
/// Bytes from which a secret is masked wherever else it stands.
const LEAST_REPEATED: usize = 4;
/// Bytes from which a word with digits and letters is masked.
const LONG_WORD: usize = 12;

/// Names that say that what follows is secret.
const NAMED: &str = r#"(?i)(?:pass|pwd|secret|token|key|credential|auth)[0-9a-z_.-]*["']?[ \t]*[:=]+[ \t]*["']?([^\s"',;]+)"#;

/// What logs in within a URL, whatever its scheme.
const LOGIN: &str = r#"://[^\s/"'<>]*?:([^\s"'<>]+)@"#;

/// A text as far as it may be shown.
#[derive(Debug, Clone)]
pub(crate) struct View<'a> {
    pub(crate) text: &'a [u8],
    /// What may be shown beside the secret: where all that is to be masked is known.
    pub(crate) visible: Range<usize>,
    /// Where secrets stand.
    pub(crate) secrets: &'a [Range<usize>],
}

/// Where a byte stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) offset: u64,
    pub(crate) line: u64,
    pub(crate) column: u64,
}

impl Place {
    pub(crate) const START: Self = Self {
        offset: 0,
        line: 1,
        column: 1,
    };

    /// Returns the place behind `text`, which starts here.
    pub(crate) fn after(self, text: &[u8]) -> Self {
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let characters = |text: &[u8]| count(count_of(text, |byte| byte & 0xc0 != 0x80));
        let breaks = count(breaks(text));
        let last = text.iter().rposition(|&byte| byte == b'\n');
        Self {
            offset: self.offset.saturating_add(count(text.len())),
            line: self.line.saturating_add(breaks),
            column: match last {
                None => self.column.saturating_add(characters(text)),
                Some(last) => 1 + characters(text.get(last + 1..).unwrap_or_default()),
            },
        }
    }
}

/// Counts line breaks.
fn breaks(text: &[u8]) -> usize {
    count_of(text, |byte| byte == b'\n')
}

/// Counts bytes, every byte of every large file: in pieces whose count fits a byte, so that the compiler
/// looks at many at once.
fn count_of(text: &[u8], is_one: impl Fn(u8) -> bool) -> usize {
    let of_piece = |piece: &[u8]| {
        let count = piece.iter().fold(0_u8, |count, &byte| {
            count.wrapping_add(u8::from(is_one(byte)))
        });
        usize::from(count)
    };
    text.chunks(255).map(of_piece).sum()
}

/// Returns the lines around a secret that begins in line `number`.
pub(crate) fn around(view: &View<'_>, secret: &Range<usize>, number: u64) -> Vec<ShownLine> {
    if view.visible.is_empty() {
        return Vec::new();
    }
    let start = line_start(view, secret.start, AROUND);
    let end = line_end(view, secret.end, AROUND);
    // nothing stands behind the last line break
    let is_break = end > secret.end && view.text.get(end - 1) == Some(&b'\n');
    let end = end - usize::from(is_break);
    let Some(text) = view.text.get(start..end) else {
        return Vec::new();
    };
    let masked = masked(view, text, start);
    let before = text.get(..secret.start - start).unwrap_or_default();
    let breaks = breaks(before);
    let mut number = number.saturating_sub(u64::try_from(breaks).unwrap_or(0));
    let mut lines = Vec::new();
    let (mut at, mut of_secret) = (start, 0);
    for line in masked.split(|&byte| byte == b'\n') {
        let here = at..at + line.len();
        let is_cause = here.start < secret.end && secret.start <= here.end;
        of_secret += usize::from(is_cause);
        if !is_cause || of_secret <= MOST_OF_SECRET {
            let text = cut(line, is_cause.then_some((secret, here.start)));
            lines.push(ShownLine {
                number,
                text,
                is_cause,
            });
        }
        at = here.end + 1;
        number = number.saturating_add(1);
    }
    lines
}

/// Returns where the line begins that is `lines` above that of `at`, as far as it may be shown.
fn line_start(view: &View<'_>, at: usize, lines: usize) -> usize {
    let least = at.saturating_sub(NEAR).max(view.visible.start).min(at);
    let before = view.text.get(least..at).unwrap_or_default();
    let mut breaks = before
        .iter()
        .enumerate()
        .rev()
        .filter(|(_, byte)| **byte == b'\n');
    breaks.nth(lines).map_or(least, |(at, _)| least + at + 1)
}

/// Returns where the line ends that is `lines` below that of `at`, as far as it may be shown.
fn line_end(view: &View<'_>, at: usize, lines: usize) -> usize {
    let most = at.saturating_add(NEAR).min(view.visible.end).max(at);
    let behind = view.text.get(at..most).unwrap_or_default();
    let mut breaks = behind
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n');
    breaks.nth(lines).map_or(most, |(end, _)| at + end)
}

/// Returns a part of the text, which stands at `start`, masked.
fn masked(view: &View<'_>, part: &[u8], start: usize) -> Vec<u8> {
    let mut out = part.to_vec();
    for secret in view.secrets {
        mask(
            &mut out,
            secret.start.saturating_sub(start)..secret.end.saturating_sub(start),
        );
        let value = view.text.get(secret.clone()).unwrap_or_default();
        mask_repeats(&mut out, part, value);
    }
    for expression in likely() {
        for captures in expression.captures_iter(part) {
            if let Some(value) = captures.get(1) {
                mask(&mut out, value.range());
            }
        }
    }
    let mut at = 0;
    for word in part.split(|byte| !is_of_word(*byte)) {
        let has = |is: fn(&u8) -> bool| word.iter().any(is);
        if word.len() >= LONG_WORD && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic) {
            mask(&mut out, at..at + word.len());
        }
        at += word.len() + 1;
    }
    out
}

/// Masks a secret wherever else it stands; one that is too short to be told from other words stays.
fn mask_repeats(out: &mut [u8], part: &[u8], value: &[u8]) {
    if (LEAST_REPEATED..=NEAR).contains(&value.len()) {
        for (at, window) in part.windows(value.len()).enumerate() {
            if window == value {
                mask(out, at..at + value.len());
            }
        }
    }
}

/// Returns the expressions whose first group is likely to be secret.
fn likely() -> &'static [Regex] {
    static COMPILED: OnceLock<Vec<Regex>> = OnceLock::new();
    let compile = |text: &&str| RegexBuilder::new(text).unicode(false).build().ok();
    COMPILED.get_or_init(|| [NAMED, LOGIN].iter().filter_map(compile).collect())
}

const fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'_' | b'-' | b'~' | b'.' | b'=')
}

fn mask(out: &mut [u8], range: Range<usize>) {
    let range = range.start.min(out.len())..range.end.min(out.len());
    for byte in out.get_mut(range).into_iter().flatten() {
        if *byte != b'\n' {
            *byte = b'*';
        }
    }
}

/// Cuts a long line around the secret, or at its end.
fn cut(line: &[u8], secret: Option<(&Range<usize>, usize)>) -> String {
    let range = match secret {
        _ if line.len() <= LINE => 0..line.len(),
        Some((secret, start)) => {
            let from = secret.start.saturating_sub(start);
            let to = secret.end.saturating_sub(start).min(from + LINE);
            from.saturating_sub(BEFORE)..to.saturating_add(BEHIND).min(line.len())
        }
        None => 0..LINE,
    };
    let part = line.get(range).unwrap_or_default();
    let part = part.strip_suffix(b"\r").unwrap_or(part);
    String::from_utf8_lossy(part).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, secret: &str) -> Vec<String> {
        let at = text.find(secret).unwrap();
        let secret = at..at + secret.len();
        let view = View {
            text: text.as_bytes(),
            visible: 0..text.len(),
            secrets: std::slice::from_ref(&secret),
        };
        let line = Place::START.after(&text.as_bytes()[..at]).line;
        let show = |line: ShownLine| {
            let mark = if line.is_cause { ">" } else { " " };
            format!("{}{mark}{}", line.number, line.text)
        };
        around(&view, &secret, line).into_iter().map(show).collect()
    }

    #[test]
    fn what_stands_around_a_secret_is_masked_too() {
        let long = format!("{}SECRET{}", "a ".repeat(60), " b".repeat(60));
        let cut = format!(">{}******{}", "a ".repeat(15), " b".repeat(10));
        for (text, want) in [
            (
                "a\nb\nc\nd SECRET\ne\nf\ng",
                vec!["2 b", "3 c", "4>d ******", "5 e", "6 f"],
            ),
            ("SECRET", vec!["1>******"]),
            (
                "SECRET again\nSECRET x://a:pw@h",
                vec!["1>****** again", "2 ****** x://a:**@h"],
            ),
            (
                "pw: SECRET\npassword = short\n",
                vec!["1>pw: ******", "2 password = *****"],
            ),
            (
                "x SECRET\nsee abcdefgh1234 there",
                vec!["1>x ******", "2 see ************ there"],
            ),
            (&long, vec![&format!("1{cut}")]),
        ] {
            assert_eq!(shown(text, "SECRET"), want, "{text}");
        }
    }

    #[test]
    fn places_go_on_over_pieces() {
        let text = "ä b\nc\ndef".as_bytes();
        for at in 0..text.len() {
            let (first, second) = text.split_at(at);
            let place = Place::START.after(first).after(second);
            assert_eq!(place, Place::START.after(text));
            assert_eq!((place.offset, place.line, place.column), (10, 3, 4));
        }
    }
}
