//! The objects of a manifest: documents with a kind, lists taken apart, each with its position.
//!
//! ```text
//! # Source: shop/templates/cart.yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: cart, namespace: shop}
//! ```

use model::{Gap, GapKind};
use yaml::{Document, Duplicate, Limits, Node, Position};

use crate::workload::Pod;

/// What `helm template` writes above an object.
const SOURCE: &str = " Source: ";

/// A Kubernetes object.
#[derive(Debug, Clone)]
pub struct Object {
    /// The file it is in; of `helm template`, the file of the chart.
    pub file: String,
    /// Its fields.
    pub root: Node,
    /// Names that stand more than once in a mapping of its document.
    pub duplicates: Vec<Duplicate>,
}

/// What is in a file.
#[derive(Debug, Clone, Default)]
pub struct Objects {
    /// The objects, in order.
    pub objects: Vec<Object>,
    /// What could not be read, in order.
    pub gaps: Vec<Gap>,
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

/// Reads the objects of a file called `file`.
///
/// What is no object leaves a gap, and the others are there. Null documents are skipped, as
/// Kubernetes does.
pub fn read(file: &str, bytes: &[u8], limits: &Limits) -> Objects {
    let read = yaml::read(bytes, limits);
    let mut found = Objects::default();
    for problem in &read.problems {
        found.gaps.push(problem.to_gap(file, "Kubernetes objects"));
    }
    for document in &read.documents {
        found.add(file, document);
    }
    found
}

impl Objects {
    fn add(&mut self, file: &str, document: &Document) {
        let source = document
            .comments
            .iter()
            .find_map(|comment| comment.text.strip_prefix(SOURCE));
        let file = source.unwrap_or(file).trim();
        self.add_node(file, &document.root, &document.duplicates);
    }

    fn add_node(&mut self, file: &str, root: &Node, duplicates: &[Duplicate]) {
        if root.is_null() {
            return;
        }
        let kind = root.get("kind").and_then(Node::as_str);
        match (kind, root.get("items")) {
            (None, _) => self.gaps.push(Gap::new(
                GapKind::Unparsed,
                format!("{file}:{}", root.position()),
                "this is no Kubernetes object: it has no `kind`",
                "Kubernetes objects",
            )),
            // The items of a typed list need not say their kind; those that do are objects.
            (Some(kind), Some(items)) if kind.ends_with("List") => {
                for item in items.items() {
                    self.add_node(file, item, duplicates);
                }
            }
            (Some(_), _) => self.objects.push(Object {
                file: file.to_owned(),
                root: root.clone(),
                duplicates: duplicates.to_vec(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: &[&str]) {
        let found = read("f", text.as_bytes(), &Limits::default());
        let objects = found.objects.iter().map(|object| {
            format!(
                "{}:{} {} {}/{}.{}",
                object.file,
                object.position(),
                object.api_version(),
                object.kind(),
                object.name(),
                object.namespace()
            )
        });
        let gaps = found
            .gaps
            .iter()
            .map(|gap| format!("gap {}: {}", gap.place, gap.why));
        let got: Vec<String> = objects.chain(gaps).collect();
        assert_eq!(got, want, "{text}");
    }

    #[test]
    fn reads_objects_and_lists() {
        check(
            "# Source: c/x.yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\n---\nnull\n",
            &["c/x.yaml:2:1 v1 Pod/a.shop"],
        );
        check(
            "kind: List\nitems:\n- {kind: Pod, metadata: {name: a}}\n- {kind: PodList, items: [{kind: Pod}]}\n",
            &["f:3:3  Pod/a.", "f:4:27  Pod/."],
        );
        check(
            "a: 1\n---\nkind: [\n---\nkind: Pod\n",
            &[
                "f:5:1  Pod/.",
                "gap f:3:7: unclosed bracket '['",
                "gap f:1:1: this is no Kubernetes object: it has no `kind`",
            ],
        );
    }
}
