//! dive's figures: how much of an image's layers is written more than once.
//!
//! Source of truth: wagoodman/dive at commit d6c6919, `dive/filetree/efficiency.go`, and what it said
//! about recorded images. Its faults are followed: a folder that is removed costs nothing, the copy that
//! is still needed is counted as waste, and a whiteout of nothing ends the look at its layer.

pub mod forms;
mod rules;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use model::{EntryKind, Gap, GapKind, Limits};

pub use rules::{Judged, Outcome, Rules};

/// What is counted of all layers so far.
#[derive(Debug, Default)]
pub struct Layers {
    layer: BTreeMap<Path, Node>,
    layer_bytes: u64,
    /// What the layers so far show together.
    stack: BTreeMap<Path, Node>,
    /// The layers' bytes, lowest first.
    bytes: Vec<u64>,
    seen: BTreeMap<String, Seen>,
    name_bytes: usize,
    is_full: bool,
}

/// Names from the root on, in whose order dive looks.
type Path = Vec<String>;

#[derive(Debug, Clone, Copy)]
struct Node {
    is_folder: bool,
    bytes: u64,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    count: u64,
    bytes: u64,
    least: u64,
}

/// A path that stands in several layers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated {
    /// The path, with a slash in front.
    pub path: String,
    /// In how many layers.
    pub count: u64,
    /// Bytes of all of them.
    pub bytes: u64,
}

/// The figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// From 0 to 1: the least bytes of each path by all of them.
    pub efficiency: f64,
    /// Bytes of the paths that stand in several layers.
    pub wasted_bytes: u64,
    /// Wasted bytes by those of all layers but the lowest; no number where these have none.
    pub user_wasted: f64,
    /// Bytes of each layer, lowest first.
    pub layer_bytes: Vec<u64>,
    /// The paths, the largest first, then by path.
    pub repeated: Vec<Repeated>,
}

const WHITEOUT: &str = ".wh.";

impl Layers {
    /// Begins a layer; one that did not end is forgotten.
    pub fn begin_layer(&mut self) {
        self.layer.clear();
        self.layer_bytes = 0;
    }

    /// Takes an entry of the current layer; the name is the one in the tar, the bytes are those of a
    /// regular file.
    pub fn add(&mut self, name: &[u8], kind: EntryKind, bytes: u64, limits: &Limits) {
        let name = String::from_utf8_lossy(name);
        let parts = name.split('/').filter(|part| !matches!(*part, "" | "."));
        let path: Path = parts.map(ToOwned::to_owned).collect();
        if path.is_empty() {
            return;
        }
        let bytes = if kind == EntryKind::File { bytes } else { 0 };
        self.layer_bytes = self.layer_bytes.saturating_add(bytes);
        let total = self.name_bytes.saturating_add(name.len());
        let entries = self.layer.len() + self.stack.len();
        if total > limits.tree_name_bytes || entries >= limits.tree_entries {
            self.is_full = true;
            return;
        }
        self.name_bytes = total;
        let is_folder = kind == EntryKind::Folder;
        self.layer.insert(path, Node { is_folder, bytes });
    }

    /// Ends the current layer.
    pub fn end_layer(&mut self) {
        let layer = std::mem::take(&mut self.layer);
        let full: BTreeSet<&[String]> = layer.keys().flat_map(|path| parents(path)).collect();
        let is_leaf = |path: &Path| !full.contains(path.as_slice());
        for (path, node) in layer.iter().filter(|(path, _)| is_leaf(path)) {
            match hidden(path) {
                None => self.note(path, node.bytes),
                Some(hidden) => match self.size_of(&hidden) {
                    Some(bytes) => self.note(&hidden, bytes),
                    None => break,
                },
            }
        }
        for (path, node) in layer {
            match hidden(&path) {
                Some(hidden) => self.remove(&hidden),
                None => _ = self.stack.insert(path, node),
            }
        }
        self.bytes.push(std::mem::take(&mut self.layer_bytes));
    }

    fn note(&mut self, path: &[String], bytes: u64) {
        let none = Seen {
            count: 0,
            bytes: 0,
            least: bytes,
        };
        let seen = self.seen.entry(format!("/{}", path.join("/")));
        let seen = seen.or_insert(none);
        seen.count += 1;
        seen.bytes = seen.bytes.saturating_add(bytes);
        seen.least = seen.least.min(bytes);
    }

    /// Returns the bytes of all that a whiteout hides, 0 for a file and for a folder that no entry
    /// describes; none if it hides nothing.
    fn size_of(&self, path: &[String]) -> Option<u64> {
        let mut below = self.below(path).peekable();
        below.peek()?;
        let is_folder = self.stack.get(path).is_some_and(|node| node.is_folder);
        let bytes = below.fold(0, |sum: u64, (_, node)| sum.saturating_add(node.bytes));
        Some(if is_folder { bytes } else { 0 })
    }

