//! A Kubernetes object, with the place where it is written.

use std::ops::Range;
use std::sync::Arc;

use yaml::{Duplicate, Entry, Node, Position};

use crate::workload::{Pod, Role};

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
    /// Returns the line around a byte, cut where it is long, with `*` for each character within
    /// `hidden`: ranges of bytes, sorted, none within another.
    pub(crate) fn line(&self, offset: usize, hidden: &[Range<usize>]) -> String {
        let (before, after) = self.text.split_at_checked(offset).unwrap_or_default();
        // in a long line a finding is shown from where it is: from its start it would not be seen
        let far = before.len().saturating_sub(EXCERPT);
        let near = before.get(far..).unwrap_or_default();
        let start = match near.iter().rposition(|byte| *byte == b'\n') {
            Some(at) => far + at + 1,
            None if far > 0 => offset,
            None => 0,
        };
        // four bytes are the longest character
        let after = after.get(..4 * EXCERPT).unwrap_or(after);
        let length = after.iter().position(|byte| *byte == b'\n');
        let end = offset + length.unwrap_or(after.len());
        let line = self.text.get(start..end).unwrap_or_default();
        let line = String::from_utf8_lossy(line);
        let from = hidden.partition_point(|range| range.end <= start);
        let hidden = hidden.get(from..).unwrap_or_default().iter();
        let hidden: Vec<_> = hidden.take_while(|range| range.start < end).collect();
        let shown = |(at, c)| {
            let is_hidden = hidden.iter().any(|range| range.contains(&(start + at)));
            if is_hidden { '*' } else { c }
        };
        let characters = line.trim_end().char_indices().take(EXCERPT);
        characters.map(shown).collect()
    }
}

/// Why an object is a gap that [`Object::hides_containers`].
pub(crate) const HIDDEN: &str = "it has containers, but its kind is not known";

/// Names under which operators list containers, and under which they have a single one.
const LISTS: &[&str] = &[
    "containers",
    "initContainers",
    "ephemeralContainers",
    "sidecars",
    "steps",
];
const SINGLE: &[&str] = &["container", "script"];

/// Why an object is a gap that is a patch.
pub(crate) const PATCH: &str = "it is a patch, and no whole object";

/// Whether there are containers at a node or below it, beside those of a pod that is known. How deep that
/// may be is bounded by whoever read it.
fn has_containers(node: &Node, pod: Option<Pod<'_>>) -> bool {
    let is_pod = pod.is_some_and(|pod| pod.has_spec(node));
    let mut entries = node.entries().iter();
    let mut items = node.items().iter();
    entries.any(|entry| {
        let is_judged = is_pod && Role::ALL.iter().any(|role| role.list() == &*entry.name);
        !is_judged && (lists_containers(entry) || has_containers(&entry.value, pod))
    }) || items.any(|node| has_containers(node, pod))
}

fn lists_containers(entry: &Entry) -> bool {
    let is_container = |item: &Node| item.get("image").and_then(Node::as_str).is_some();
    let name = &*entry.name;
    (LISTS.contains(&name) && entry.value.items().iter().any(is_container))
        || (SINGLE.contains(&name) && is_container(&entry.value))
}

/// The groups of Kubernetes itself that end in `.k8s.io`; anybody may have more of them.
///
/// Source of truth: the packages of `k8s.io/api`.
const GROUPS: &[&str] = &[
    "admission",
    "admissionregistration",
    "apiextensions",
    "apiregistration",
    "authentication",
    "authorization",
    "certificates",
    "coordination",
    "discovery",
    "events",
    "flowcontrol.apiserver",
    "imagepolicy",
    "internal.apiserver",
    "networking",
    "node",
    "rbac.authorization",
    "resource",
    "scheduling",
    "storage",
    "storagemigration",
];

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
    /// Whether a kustomization says that it is a patch.
    pub(crate) is_listed_patch: bool,
}

impl Object {
    /// Returns its kind as Kubernetes knows it; empty if it has none, or if it is of another group and
    /// shares no more than the name with one of Kubernetes' own, as the `Service` of Knative does.
    pub fn kind(&self) -> &str {
        let kind = self.written_kind();
        let is_namesake = self.is_foreign() && crate::schema::has_kind(kind);
        if is_namesake { "" } else { kind }
    }

    /// Returns its kind as it is written; empty if it has none.
    pub fn written_kind(&self) -> &str {
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
        let names = [self.written_kind(), self.namespace(), self.name()];
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
        let kind = self.written_kind();
        if !self.is_foreign() {
            return Pod::of(kind, &self.root);
        }
        // somebody else's kind may be anything, or a better Deployment with the pod at the same place
        [Pod::of(kind, &self.root), Pod::templated(&self.root)]
            .into_iter()
            .flatten()
            .find(|pod| pod.spec(&["containers"]).is_some())
    }

    /// Whether its kind is none of Kubernetes' own.
    pub(crate) fn is_foreign(&self) -> bool {
        let group = self.api_version().split_once('/').map(|(group, _)| group);
        group.is_some_and(|group| match group.strip_suffix(".k8s.io") {
            Some(own) => !GROUPS.contains(&own),
            None => group.contains('.'),
        })
    }

    /// Whether it only says what another object loses or gets, as kustomize's strategic merges do.
    pub(crate) fn is_patch(&self) -> bool {
        self.is_listed_patch || self.root.get("$patch").is_some()
    }

