//! Which layer removed or replaced a file with secrets.

use std::collections::BTreeSet;

use model::{Content, ImagePath, LeakState, Limits, Tree};

use super::files::{OfFile, OfFiles};

/// A file with secrets, and where it lies.
#[derive(Debug)]
pub(crate) struct Lying<'r> {
    /// 0-based index of the layer; `None` of an unpacked root.
    pub(crate) layer: Option<usize>,
    pub(crate) file: &'r OfFile,
    removed_by: Option<usize>,
    /// Another name of it, a hard link, that is left where its own is gone.
    other_name: Option<ImagePath>,
}

impl<'r> Lying<'r> {
    /// A file of an unpacked root.
    pub(crate) const fn of_root(file: &'r OfFile) -> Self {
        Self {
            layer: None,
            file,
            removed_by: None,
            other_name: None,
        }
    }

    /// Returns the path under which it is seen, or was last seen.
    pub(crate) fn path(&self) -> &ImagePath {
        self.other_name.as_ref().unwrap_or(&self.file.path)
    }

    pub(crate) fn state(&self) -> LeakState {
        let below = |removed_by| LeakState::Below { removed_by };
        self.removed_by.map_or(LeakState::Present, below)
    }

    /// Returns where its bytes are.
    pub(crate) fn content(&self) -> Content {
        let layer = self.layer.and_then(|layer| u16::try_from(layer).ok());
        Content {
            layer: layer.unwrap_or(0),
            entry: self.file.entry,
        }
    }

    fn stands(&self, tree: &Tree, limits: &Limits) -> Standing {
        match tree.entry(self.path().as_str(), limits) {
            Some(entry) if entry.content == self.content() => Standing::Here,
            Some(_) => Standing::Replaced,
            None => Standing::Gone,
        }
    }
}

/// What the merged tree has under the path of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Here,
    Replaced,
    Gone,
}

/// Follows files with secrets through the layers.
#[derive(Debug, Default)]
pub(crate) struct Track {
    /// Layer, place in its record, and the layer that removed it, if any; in the order of the layers.
    all: Vec<Step>,
}

#[derive(Debug)]
struct Step {
    layer: usize,
    place: usize,
    removed_by: Option<usize>,
    other_name: Option<ImagePath>,
    /// Whether the tree shows it under its path at all; a path that the tree wrote in another way
    /// cannot be followed.
    is_followed: bool,
}

impl Track {
    /// Looks at the merged tree after layer number `index` was laid over the others. `found` gives
    /// what was found in a layer.
    pub(crate) fn follow<'r>(
        &mut self,
        tree: &Tree,
        index: usize,
        found: impl Fn(usize) -> Option<&'r OfFiles>,
        limits: &Limits,
    ) {
        let lying = |step: &Step| {
            Some(Lying {
                layer: Some(step.layer),
                file: found(step.layer)?.files.get(step.place)?,
                removed_by: None,
                other_name: step.other_name.clone(),
            })
        };
        let stands = |step: &Step| Some(lying(step)?.stands(tree, limits));
        let content = |step: &Step| Some(lying(step)?.content());
        let mut gone: Vec<&mut Step> = self
            .all
            .iter_mut()
            .filter(|step| step.removed_by.is_none() && step.is_followed)
            .filter(|step| stands(step).is_some_and(|it| it != Standing::Here))
            .collect();
        if !gone.is_empty() {
            let contents: BTreeSet<Content> = gone.iter().filter_map(|it| content(it)).collect();
            let left = tree.first_names(&contents);
            for step in &mut gone {
                match content(step).and_then(|content| left.get(&content)) {
                    Some(name) => step.other_name = Some(name.clone()),
                    None => step.removed_by = Some(index),
                }
            }
        }
        let own = found(index).map_or(0, |files| files.files.len());
        for place in 0..own {
            let mut step = Step {
                layer: index,
                place,
                removed_by: None,
                other_name: None,
                is_followed: true,
            };
            match stands(&step) {
                Some(Standing::Here) => {}
                // the layer has the file twice, and the last one counts
                Some(Standing::Replaced) => step.removed_by = Some(index),
                Some(Standing::Gone) | None => step.is_followed = false,
            }
            self.all.push(step);
        }
    }

    /// Returns what was followed.
    pub(crate) fn finish<'r>(self, found: impl Fn(usize) -> Option<&'r OfFiles>) -> Vec<Lying<'r>> {
        let lying = |step: Step| {
            Some(Lying {
                layer: Some(step.layer),
                file: found(step.layer)?.files.get(step.place)?,
                removed_by: step.removed_by,
                other_name: step.other_name,
            })
        };
        self.all.into_iter().filter_map(lying).collect()
    }
}