    fn below<'a>(&'a self, path: &'a [String]) -> impl Iterator<Item = (&'a Path, &'a Node)> {
        let range = (Bound::Included(path), Bound::Unbounded);
        let range = self.stack.range::<[String], _>(range);
        range.take_while(move |(name, _)| name.starts_with(path))
    }

    fn remove(&mut self, path: &[String]) {
        let gone: Vec<Path> = self.below(path).map(|(name, _)| name.clone()).collect();
        for name in gone {
            self.stack.remove(&name);
        }
    }

    /// Returns the figures of the layers so far.
    pub fn figures(&self) -> Figures {
        let sum = |of: fn(&Seen) -> u64| self.seen.values().map(of).fold(0, u64::saturating_add);
        let (least, all) = (sum(|seen| seen.least), sum(|seen| seen.bytes));
        let again = self.seen.iter().filter(|(_, seen)| seen.count > 1);
        let mut repeated: Vec<Repeated> = again
            .map(|(path, seen)| Repeated {
                path: path.clone(),
                count: seen.count,
                bytes: seen.bytes,
            })
            .collect();
        repeated.sort_by(|a, b| (b.bytes, &a.path).cmp(&(a.bytes, &b.path)));
        let wasted = repeated.iter().map(|it| it.bytes);
        let wasted_bytes = wasted.fold(0, u64::saturating_add);
        let user = self
            .bytes
            .iter()
            .skip(1)
            .copied()
            .fold(0, u64::saturating_add);
        Figures {
            efficiency: if all == 0 {
                1.0
            } else {
                to_f64(least) / to_f64(all)
            },
            wasted_bytes,
            user_wasted: to_f64(wasted_bytes) / to_f64(user),
            layer_bytes: self.bytes.clone(),
            repeated,
        }
    }

    /// Says that not all was taken.
    pub fn gap(&self) -> Option<Gap> {
        let why = "too many files or too long names: the rest was left out";
        let gap = || Gap::new(GapKind::Limited, "", why, "wasted bytes");
        self.is_full.then(gap)
    }
}

impl Figures {
    /// Returns the bytes of all layers.
    pub fn bytes(&self) -> u64 {
        self.layer_bytes
            .iter()
            .copied()
            .fold(0, u64::saturating_add)
    }
}

/// Returns the nearest float.
fn to_f64(number: u64) -> f64 {
    let half = |number: u64| f64::from(u32::try_from(number & 0xffff_ffff).unwrap_or(0));
    half(number >> 32).mul_add(4_294_967_296.0, half(number))
}

/// Returns the folders that a path is in.
fn parents(path: &[String]) -> impl Iterator<Item = &[String]> {
    (1..path.len()).filter_map(|length| path.get(..length))
}

/// Returns what a whiteout hides.
fn hidden(path: &[String]) -> Option<Path> {
    let (name, folder) = path.split_last()?;
    let name = name.strip_prefix(WHITEOUT)?;
    let mut hidden = folder.to_vec();
    hidden.push(name.to_owned());
    Some(hidden)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn figures_are_dives() {
        let Some(path) = testkit::shared("conformance/dockle.tar.gz") else {
            return;
        };
        let members = testkit::members(&path).unwrap();
        let cases: Value = serde_json::from_slice(&members["dive.json"]).unwrap();
        for (name, case) in cases.as_object().unwrap() {
            let mut layers = Layers::default();
            for layer in case["layers"].as_array().unwrap() {
                for entry in layer.as_array().unwrap() {
                    let text = |name: &str| entry[name].as_str().unwrap_or_default();
                    let kind = match text("type") {
                        "file" => EntryKind::File,
                        "dir" => EntryKind::Folder,
                        _ => EntryKind::HardLink,
                    };
                    let bytes = u64::try_from(text("content").len()).unwrap();
                    layers.add(text("path").as_bytes(), kind, bytes, &Limits::default());
                }
                layers.end_layer();
            }
            let figures = layers.figures();
            let files: Vec<Value> = figures.repeated.iter().map(forms::file).collect();
            let got = serde_json::json!({
                "efficiency": figures.efficiency,
                "wasted": figures.wasted_bytes,
                "size": figures.bytes(),
                "files": files,
            });
            for key in ["wasted", "size", "files"] {
                assert_eq!(got[key], case[key], "{name}: {key}");
            }
            let want = case["efficiency"].as_f64().unwrap();
            assert!((figures.efficiency - want).abs() < 1e-12, "{name}");
        }
        assert!(cases.as_object().unwrap().len() > 5);
    }
}
