//! A Kubernetes object, with the place where it is written.

use std::sync::Arc;

use yaml::{Duplicate, Node, Position};

use crate::workload::Pod;

/// A file, or what stands for one.
#[derive(Debug)]
pub struct Source {
    /// What it was called when it was opened.
    pub name: String,
    /// What is in it, without a byte order mark; positions count in it.
    pub text: Vec<u8>,
}

/// Characters of an excerpt.
const EXCERPT: usize = 160;

impl Source {
    /// Returns the line around a byte, cut where it is long.
    pub(crate) fn line(&self, offset: usize) -> String {
        let (before, after) = self.text.split_at_checked(offset).unwrap_or_default();
        let start = before.iter().rposition(|byte| *byte == b'\n');
        let start = start.map_or(0, |at| at + 1);
        let length = after.iter().position(|byte| *byte == b'\n');
        let end = offset + length.unwrap_or(after.len());
        // four bytes are the longest character
        let end = end.min(start + 4 * EXCERPT);
        let line = self.text.get(start..end).unwrap_or_default();
        let line = String::from_utf8_lossy(line);
        line.trim_end().chars().take(EXCERPT).collect()
    }
}

/// A Kubernetes object.
#[derive(Debug, Clone)]
pub struct Object {
    /// What it was read from.
    pub source: Arc<Source>,
    /// The file it is in; of `helm template`, the file of the chart.
    pub file: Arc<str>,
    /// Its fields.
    pub root: Node,
    /// Names that stand more than once in a mapping of its document.
    pub duplicates: Arc<[Duplicate]>,
}

impl Object {
    /// Returns its kind; empty if it has none.
    pub fn kind(&self) -> &str {
        self.text(&["kind"])
    }

    /// Returns its group and version, `apps/v1`; empty if it has none.
    pub fn api_version(&self) -> &str {
        self.text(&["apiVersion"])
    }

    /// Returns its name; empty if it has none.
    pub fn name(&self) -> &str {
        self.text(&["metadata", "name"])
    }

    /// Returns its namespace; empty if none is given.
    pub fn namespace(&self) -> &str {
        self.text(&["metadata", "namespace"])
    }

    /// Returns what people call it: `Deployment/shop/api`, without a namespace `Deployment/api`.
    pub fn title(&self) -> String {
        let names = [self.kind(), self.namespace(), self.name()];
        names
            .into_iter()
            .filter(|name| !name.is_empty())
            .collect::<Vec<_>>()
            .join("/")
    }

    /// Whether it was read from a cluster, with all that the API server adds.
    pub(crate) fn is_from_cluster(&self) -> bool {
        let path = ["metadata", "uid"];
        crate::workload::below(&self.root, &path).is_some()
    }

    /// Returns where it starts.
    pub fn position(&self) -> Position {
        self.root.position()
    }

    /// Returns the pod that it is, or that it makes.
    pub fn pod(&self) -> Option<Pod<'_>> {
        Pod::of(self.kind(), &self.root)
    }

    fn text(&self, path: &[&str]) -> &str {
        crate::workload::below(&self.root, path)
            .and_then(Node::as_str)
            .unwrap_or_default()
    }
}
