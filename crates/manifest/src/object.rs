//! A Kubernetes object, with the place where it is written.

use std::sync::Arc;

use yaml::{Duplicate, Node, Position};

use crate::workload::Pod;

/// A Kubernetes object.
#[derive(Debug, Clone)]
pub struct Object {
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

    /// Returns where it starts.
    pub const fn position(&self) -> Position {
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