    /// Whether it has containers somewhere that nobody knows to be those of a pod, perhaps beside one.
    pub(crate) fn hides_containers(&self) -> bool {
        let kind = self.written_kind();
        // `pod` is no kind of Kubernetes, though files of schemas are called so
        let is_own = crate::schema::has_kind(kind) && !crate::workload::is_misspelt(kind);
        let is_known = kind.is_empty() || (is_own && !self.is_foreign());
        !is_known && has_containers(&self.root, self.pod())
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
    fn an_excerpt_shows_the_finding() {
        let far = format!("{{\"a\": \"{}\", \"b\": 1}}", "ä".repeat(200));
        for (text, at, want) in [
            ("a: 1\nb:  2\n", 9, "b:  2"),
            ("a: 1", 3, "a: 1"),
            (&far, far.len() - 2, "1}"),
            (&far, 6, &*format!("{{\"a\": \"{}", "ä".repeat(153))),
        ] {
            let source = super::Source {
                name: String::new(),
                text: text.as_bytes().to_vec(),
            };
            assert_eq!(source.line(at, &[]), want, "{at}");
        }
    }

    #[test]
    fn a_patch_is_not_judged_but_told() {
        let text = "{apiVersion: v1, kind: Namespace, metadata: {name: x}, $patch: delete}";
        let input = crate::read("f", text.as_bytes(), &yaml::Limits::default());
        let verdict = crate::judge::judge(&input.objects, &crate::judge::Settings::default());
        let gaps = verdict.gaps.into_sorted();
        assert_eq!((verdict.found.len(), gaps.len()), (0, 1));
        assert_eq!(gaps[0].why, "it is a patch, and no whole object");
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
            "{apiVersion: v1, kind: pod, spec: {containers: [{image: a}]}}",
            false,
            true,
        ),
        (
            "{apiVersion: apps/v1, kind: Deploymnt, spec: {template: {spec: {containers: [{image: a}]}}}}",
            false,
            true,
        ),
        (
            "{kind: DEPLOYMENT, spec: {template: {spec: {containers: [{image: a}]}}}}",
            false,
            true,
        ),
        ("{apiVersion: v1, kind: pod, spec: {}}", false, false),
        (
            "{apiVersion: apps.kruise.io/v1, kind: StatefulSet, spec: {template: {spec: {containers: []}}}}",
            true,
            false,
        ),
        (
            "{apiVersion: serving.knative.dev/v1, kind: Service, spec: {template: {spec: {containers: [{image: b}]}}}}",
            true,
            false,
        ),
        (
            "{apiVersion: argoproj.io/v1alpha1, kind: Rollout, spec: {template: {spec: {containers: [{name: a, image: b}]}}}}",
            true,
            false,
        ),
        (
            "{apiVersion: argoproj.io/v1alpha1, kind: Workflow, spec: {templates: [{container: {image: b}}]}}",
            false,
            true,
        ),
        (
            "{apiVersion: tekton.dev/v1, kind: Task, spec: {steps: [{name: a, image: b}]}}",
            false,
            true,
        ),
        (
            "{apiVersion: sparkoperator.k8s.io/v1beta2, kind: SparkApplication, spec: {driver: {template: {spec: {containers: [{image: b}]}}}}}",
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
        (
            "{apiVersion: shop.example/v1, kind: Ship, spec: {template: {spec: {containers: [{image: a}]}}, workerTemplate: {spec: {containers: [{image: b}]}}}}",
            true,
            true,
        ),
        (
            "{apiVersion: shop.example/v1, kind: Ship, spec: {template: {spec: {containers: [{image: a}]}}, workers: [{template: {spec: {containers: [{image: b}]}}}]}}",
            true,
            true,
        ),
        (
            "{apiVersion: shop.example/v1, kind: Ship, spec: {template: {spec: {containers: [{image: a}]}}, initContainers: [{image: b}]}}",
            true,
            true,
        ),
        (
            "{apiVersion: shop.example/v1, kind: Ship, spec: {template: {spec: {containers: [{image: a}], sidecars: [{image: b}]}}}}",
            true,
            true,
        ),
        (
            "{apiVersion: shop.example/v1, kind: Ship, spec: {template: {spec: {containers: [{image: a}], initContainers: [{image: b}], ephemeralContainers: [{image: c}]}}}}",
            true,
            false,
        ),
        (
            "{apiVersion: shop.example/v1, kind: Ship, spec: {debug: {ephemeralContainers: [{image: c}]}}}",
            false,
            true,
        ),
        (
            "{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {containers: [{image: a}]}}, workerTemplate: {spec: {containers: [{image: b}]}}}}",
            true,
            false,
        ),
    ];

    #[test]
    fn containers_are_found_however_deep_they_are() {
        for depth in [1, 16, 17, 60] {
            let (open, close) = ("{a: ".repeat(depth), "}".repeat(depth));
            let deep = format!("{open}{{containers: [{{image: a}}]}}{close}");
            let text = format!("{{apiVersion: shop.example/v1, kind: Ship, spec: {deep}}}");
            let input = crate::read("f", text.as_bytes(), &yaml::Limits::default());
            assert!(input.objects[0].hides_containers(), "{depth}");
        }
    }

    #[test]
    fn a_name_alone_makes_no_kind() {
        for (api_version, kind, want) in [
            ("v1", "Service", "Service"),
            ("serving.knative.dev/v1", "Service", ""),
            ("core.example.org/v1", "Secret", ""),
            ("gateway.networking.k8s.io/v1", "Gateway", "Gateway"),
            ("rbac.authorization.k8s.io/v1", "Role", "Role"),
            ("rbac.example.k8s.io/v1", "Role", ""),
            ("extensions/v1beta1", "Ingress", "Ingress"),
            ("shop.example/v1", "Cart", "Cart"),
        ] {
            let text = format!("{{apiVersion: {api_version}, kind: {kind}}}");
            let input = crate::read("f", text.as_bytes(), &yaml::Limits::default());
            assert_eq!(input.objects[0].kind(), want, "{text}");
        }
    }

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
