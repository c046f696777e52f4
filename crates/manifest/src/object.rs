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

/// How deep pods lie in the objects of operators, at most.
const DEPTH: usize = 16;

fn has_containers(node: &Node, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else {
        return false;
    };
    let is_container = |item: &Node| item.get("image").is_some() && item.get("name").is_some();
    let is_list = node
        .get("containers")
        .is_some_and(|list| list.items().iter().any(is_container));
    let mut below = node.entries().iter().map(|entry| &entry.value);
    let mut items = node.items().iter();
    is_list
        || below.any(|node| has_containers(node, depth))
        || items.any(|node| has_containers(node, depth))
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
        let pod = Pod::of(self.kind(), &self.root)?;
        // somebody else's kind of this name may be anything, or the same with more in it
        let is_meant = !self.is_foreign() || pod.spec(&["containers"]).is_some();
        is_meant.then_some(pod)
    }

    /// Whether its kind is none of Kubernetes' own.
    pub(crate) fn is_foreign(&self) -> bool {
        let group = self.api_version().split_once('/').map(|(group, _)| group);
        group.is_some_and(|group| group.contains('.') && !group.ends_with(".k8s.io"))
    }

    /// Whether it only says what another object loses or gets, as kustomize's strategic merges do.
    pub(crate) fn is_patch(&self) -> bool {
        self.root.get("$patch").is_some()
    }

    /// Whether it has containers somewhere that nobody knows to be those of a pod.
    pub(crate) fn hides_containers(&self) -> bool {
        self.is_foreign() && self.pod().is_none() && has_containers(&self.root, DEPTH)
    }

    fn text(&self, path: &[&str]) -> &str {
        crate::workload::below(&self.root, path)
            .and_then(Node::as_str)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_patch_is_not_judged_but_told() {
        let text = "{apiVersion: v1, kind: Namespace, metadata: {name: x}, $patch: delete}";
        let input = crate::read("f", text.as_bytes(), &yaml::Limits::default());
        let verdict = crate::judge::judge(&input.objects, &crate::judge::Settings::default());
        let gaps = verdict.gaps.into_sorted();
        assert_eq!((verdict.found.len(), gaps.len()), (0, 1));
        assert_eq!(gaps[0].why, "it is a patch (`$patch`), and no whole object");
    }

    /// Objects, whether they have a pod, and whether they hide containers.
    const CASES: &[(&str, bool, bool)] = &[
        ("{apiVersion: v1, kind: Pod, spec: {}}", true, false),
        (
            "{apiVersion: shop.example/v1, kind: Pod, spec: {carts: 3}}",
            false,
            false,
        ),
        (
            "{apiVersion: apps.kruise.io/v1, kind: StatefulSet, spec: {template: {spec: {containers: []}}}}",
            true,
            false,
        ),
        (
            "{apiVersion: serving.knative.dev/v1, kind: Service, spec: {template: {spec: {containers: [{name: a, image: b}]}}}}",
            false,
            true,
        ),
        (
            "{apiVersion: batch.volcano.sh/v1, kind: Job, spec: {tasks: [{template: {spec: {containers: [{name: a, image: b}]}}}]}}",
            false,
            true,
        ),
        (
            "{apiVersion: shop.example/v1, kind: Ship, spec: {containers: [{id: 7}]}}",
            false,
            false,
        ),
    ];

    #[test]
    fn kinds_of_others_are_pods_only_where_they_have_containers() {
        for (text, has_pod, hides) in CASES {
            let input = crate::read("f", text.as_bytes(), &yaml::Limits::default());
            let object = &input.objects[0];
            let got = (object.pod().is_some(), object.hides_containers());
            assert_eq!(got, (*has_pod, *hides), "{text}");
        }
    }
}
