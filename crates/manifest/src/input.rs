//! What is given in one call: the objects of all its files, and what could not be read of them.
//!
//! ```text
//! # Source: shop/templates/cart.yaml
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: cart, namespace: shop}
//! ```
//! Who opens the files is somebody else.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::{Gap, GapKind, Gaps};
use yaml::{Document, Kind, Limits, Node};

use crate::{Object, Source, recipe};

/// What `helm template` writes above an object: the file of the chart that it comes from.
const SOURCE: &str = " Source: ";

/// Returns the file of the chart that a document says that it comes from. What stands within the
/// object says nothing of it, nor does an address, or a way out of the chart.
fn chart_file(document: &Document) -> Option<&str> {
    let start = document.root.position().offset;
    let above = document.comments.iter();
    let above = above.take_while(|comment| comment.position.offset < start);
    let mut files = above.filter_map(|comment| comment.text.strip_prefix(SOURCE));
    let file = files.next()?.trim();
    let is_below = |part: &str| !matches!(part, "" | "." | "..");
    let is_file = file.len() <= MAX_SOURCE && !file.contains(':') && file.split('/').all(is_below);
    is_file.then_some(file)
}

/// No path of a chart is longer; every object and every gap says it.
const MAX_SOURCE: usize = 1_024;

/// Gaps that are listed; people mend them one by one.
const MAX_GAPS: usize = 1_000;

/// What gaps of this crate may hide.
const HIDES: &str = "Kubernetes objects";

/// The objects of any number of files.
#[derive(Debug)]
pub struct Input {
    /// The objects, in order; lists taken apart.
    pub objects: Vec<Object>,
    /// What could not be read.
    pub gaps: Gaps,
    /// What the next file may cost: values are counted over all files.
    limits: Limits,
    /// Files that kustomizations list as patches.
    patches: BTreeSet<String>,
}

/// Reads the objects of one file called `file`.
pub fn read(file: &str, bytes: &[u8], limits: &Limits) -> Input {
    let mut input = Input::new(limits);
    input.read(file, bytes);
    input
}

impl Input {
    /// Starts with none. Of `limits`, values are those of all files, all else is of each.
    pub fn new(limits: &Limits) -> Self {
        Self {
            objects: Vec::new(),
            gaps: Gaps::new(MAX_GAPS),
            limits: *limits,
            patches: BTreeSet::new(),
        }
    }

    /// Reads the objects of a file called `file`.
    ///
    /// What is no object leaves a gap, and the others are there. Null documents are skipped, as
    /// Kubernetes does.
    pub fn read(&mut self, file: &str, bytes: &[u8]) {
        let read = yaml::read(bytes, &self.limits);
        let source = Arc::new(Source {
            name: file.to_owned(),
            text: yaml::utf8(bytes).into_owned(),
        });
        self.limits.nodes = self.limits.nodes.saturating_sub(read.nodes);
        for problem in &read.problems {
            self.gaps.add(problem.to_gap(file, HIDES));
        }
        for document in read.documents {
            self.add(&source, document);
        }
    }

    /// Returns all that was read, once there is no more of it: what a kustomization lists as a patch is
    /// no object of its own.
    #[must_use]
    pub fn finished(mut self) -> Self {
        for object in &mut self.objects {
            object.is_listed_patch = self.patches.contains(&object.source.name);
        }
        self
    }

    /// Notes that what is at `place`, a file or a part of it, was not read.
    pub fn miss(&mut self, place: &str, kind: GapKind, why: &str) {
        self.gaps.add(Gap::new(kind, place, why, HIDES));
    }

    fn add(&mut self, source: &Arc<Source>, document: Document) {
        let file = chart_file(&document).unwrap_or(&source.name).into();
        self.patches
            .extend(recipe::patches(&source.name, &document.root));
        let object = Object {
            source: Arc::clone(source),
            file,
            root: document.root,
            duplicates: document.duplicates.into(),
            is_listed_patch: false,
        };
        self.add_object(object);
    }

    fn add_object(&mut self, object: Object) {
        let Object { file, root, .. } = &object;
        if root.is_null() {
            return;
        }
        let kind = root.get("kind").and_then(Node::as_str);
        match (kind, root.get("items")) {
            (None, _) => {
                let why = recipe::why(file);
                let why = why.unwrap_or("this is no Kubernetes object: it has no `kind`");
                let place = format!("{file}:{}", root.position());
                self.miss(&place, GapKind::Unparsed, why);
            }
            (Some(kind), Some(items)) if kind.ends_with("List") => {
                if !matches!(items.kind(), Kind::Sequence(_) | Kind::Null) {
                    let place = format!("{file}:{}", items.position());
                    let why = "the items of a List are no list";
                    self.miss(&place, GapKind::Unparsed, why);
                }
                for item in items.items() {
                    self.add_object(Object {
                        root: item_of(root, item),
                        ..object.clone()
                    });
                }
            }
            (Some(_), _) => self.objects.push(object),
        }
    }
}

/// Returns an item of a list as an object: those of a `PodList` need not say that they are a `Pod`.
///
/// Source of truth: `decodeToList` of `k8s.io/apimachinery/pkg/apis/meta/v1/unstructured`.
fn item_of(list: &Node, item: &Node) -> Node {
    let text = |node: &Node, name| node.get(name).and_then(Node::as_str).map(str::to_owned);
    let kind = text(list, "kind").unwrap_or_default();
    let kind = kind.strip_suffix("List").unwrap_or_default();
    let is_bare = |name| text(item, name).is_none();
    match text(list, "apiVersion") {
        Some(version) if !kind.is_empty() && is_bare("kind") && is_bare("apiVersion") => item
            .with_text("kind", kind)
            .with_text("apiVersion", &version),
        _ => item.clone(),
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
                object.written_kind(),
                object.name(),
                object.namespace()
            )
        });
        let gaps = found.gaps.clone().into_sorted();
        let gaps = gaps
            .into_iter()
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
                "gap f:1:1: this is no Kubernetes object: it has no `kind`",
                "gap f:3:7: unclosed bracket '['",
            ],
        );
        check(
            "apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- metadata: {name: a}\n- {kind: Pod}\n",
            &["f:4:3 apps/v1 Deployment/a.", "f:5:3  Pod/."],
        );
        check(
            "apiVersion: v1\nkind: List\nitems:\n- metadata: {name: a}\n",
            &["gap f:4:3: this is no Kubernetes object: it has no `kind`"],
        );
        check(
            "kind: List\nitems: {a: 1}\n",
            &["gap f:2:8: the items of a List are no list"],
        );
        for text in [
            "kind: Pod # Source: c/x.yaml\n",
            "kind: Pod\n# Source: c/x.yaml\n",
        ] {
            check(text, &["f:1:1  Pod/."]);
        }
        for source in [
            "https://shop.example/x.yaml",
            "/c/x.yaml",
            "c/../x.yaml",
            "",
        ] {
            let text = format!("# Source: {source}\nkind: Pod\n");
            check(&text, &["f:2:1  Pod/."]);
        }
        let long = format!("# Source: {}\nkind: Pod\n", "x".repeat(2_000));
        check(&long, &["f:2:1  Pod/."]);
    }

    #[test]
    fn values_are_counted_over_all_files() {
        let few = Limits {
            nodes: 10,
            ..Limits::default()
        };
        let mut input = Input::new(&few);
        for file in ["a", "b", "c"] {
            input.read(file, b"{kind: Pod, metadata: {name: x}}");
        }
        let gaps = input.gaps.into_sorted();
        assert_eq!((input.objects.len(), gaps.len()), (1, 2), "{gaps:?}");
    }
}
