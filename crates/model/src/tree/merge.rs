//! Laying one layer's tree over the tree of the layers below it.
//!
//! Source of truth: OCI image specification, "Image Layer Filesystem Changeset"; where it is silent,
//! what containerd does when it unpacks (links among folders that no entry describes are followed).

use super::links::{Follow, parts};
use super::{Content, Entry, EntryKind, NONE, ROOT, State, Tree, TreeFull};
use crate::Limits;

impl Tree {
    /// Makes the lowest layer the tree to merge into; its whiteouts hide nothing.
    #[must_use]
    pub fn into_base(mut self, limits: &Limits) -> Self {
        self.whiteouts = Vec::new();
        self.opaque = Vec::new();
        if self.index.is_empty() {
            self.reindex();
        }
        let links = self.unresolved();
        self.join_all(links, limits);
        self
    }

    /// Lays `upper`, layer number `layer`, over this tree.
    ///
    /// Whiteouts and opaque folders hide what lies below, never what their own layer brings.
    ///
    /// # Errors
    /// [`TreeFull`]: the tree holds part of the layer.
    pub fn apply(&mut self, upper: &Self, layer: u16, limits: &Limits) -> Result<(), TreeFull> {
        self.last_folder = None;
        self.hide(upper, limits);
        let mut merge = Merge {
            mapped: vec![NONE; upper.nodes.len()],
            upper,
            limits,
        };
        merge.note(ROOT, ROOT);
        let mut links = Vec::new();
        let mut outcome = Ok(());
        for (id, node) in (0..).zip(&upper.nodes) {
            if node.state != State::Explicit {
                continue;
            }
            let content = Content {
                layer,
                ..node.entry.content
            };
            let entry = Entry {
                content,
                ..node.entry
            };
            match merge.lay(self, id, entry) {
                Ok(here) if entry.kind == EntryKind::HardLink => links.push(here),
                Ok(_) => {}
                Err(TreeFull::Loop) => outcome = Err(TreeFull::Loop),
                Err(full) => return Err(full),
            }
        }
        self.join_all(links, limits);
        outcome
    }

    /// Removes what the whiteouts and opaque folders of `upper` hide.
    fn hide(&mut self, upper: &Self, limits: &Limits) {
        for &folder in &upper.opaque {
            let path = upper.path_bytes(folder);
            if let Some(id) = self.resolve(&path, Follow::All, limits) {
                self.clear(id);
            }
        }
        let mut last = (NONE, None);
        for &(folder, name) in &upper.whiteouts {
            if last.0 != folder {
                last = (
                    folder,
                    self.resolve(&upper.path_bytes(folder), Follow::All, limits),
                );
            }
            let hidden = last
                .1
                .and_then(|parent| self.child(parent, upper.text(name)));
            if let Some(id) = hidden {
                self.clear(id);
                self.set(id, Entry::IMPLIED, State::Removed);
            }
        }
    }

    fn unresolved(&self) -> Vec<u32> {
        let is_link = |node: &super::Node| {
            node.state == State::Explicit && node.entry.kind == EntryKind::HardLink
        };
        self.nodes
            .iter()
            .zip(0..)
            .filter(|(node, _)| is_link(node))
            .map(|(_, id)| id)
            .collect()
    }

    /// Resolves hard links, those to hard links too, until nothing changes.
    fn join_all(&mut self, mut links: Vec<u32>, limits: &Limits) {
        for _ in 0..limits.link_hops {
            let before = links.len();
            links.retain(|&id| !self.join(id, limits));
            if links.is_empty() || links.len() == before {
                return;
            }
        }
    }

    /// Rebuilds what is not stored.
    fn reindex(&mut self) {
        for id in (1..u32::try_from(self.nodes.len()).unwrap_or(0)).rev() {
            if self.node(id).is_some_and(|node| node.state != State::Gone) {
                self.insert_index(id);
            }
        }
    }

    /// Returns the path of a node.
    pub(super) fn path_bytes(&self, id: u32) -> Vec<u8> {
        let mut names = Vec::new();
        let mut here = id;
        while here != ROOT
            && let Some(node) = self.node(here)
        {
            names.push(self.text(node.name));
            here = node.parent;
        }
        names.reverse();
        debug_assert!(
            names.iter().all(|name| parts(name).count() <= 1),
            "a name is one part"
        );
        names.join(&b'/')
    }
}

/// Where each folder of the upper tree is in the lower one, as far as it was needed.
struct Merge<'a> {
    upper: &'a Tree,
    mapped: Vec<u32>,
    limits: &'a Limits,
}

impl Merge<'_> {
    /// Puts the upper tree's node `id` into `lower` and returns its number there.
    fn lay(&mut self, lower: &mut Tree, id: u32, entry: Entry) -> Result<u32, TreeFull> {
        if id == ROOT {
            lower.set(ROOT, entry, State::Explicit);
            return Ok(ROOT);
        }
        let upper = self.upper;
        let Some(node) = upper.node(id) else {
            return Ok(ROOT);
        };
        let parent = self.counterpart(lower, node.parent)?;
        let here = lower.place(parent, upper.text(node.name), entry, self.limits)?;
        if node.target.len > 0 {
            let target = lower.store(upper.text(node.target), self.limits)?;
            if let Some(node) = lower.node_mut(here) {
                node.target = target;
            }
        }
        self.note(id, here);
        Ok(here)
    }

    /// Returns the folder of `lower` that corresponds to the folder `id` of the upper tree.
    fn counterpart(&mut self, lower: &mut Tree, id: u32) -> Result<u32, TreeFull> {
        let mut way = Vec::new();
        let mut above = id;
        while self.known(above) == NONE {
            way.push(above);
            above = self.upper.node(above).map_or(ROOT, |node| node.parent);
        }
        let mut here = self.known(above);
        for id in way.into_iter().rev() {
            let upper = self.upper;
            let name = upper
                .node(id)
                .map(|node| upper.text(node.name))
                .unwrap_or_default();
            here = lower.make_folder(here, name, self.limits)?;
            self.note(id, here);
        }
        Ok(here)
    }

    fn known(&self, id: u32) -> u32 {
        let index = usize::try_from(id).unwrap_or(usize::MAX);
        self.mapped.get(index).copied().unwrap_or(ROOT)
    }

    fn note(&mut self, id: u32, here: u32) {
        if let Some(slot) = self
            .mapped
            .get_mut(usize::try_from(id).unwrap_or(usize::MAX))
        {
            *slot = here;
        }
    }
}
