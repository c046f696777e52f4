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
use serde_json::Value as Json;
use yaml::{Kind, Limits, Node};

use crate::pointer::Pointer;
use crate::{Object, read};
use value::Value;

/// The edited file would not be what it was but for the edits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the edits do not fit the file")]
pub struct Misfit;

/// Makes an edit; none where the value comes from an alias or a merge or has an anchor, so that others
/// would change, too, or where something else than what is expected stands in the way.
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
        if next.is_alias() || next.is_anchor() {
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
    let want = outcome(text, edits).ok_or(Misfit)?;
    let got = objects(&edited).into_iter().map(|it| it.root.to_json());
    if got.eq(want) {
        Ok(edited)
    } else {
        Err(Misfit)
    }
}

fn objects(text: &str) -> Vec<Object> {
    read("", text.as_bytes(), &Limits::default()).objects
}

/// Returns what the objects of the file are to be: as they were, but for the edits.
fn outcome(text: &str, edits: &[(&Object, &Edit)]) -> Option<Vec<Json>> {
    let mut by_place: BTreeMap<usize, Vec<&Edit>> = BTreeMap::new();
    for (object, edit) in edits {
        let of_object = by_place.entry(object.position().offset);
        of_object.or_default().push(edit);
    }
    let changed = |object: Object| {
        let mut json = object.root.to_json();
        // each new item comes first, so the last of them goes in first
        let edits = by_place.get(&object.position().offset);
        for edit in edits.into_iter().flatten().rev() {
            change(&mut json, edit)?;
        }
        Some(json)
    };
    objects(text).into_iter().map(changed).collect()
}

/// Does to a value what an edit says; none if it cannot be done.
fn change(root: &mut Json, edit: &Edit) -> Option<()> {
    let mut here = root;
    for part in edit.pointer.split('/').skip(1) {
        if here.is_null() {
            *here = Json::Object(serde_json::Map::new());
        }
        here = match here {
            Json::Object(fields) => fields.entry(unescaped(part)).or_insert(Json::Null),
            Json::Array(items) => items.get_mut(part.parse::<usize>().ok()?)?,
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => return None,
        };
    }
    match edit.change {
        Change::Set(value) => *here = value.parse().unwrap_or_else(|_text| Json::from(value)),
        Change::AddItem(item) if here.is_null() => *here = Json::Array(vec![Json::from(item)]),
        Change::AddItem(item) => here.as_array_mut()?.insert(0, Json::from(item)),
    }
    Some(())
}

fn unescaped(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
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
