//! What a mapping comes to: merge keys (`<<`) resolved, the last of each name kept.
//!
//! Source of truth: `decode.go` of `go.yaml.in/yaml/v2`, which sets keys one after the other, as
//! they stand. So a `<<` overrides keys that stand before it, unlike what the merge specification
//! says; in a list of mappings the first one wins.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::node::{Content, Entry, Node};
use crate::{Kind, Problem};

/// Returns what counts of the entries of a mapping; `None` where all of them do.
///
/// # Errors
/// A merge of something that is no mapping.
pub(crate) fn effective(written: &[Entry]) -> Result<Option<Vec<Entry>>, Problem> {
    if all_count(written) {
        return Ok(None);
    }
    let mut all: Vec<&Entry> = Vec::with_capacity(written.len());
    for entry in written {
        if !is_merge(&entry.key) {
            all.push(entry);
            continue;
        }
        if let (Kind::Sequence(items), false) = (entry.value.kind(), entry.value.is_alias) {
            for item in items.iter().rev() {
                all.extend(mapping(item)?);
            }
        } else {
            all.extend(mapping(&entry.value)?);
        }
    }
    let mut last: BTreeMap<&Arc<str>, usize> = BTreeMap::new();
    for (place, entry) in all.iter().enumerate() {
        last.insert(&entry.name, place);
    }
    let is_last = |(place, entry): &(usize, &&Entry)| last.get(&entry.name) == Some(place);
    let kept = all.iter().enumerate().filter(is_last);
    Ok(Some(kept.map(|(_, entry)| (*entry).clone()).collect()))
}

/// Whether nothing is merged and no name is there twice: so it is nearly always.
fn all_count(written: &[Entry]) -> bool {
    let mut names: Vec<&str> = written.iter().map(|entry| &*entry.name).collect();
    names.sort_unstable();
    let is_twice = names.windows(2).any(|pair| pair.first() == pair.last());
    !is_twice && !written.iter().any(|entry| is_merge(&entry.key))
}

/// Whether a key is the plain word `<<`.
pub(crate) fn is_merge(key: &Node) -> bool {
    let is_word = |content: &Content| matches!(content, Content::Scalar { text, is_plain: true, .. } if &**text == "<<");
    !key.is_alias && is_word(&key.data.content)
}

fn mapping(node: &Node) -> Result<&[Entry], Problem> {
    if let Kind::Mapping(entries) = node.kind() {
        return Ok(entries);
    }
    let why = "map merge requires map or sequence of maps as the value";
    Err(Problem::new(node.position(), why))
}
