//! Text from strangers, made safe to show: no control, no hidden character, no broken layout.
//!
//! Names, versions, paths and messages come from images and feeds. In a terminal or a log an
//! escape sequence, a line break or a bidirectional override in one of them could forge a report, and
//! in the log of a CI system a word such as `::error::` or `##vso[task.setvariable]` is a command.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Returns the text with every control, format and invisible character as a visible escape:
/// `\x1b`, `\u{202e}`; so is the first character of what a CI system takes for a command.
///
/// Every human output passes foreign text through here. What is left are characters that take
/// room and stay where they are.
pub fn safe(text: &str) -> Cow<'_, str> {
    let is_command = || text.contains("::") || text.contains("##");
    if (is_printable(text) || !text.chars().any(is_unsafe)) && !is_command() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for (at, char) in text.char_indices() {
        let code = u32::from(char);
        let is_command = begins_command(text, at);
        // Writing to a String cannot fail.
        let _ = match char {
            _ if !is_unsafe(char) && !is_command => out.write_char(char),
            '\n' => out.write_str("\\n"),
            '\r' => out.write_str("\\r"),
            '\t' => out.write_str("\\t"),
            _ if code < 0x100 => write!(out, "\\x{code:02x}"),
            _ => write!(out, "\\u{{{code:x}}}"),
        };
    }
    Cow::Owned(out)
}

/// Whether it is nothing but printable ASCII, as nearly all text is: each character one column.
fn is_printable(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Whether a command of a CI system begins there.
///
/// GitHub reads `::error::` where a line starts, blanks or not, and any word may start one. It reads
/// `##[error]`, Azure reads `##vso[task.…]`, others read `##teamcity[…]` anywhere in a line.
fn begins_command(text: &str, at: usize) -> bool {
    let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
    if rest.starts_with("::") {
        return before.chars().next_back().is_none_or(char::is_whitespace);
    }
    let name = rest.strip_prefix("##");
    name.is_some_and(|name| {
        name.trim_start_matches(|c: char| c.is_ascii_alphanumeric())
            .starts_with('[')
    })
}

/// Whether a character acts instead of showing: controls, Unicode's format characters (bidirectional
/// marks, zero-width ones, tags), line and paragraph separators, and what has no width of its own.
pub(crate) fn is_unsafe(char: char) -> bool {
    char.is_control()
        || matches!(
            char,
            '\u{ad}'
                | '\u{600}'..='\u{605}'
                | '\u{61c}'
                | '\u{6dd}'
                | '\u{70f}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
        // Combining marks can pile up over other lines.
        || char.width() == Some(0)
}

/// Returns the columns that a safe text takes.
pub(crate) fn width(text: &str) -> usize {
    if is_printable(text) {
        return text.len();
    }
    text.width()
}

/// Returns a safe text in at most `columns` columns; `…` stands for what was cut.
pub(crate) fn cut(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let Some(room) = columns.checked_sub(1) else {
        return Cow::Borrowed("");
    };
    let mut used = 0;
    let mut kept = String::new();
    for char in text.chars() {
        used += char.width().unwrap_or(0);
        if used > room {
            break;
        }
        kept.push(char);
    }
    kept.push('…');
    Cow::Owned(kept)
}

/// Returns a safe text in at most `columns` columns; `…` stands for what was cut from its middle.
///
/// Versions that look alike differ at their ends: `3.0.18-1~deb12u1`, `3.0.18-1~deb12u2`.
pub(crate) fn cut_middle(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns || columns < 4 {
        return cut(text, columns);
    }
    let tail_room = (columns - 1) / 2;
    let mut start = text.len();
    let mut used = 0;
    for (at, char) in text.char_indices().rev() {
        used += char.width().unwrap_or(0);
        if used > tail_room {
            break;
        }
        start = at;
    }
    let (head, tail) = text.split_at_checked(start).unwrap_or((text, ""));
    Cow::Owned(cut(head, columns - width(tail)).into_owned() + tail)
}

/// Breaks a safe text into lines of at most `columns` columns, at blanks where there are any.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(2);
    if width(text) <= columns {
        return vec![text.to_owned()];
    }
    let mut lines = vec![String::new()];
    for word in text.split(' ').flat_map(|word| pieces(word, columns)) {
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            line.push_str(&word);
        } else if width(line) + 1 + width(&word) <= columns {
            line.push(' ');
            line.push_str(&word);
        } else {
            lines.push(word);
        }
    }
    lines
}

