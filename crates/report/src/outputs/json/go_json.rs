//! How Go's `json.MarshalIndent` writes JSON, where it differs from `serde_json`.
//!
//! `<`, `>`, `&`, U+2028 and U+2029 are escaped inside strings, and a float without a fraction has
//! no `.0`. Indent is two spaces, and one newline ends the document, as Trivy writes it. Beyond Go,
//! every character that acts instead of showing is escaped, which readers take back: people look at
//! documents in terminals.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

use crate::text::is_unsafe;

/// Writes a value and a newline as Go's `json.MarshalIndent` does, and escapes what acts instead of showing.
///
/// # Errors
/// Whatever `out` says.
pub fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut buffered = io::BufWriter::new(out);
    let formatter = Go(PrettyFormatter::new());
    value.serialize(&mut Serializer::with_formatter(&mut buffered, formatter))?;
    buffered.write_all(b"\n")?;
    buffered.flush()
}

struct Go(PrettyFormatter<'static>);

impl Formatter for Go {
    fn write_f64<W: ?Sized + Write>(&mut self, out: &mut W, value: f64) -> io::Result<()> {
        write!(out, "{value}")
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let is_plain = |byte| matches!(byte, b' '..=b'~') & !matches!(byte, b'<' | b'>' | b'&');
        // without a way out at the first other one, many bytes are looked at together
        if fragment
            .bytes()
            .fold(true, |all, byte| all & is_plain(byte))
        {
            return out.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some((at, special)) = rest.char_indices().find(|(_, char)| must_escape(*char)) {
            let (plain, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
            out.write_all(plain.as_bytes())?;
            // two of them beyond the first 65,536 characters
            for unit in special.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = after.get(special.len_utf8()..).unwrap_or_default();
        }
        out.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

/// Whether a character is one that Go escapes and others do not, or that acts instead of showing.
fn must_escape(char: char) -> bool {
    matches!(char, '<' | '>' | '&') || (!matches!(char, ' '..='~') && is_unsafe(char))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_as_go_does() {
        let value = serde_json::json!({
            "text": "<a href=\"x\">&\u{2028}\u{1}é\n",
            "whole": 5.0,
            "part": 7.2,
            "empty": {},
            "none": [],
        });
        let mut out = Vec::new();
        write(&value, &mut out).unwrap();
        // As `json.MarshalIndent(v, "", "  ")` gives it; keys are in serde_json's order.
        let want = "{\n  \"empty\": {},\n  \"none\": [],\n  \"part\": 7.2,\n  \"text\": \
                    \"\\u003ca href=\\\"x\\\"\\u003e\\u0026\\u2028\\u0001é\\n\",\n  \"whole\": 5\n}\n";
        assert_eq!(String::from_utf8(out).unwrap(), want);
    }

    #[test]
    fn what_acts_is_escaped() {
        for (text, want) in [
            ("\u{9b}31m", "\\u009b31m"),
            ("\u{7f}", "\\u007f"),
            ("a\u{202e}b", "a\\u202eb"),
            ("\u{200b}", "\\u200b"),
            ("\u{e0041}", "\\udb40\\udc41"),
            ("\u{1b}[0m", "\\u001b[0m"),
            ("é 日", "é 日"),
        ] {
            let mut out = Vec::new();
            write(&text, &mut out).unwrap();
            let written = String::from_utf8(out).unwrap();
            assert_eq!(written, format!("\"{want}\"\n"), "{want}");
            assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
        }
    }
}
