//! How `toJson` and its kin write a value: as Go's `encoding/json` does.

use std::fmt::Write as _;

use super::structs::Written;

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// In one line.
    Compact,
    /// In one line, `<`, `>` and `&` as they are.
    Raw,
    /// In lines that are indented by two spaces.
    Pretty,
}

/// Returns a value as JSON.
pub(super) fn json(value: &Written, style: Style) -> Result<String, String> {
    let mut bytes = Vec::new();
    ::report::write_go_json(value, &mut bytes).map_err(|error| error.to_string())?;
    let text = String::from_utf8(bytes).map_err(|error| error.to_string())?;
    Ok(match style {
        Style::Pretty => text.trim_end().to_owned(),
        Style::Compact | Style::Raw => in_one_line(&text, style),
    })
}

/// Takes out all space outside of texts.
fn in_one_line(text: &str, style: Style) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_text = false;
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => {
                let escape: String = match chars.next() {
                    Some('u') => std::iter::once('u').chain(chars.by_ref().take(4)).collect(),
                    other => other.into_iter().collect(),
                };
                match (style, raw(&escape)) {
                    (Style::Raw, Some(plain)) => out.push(plain),
                    // writing to a String cannot fail
                    _ => _ = write!(out, "\\{escape}"),
                }
            }
            '"' => {
                is_text = !is_text;
                out.push(char);
            }
            char if !is_text && char.is_ascii_whitespace() => {}
            char => out.push(char),
        }
    }
    out
}

/// Returns the character that an escape is for, if it stands for HTML's sake alone.
fn raw(escape: &str) -> Option<char> {
    match escape {
        "u003c" => Some('<'),
        "u003e" => Some('>'),
        "u0026" => Some('&'),
        _ => None,
    }
}