/// Cuts a word that no line can hold.
fn pieces(word: &str, columns: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut used = 0;
    for char in word.chars() {
        let width = char.width().unwrap_or(0);
        if used + width > columns {
            pieces.push(String::new());
            used = 0;
        }
        used += width;
        if let Some(piece) = pieces.last_mut() {
            piece.push(char);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_what_is_cut_in_the_middle_stays() {
        for (text, columns, want) in [
            ("3.0.18-1~deb12u1", 16, "3.0.18-1~deb12u1"),
            ("3.0.18-1~deb12u1", 10, "3.0.1…12u1"),
            ("日本語日本語", 7, "日本…語"),
            ("abcdef", 3, "ab…"),
            ("abcdef", 0, ""),
        ] {
            let cut = cut_middle(text, columns);
            assert_eq!(cut, want, "{text}");
            assert!(width(&cut) <= columns, "{text}");
        }
    }

    #[test]
    fn shows_what_would_act() {
        for (text, want) in [
            ("libssl3", "libssl3"),
            ("naïve 日本", "naïve 日本"),
            ("a\u{1b}[31mred", "a\\x1b[31mred"),
            ("two\nlines\r\t", "two\\nlines\\r\\t"),
            ("nul\0del\u{7f}c1\u{9b}", "nul\\x00del\\x7fc1\\x9b"),
            ("ok\u{202e}exe.txt\u{2066}", "ok\\u{202e}exe.txt\\u{2066}"),
            ("\u{200e}\u{200f}\u{feff}", "\\u{200e}\\u{200f}\\u{feff}"),
            ("tag\u{e0041}", "tag\\u{e0041}"),
            ("z\u{300}\u{300}", "z\\u{300}\\u{300}"),
            ("a\u{2028}b", "a\\u{2028}b"),
        ] {
            assert_eq!(safe(text), want);
        }
    }

    #[test]
    fn words_that_are_commands_in_a_log_are_broken() {
        for (text, want) in [
            ("::error::pwn", "\\x3a:error::pwn"),
            ("  ::add-mask::x", "  \\x3a:add-mask::x"),
            ("a ::error::x", "a \\x3a:error::x"),
            ("\u{2003}::error::x", "\u{2003}\\x3a:error::x"),
            ("##[error]x", "\\x23#[error]x"),
            ("a##[group]b", "a\\x23#[group]b"),
            ("###[error]", "#\\x23#[error]"),
            ("##vso[task.complete]", "\\x23#vso[task.complete]"),
            ("##teamcity[x]", "\\x23#teamcity[x]"),
            (
                "std::vec a:b ## c #[d] x[::]",
                "std::vec a:b ## c #[d] x[::]",
            ),
        ] {
            assert_eq!(safe(text), want);
            // what is safe stays as it is: pages make their words safe once more
            assert_eq!(safe(want), want);
        }
    }

    #[test]
    fn cuts_by_columns_and_not_by_bytes() {
        for (text, columns, want) in [
            ("libssl3", 7, "libssl3"),
            ("libssl3", 6, "libss…"),
            ("日本語", 6, "日本語"),
            ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"),
            ("ab", 1, "…"),
            ("ab", 0, ""),
        ] {
            assert_eq!(cut(text, columns), want, "{text} in {columns}");
        }
    }

    #[test]
    fn wraps_at_blanks_and_breaks_what_is_too_long() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrap("", 4), [""]);
    }
}
