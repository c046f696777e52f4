//! A file: its documents, and what could not be read.

use std::sync::Arc;

use crate::chunk::{Chunk, Chunks};
use crate::tree::Budget;
use crate::{Limits, Node, Position, Problem, bytes, events, json};

/// What is in a file.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(
    clippy::struct_field_names,
    reason = "no other word says what they are"
)]
pub struct Documents {
    /// The documents, in order; empty ones are left out.
    pub documents: Vec<Document>,
    /// What could not be read, in order.
    pub problems: Vec<Problem>,
    /// Values, keys and comments that were read: what [`Limits::nodes`] counts.
    pub nodes: usize,
}

/// One document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The outermost value.
    pub root: Node,
    /// Its comments, in order.
    pub comments: Vec<Comment>,
    /// Names that stand more than once in a mapping, in the order in which the mappings end.
    pub duplicates: Vec<Duplicate>,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Where its `#` is.
    pub position: Position,
    /// What stands behind the `#`, up to the end of the line.
    pub text: String,
}

/// A name that stands again in the same mapping; the last one counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The name, as in [`crate::Entry::name`].
    pub name: Arc<str>,
    /// The key that is overridden.
    pub first: Position,
    /// The key that overrides it.
    pub again: Position,
}

/// Reads a file of YAML documents, of JSON values, or of JSON and then YAML.
///
/// A document that cannot be read costs itself: the others are there.
pub fn read(bytes: &[u8], limits: &Limits) -> Documents {
    let mut file = Documents::default();
    if bytes.len() > limits.bytes {
        let why = format!("the file is larger than {} bytes", limits.bytes);
        file.problems.push(Problem::limited(Position::START, why));
        return file;
    }
    let text = match bytes::to_utf8(bytes) {
        Ok(text) => text,
        Err(problem) => {
            file.problems.push(problem);
            return file;
        }
    };
    let mut budget = Budget::new(*limits);
    let rest = file.read_json(&text, &mut budget);
    if let Some((place, problem)) = rest {
        let rest = text.get(place.offset..).unwrap_or_default();
        file.read_yaml(Chunks::new(rest, place), problem, &mut budget);
    }
    file.nodes = budget.nodes;
    file
}

/// Reads a file that must hold exactly one document, such as a configuration.
///
/// # Errors
/// The first problem, or that there is no document or a second one.
pub fn read_one(bytes: &[u8], limits: &Limits) -> Result<Document, Problem> {
    let file = read(bytes, limits);
    if let Some(problem) = file.problems.into_iter().next() {
        return Err(problem);
    }
    let mut documents = file.documents.into_iter();
    let Some(document) = documents.next() else {
        return Err(Problem::new(Position::START, "the file is empty"));
    };
    match documents.next() {
        Some(second) => {
            let place = second.root.position();
            Err(Problem::new(
                place,
                "a second document; only one is expected",
            ))
        }
        None => Ok(document),
    }
}

impl Documents {
    /// Reads the JSON values at the start of a file.
    ///
    /// Returns where YAML begins, with the reason why it is no JSON from there; `None` if nothing
    /// is left. As for kubectl, only a file that begins with `{` may be JSON, and one with more
    /// than one JSON value does not go on with YAML.
    fn read_json(
        &mut self,
        text: &[u8],
        budget: &mut Budget,
    ) -> Option<(Position, Option<Problem>)> {
        let mut place = Position::START;
        if !text.trim_ascii_start().starts_with(b"{") {
            return Some((place, None));
        }
        loop {
            let rest = text.get(place.offset..).unwrap_or_default();
            match json::read(rest, place, budget) {
                Ok(None) => return None,
                Ok(Some(_)) if self.is_full(budget, place) => return None,
                Ok(Some((document, end))) => {
                    self.documents.push(document);
                    place = end;
                }
                Err(problem) if self.documents.len() > 1 => {
                    self.problems.push(problem);
                    return None;
                }
                Err(problem) if self.documents.is_empty() => return Some((place, Some(problem))),
                Err(_) => return Some((skip_line(rest, place), None)),
            }
        }
    }

    /// Reads YAML documents. `json` is what kept the first one from being JSON: if it is no YAML
    /// either, then the reason that stands farther behind is the better one.
    fn read_yaml(&mut self, chunks: Chunks<'_>, mut json: Option<Problem>, budget: &mut Budget) {
        for chunk in chunks {
            if self.is_full(budget, chunk.start) {
                return;
            }
            let json = json.take();
            match read_chunk(&chunk, budget) {
                Ok((document, rest)) => {
                    self.documents.extend(document);
                    self.problems.extend(rest);
                }
                Err(problem) => {
                    let json = json.filter(|json| json.position > problem.position);
                    self.problems.push(json.unwrap_or(problem));
                }
            }
            self.problems.extend(chunk.problem);
        }
    }

    /// Whether nothing more is read; says so.
    fn is_full(&mut self, budget: &Budget, place: Position) -> bool {
        let limit = budget.limits.documents;
        let is_full = self.documents.len() + self.problems.len() >= limit;
        let why = if is_full {
            format!("more than {limit} documents; the rest of the file is not read")
        } else if budget.is_spent() {
            "too many values; the rest of the file is not read".to_owned()
        } else {
            return false;
        };
        self.problems.push(Problem::limited(place, why));
        true
    }
}

fn read_chunk(
    chunk: &Chunk<'_>,
    budget: &mut Budget,
) -> Result<(Option<Document>, Option<Problem>), Problem> {
    let text = str::from_utf8(chunk.text).map_err(|error| {
        let before = chunk.text.get(..error.valid_up_to()).unwrap_or_default();
        Problem::new(chunk.start.after(before), "invalid UTF-8")
    })?;
    events::read(text, chunk.start, budget)
}

/// Skips space up to the end of the line, but not the start of the next document.
fn skip_line(text: &[u8], place: Position) -> Position {
    let space = text.iter().take_while(|byte| byte.is_ascii_whitespace());
    let end = space.clone().position(|&byte| byte == b'\n');
    let len = end.map_or_else(|| space.count(), |line_feed| line_feed + 1);
    place.after(text.get(..len).unwrap_or_default())
}
