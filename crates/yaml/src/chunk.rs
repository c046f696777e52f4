//! Where one document ends and the next begins: a matter of lines, before any YAML is parsed.
//!
//! Source of truth: apimachinery's `YAMLReader`. A line that starts with `---` ends a document, even
//! inside a block scalar; only spaces and a comment may follow on it.

use crate::{Position, Problem};

/// The text of one document, and what is wrong with the line that ended it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Chunk<'a> {
    pub text: &'a [u8],
    pub start: Position,
    pub problem: Option<Problem>,
}

/// The chunks of a file, in order.
pub(crate) struct Chunks<'a> {
    rest: &'a [u8],
    place: Position,
}

impl<'a> Chunks<'a> {
    /// Starts with `rest`, which stands at `place`, the start of a line.
    pub(crate) const fn new(rest: &'a [u8], place: Position) -> Self {
        Self { rest, place }
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Chunk<'a>;

    fn next(&mut self) -> Option<Chunk<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let (text, start) = (self.rest, self.place);
        let mut len = 0;
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            let separator = line.strip_prefix(b"---");
            let problem = separator.and_then(|after| self.bad_separator(after));
            if separator.is_some() && (len > 0 || problem.is_some()) {
                let (chunk, rest) = text.split_at_checked(len)?;
                self.rest = rest.get(line.len()..)?;
                self.place = self.next_line(line);
                return Some(Chunk {
                    text: chunk,
                    start,
                    problem,
                });
            }
            // A separator with nothing before it starts the document and belongs to it.
            len += line.len();
            self.place = self.next_line(line);
        }
        self.rest = &[];
        Some(Chunk {
            text,
            start,
            problem: None,
        })
    }
}

impl Chunks<'_> {
    fn bad_separator(&self, after: &[u8]) -> Option<Problem> {
        let after = String::from_utf8_lossy(after);
        let after = after.trim();
        if after.is_empty() || after.starts_with('#') {
            return None;
        }
        let shown: String = after.chars().take(40).collect();
        let why =
            format!("invalid document separator: only a comment may follow `---`, not `{shown}`");
        Some(Problem::new(self.place, why))
    }

    const fn next_line(&self, line: &[u8]) -> Position {
        Position {
            offset: self.place.offset + line.len(),
            line: self.place.line + 1,
            column: 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: &[&str]) {
        let chunks = Chunks::new(text.as_bytes(), Position::START);
        let got: Vec<String> = chunks
            .map(|chunk| {
                let text = str::from_utf8(chunk.text).unwrap();
                let bad = chunk
                    .problem
                    .map(|problem| format!("!{}", problem.position));
                format!("{} {text}{}", chunk.start, bad.unwrap_or_default())
            })
            .collect();
        assert_eq!(got, want, "{text:?}");
    }

    #[test]
    fn cuts_where_apimachinery_cuts() {
        check("", &[]);
        check("a", &["1:1 a"]);
        check("---\na\n---\nb\n", &["1:1 ---\na\n", "4:1 b\n"]);
        check("a\r\n---\r\nb", &["1:1 a\r\n", "3:1 b"]);
        check(
            "a: |\n  x\n--- # end\n y\n",
            &["1:1 a: |\n  x\n", "4:1  y\n"],
        );
        check("---\n---\na", &["1:1 ---\n", "3:1 a"]);
        check("a\n ---\nb", &["1:1 a\n ---\nb"]);
        check("a\n----\nb\n", &["1:1 a\n!2:1", "3:1 b\n"]);
        check("--- a\nb\n", &["1:1 !1:1", "2:1 b\n"]);
    }
}
