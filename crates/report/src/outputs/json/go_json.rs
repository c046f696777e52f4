//! How Go's `json.MarshalIndent` writes JSON, where it differs from `serde_json`.
//!
//! `<`, `>`, `&`, U+2028 and U+2029 are escaped inside strings, and a float without a fraction has
//! no `.0`. Indent is two spaces, and one newline ends the document, as Trivy writes it.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

/// Writes a value and a newline.
pub(super) fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
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
        let mut rest = fragment;
        // the two line ends begin with 0xe2
        if !rest
            .bytes()
            .any(|byte| matches!(byte, b'<' | b'>' | b'&' | 0xe2))
        {
            return out.write_all(rest.as_bytes());
        }
        while let Some((at, special)) = rest.char_indices().find_map(escaped) {
            let (plain, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
            out.write_all(plain.as_bytes())?;
            out.write_all(special.as_bytes())?;
            let mut after = after.chars();
            after.next();
            rest = after.as_str();
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

/// Returns where a character is that Go escapes and others do not, and how.
fn escaped((at, char): (usize, char)) -> Option<(usize, &'static str)> {
    let escape = match char {
        '<' => "\\u003c",
        '>' => "\\u003e",
        '&' => "\\u0026",
        '\u{2028}' => "\\u2028",
        '\u{2029}' => "\\u2029",
        _ => return None,
    };
    Some((at, escape))
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
}
