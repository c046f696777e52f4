//! Edits of a file that keep its comments and its layout.
//!
//! ```text
//!   - name: web                  - name: web
//!     image: x            ──►      securityContext:
//!                                    allowPrivilegeEscalation: false
//!                                  image: x
//! ```
//! What several edits put under the same parent is put there once.

mod render;
mod value;

use std::collections::BTreeMap;

use model::{Change, Edit};
use yaml::{Kind, Limits, Node};

use crate::pointer::Pointer;
use crate::{Object, read};
use value::Value;

/// The edited file would not be what it was but for the edits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the edits do not fit the file")]
pub struct Misfit;

/// Makes an edit; none where the value comes from an alias or a merge, so that others would change,
/// too, or where something else than what is expected stands in the way.
pub(crate) fn new(root: &Node, at: Pointer, change: Change) -> Option<Edit> {
    let pointer = at.into_string();
    let (parent, rest) = parent(&pointer, root)?;
    let fits = match (parent.kind(), change) {
        (Kind::Mapping(_), _) => !rest.is_empty(),
        (Kind::Sequence(_), Change::AddItem(_))
        | (Kind::Bool(_) | Kind::Text(_) | Kind::Int(_), Change::Set(_)) => rest.is_empty(),
        _ => false,
    };
    fits.then_some(Edit { pointer, change })
}

/// Returns the last value on the way that is there, and the names that are missing.
fn parent<'n>(pointer: &str, root: &'n Node) -> Option<(&'n Node, Vec<String>)> {
    let unescaped = |part: &str| part.replace("~1", "/").replace("~0", "~");
    let mut missing: Vec<String> = pointer.split('/').skip(1).map(unescaped).collect();
    missing.reverse();
    let mut here = root;
    while let Some(part) = missing.last() {
        let next = match here.kind() {
            Kind::Mapping(_) => match here.entry(part) {
                Some(entry) if !is_written(here, entry) => return None,
                Some(entry) if entry.value.is_null() => break,
                entry => entry.map(|entry| &entry.value),
            },
            Kind::Sequence(items) => items.get(part.parse::<usize>().ok()?),
            Kind::Null
            | Kind::Bool(_)
            | Kind::Int(_)
            | Kind::UInt(_)
            | Kind::Float(_)
            | Kind::Text(_) => None,
        };
        let Some(next) = next else { break };
        if next.is_alias() {
            return None;
        }
        here = next;
        missing.pop();
    }
    missing.reverse();
    Some((here, missing))
}

/// Whether an entry stands in this mapping, and not in one that is merged into it.
fn is_written(mapping: &Node, entry: &yaml::Entry) -> bool {
    let mut written = mapping.written().iter();
    written.any(|one| one.key.position() == entry.key.position())
}

/// A piece of the file and what comes in its place.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Splice {
    from: usize,
    to: usize,
    text: String,
}

/// Applies edits to the text of the file that their objects were read from.
///
/// # Errors
/// The outcome does not hold the same objects.
pub fn apply(text: &str, edits: &[(&Object, &Edit)]) -> Result<String, Misfit> {
    // what is put into the same place is put together first
    let mut values: BTreeMap<usize, (&Node, Value)> = BTreeMap::new();
    for (object, edit) in edits {
        let (parent, rest) = parent(&edit.pointer, &object.root).ok_or(Misfit)?;
        let (_, value) = values
            .entry(parent.position().offset)
            .or_insert((parent, Value::default()));
        value.put(&rest, edit.change);
    }
    let mut splices = Vec::new();
    for (parent, value) in values.into_values() {
        splices.extend(render::splices(text, parent, &value).ok_or(Misfit)?);
    }
    splices.sort();
    let edited = splice(text, &splices).ok_or(Misfit)?;
    let count = |text: &str| read("", text.as_bytes(), &Limits::default()).objects.len();
    if count(text) == count(&edited) {
        Ok(edited)
    } else {
        Err(Misfit)
    }
}

/// Returns the text with all splices; none if they overlap or end outside.
fn splice(text: &str, splices: &[Splice]) -> Option<String> {
    let mut edited = String::with_capacity(text.len());
    let mut at = 0;
    for splice in splices {
        edited += text.get(at..splice.from)?;
        edited += &splice.text;
        at = splice.to;
    }
    edited += text.get(at..)?;
    Some(edited)
}

#[cfg(test)]
mod tests;
