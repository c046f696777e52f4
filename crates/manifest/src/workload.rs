//! Where the pod, its containers, volumes and images are in every kind that runs something.
//!
//! Everything else asks here. Source of truth: the types of the Kubernetes API; the kinds are those
//! for which Pod Security admission finds a pod, too.

use model::Spot;
use yaml::Node;

use crate::Object;
use crate::bundle::Bundle;
use crate::pointer::Pointer;

/// A kind and the way to its pod, the object that has `metadata` and `spec`.
struct Workload {
    kind: &'static str,
    /// The version of the API that is served.
    api_version: &'static str,
    pod: &'static [&'static str],
}

const TEMPLATE: &[&str] = &["spec", "template"];

static WORKLOADS: &[Workload] = &[
    workload("Pod", "v1", &[]),
    workload("PodTemplate", "v1", &["template"]),
    workload("ReplicationController", "v1", TEMPLATE),
    workload("ReplicaSet", "apps/v1", TEMPLATE),
    workload("Deployment", "apps/v1", TEMPLATE),
    workload("DaemonSet", "apps/v1", TEMPLATE),
    workload("StatefulSet", "apps/v1", TEMPLATE),
    workload("Job", "batch/v1", TEMPLATE),
    workload(
        "CronJob",
        "batch/v1",
        &["spec", "jobTemplate", "spec", "template"],
    ),
];

const fn workload(
    kind: &'static str,
    api_version: &'static str,
    pod: &'static [&'static str],
) -> Workload {
    Workload {
        kind,
        api_version,
        pod,
    }
}

/// Returns the version of the API that is served for a kind that runs something; none for others.
pub(crate) fn served(kind: &str) -> Option<&'static str> {
    let workload = WORKLOADS.iter().find(|workload| workload.kind == kind)?;
    Some(workload.api_version)
}

/// Returns the kinds that run something.
pub(crate) fn kinds() -> impl Iterator<Item = &'static str> {
    WORKLOADS.iter().map(|workload| workload.kind)
}

/// Which list of the pod a container is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// `containers`.
    Main,
    /// `initContainers`, sidecars included.
    Init,
    /// `ephemeralContainers`.
    Ephemeral,
}

impl Role {
    /// The roles in the order in which kubesec looks at them.
    pub const ALL: [Self; 3] = [Self::Main, Self::Init, Self::Ephemeral];

    /// Returns the name of the list.
    pub const fn list(self) -> &'static str {
        match self {
            Self::Main => "containers",
            Self::Init => "initContainers",
            Self::Ephemeral => "ephemeralContainers",
        }
    }
}

/// Where a container can name a host that the node then talks to, or a command.
const ACTIONS: &[&[&str]] = &[
    &["livenessProbe"],
    &["readinessProbe"],
    &["startupProbe"],
    &["lifecycle", "postStart"],
    &["lifecycle", "preStop"],
];

/// A container of a pod.
#[derive(Debug, Clone, Copy)]
pub struct Container<'a> {
    /// Which list it is in.
    pub role: Role,
    /// Its place in the list.
    pub index: usize,
    /// Its fields.
    pub node: &'a Node,
    /// The pod that it is in.
    pub pod: Pod<'a>,
}

impl<'a> Container<'a> {
    /// Returns where it is.
    pub(crate) fn at(&self) -> Pointer {
        self.pod.at().key(self.role.list()).item(self.index)
    }

    /// Returns a value of it; null is none.
    pub fn get(&self, path: &[&str]) -> Option<&'a Node> {
        below(self.node, path)
    }

    /// Returns a value of its security context, or else of the pod's: how Kubernetes inherits what
    /// both have (`runAsNonRoot`, `runAsUser`, `seccompProfile` …).
    pub fn inherited(&self, path: &[&str]) -> Option<&'a Node> {
        self.security(path).or_else(|| self.pod.security(path))
    }

    /// Returns where the value stands that [`Self::inherited`] returns; its own place if there is
    /// none.
    pub(crate) fn inherited_at(&self, path: &[&str]) -> Pointer {
        let is_own = self.security(path).is_some() || self.inherited(path).is_none();
        let around = if is_own { self.at() } else { self.pod.at() };
        around.key("securityContext").below(path)
    }

    /// Returns the capabilities that it adds, as they are written.
    pub(crate) fn added(&self) -> &'a [Node] {
        let added = self.security(&["capabilities", "add"]);
        added.map(Node::items).unwrap_or_default()
    }

    /// Returns what it asks for that the API server refuses if `allowPrivilegeEscalation` is false.
    pub(crate) fn needs_escalation(&self) -> Option<&'static str> {
        let privileged = self.security(&["privileged"]).and_then(Node::as_bool);
        if privileged == Some(true) {
            return Some("privileged true");
        }
        // only this spelling is looked for
        let mut added = self.added().iter();
        added
            .any(|name| name.as_str() == Some("CAP_SYS_ADMIN"))
            .then_some("the capability CAP_SYS_ADMIN")
    }

    /// Whether its root is nobody on the node, and Pod Security of that version takes it as such.
    pub(crate) fn is_nobody_outside(&self, bundle: &Bundle<'_>) -> bool {
        self.pod.is_in_user_namespace() && bundle.minor >= 35
    }

    /// Returns its image; none if it names none.
    pub(crate) fn image(&self) -> Option<&'a str> {
        let image = self.node.get("image")?.as_str()?;
        Some(image).filter(|image| !image.is_empty())
    }

    /// Returns the names of the volumes that it uses, with the list that says so and the place there.
    pub(crate) fn volumes_used(
        &self,
    ) -> impl Iterator<Item = (&'static str, usize, &'a str)> + use<'a> {
        let node = self.node;
        ["volumeMounts", "volumeDevices"]
            .into_iter()
            .flat_map(move |list| {
                let uses = below(node, &[list]).map(Node::items).unwrap_or_default();
                let names = uses.iter().enumerate();
                names
                    .filter_map(move |(index, one)| Some((list, index, one.get("name")?.as_str()?)))
            })
    }

    /// Returns what it mounts, in order.
    pub(crate) fn mounts(&self) -> &'a [Node] {
        let mounts = self.get(&["volumeMounts"]);
        mounts.map(Node::items).unwrap_or_default()
    }

    /// Whether it runs as long as the pod does: main ones, sidecars and ephemeral ones.
    pub(crate) fn is_lasting(&self) -> bool {
        match self.role {
            Role::Main | Role::Ephemeral => true,
            Role::Init => {
                let restarts = self.get(&["restartPolicy"]).and_then(Node::as_str);
                restarts == Some("Always")
            }
        }
    }

    /// Returns what it says of its probes and of the ends of its life, and under which names.
    pub(crate) fn actions(&self) -> impl Iterator<Item = (&'static [&'static str], &'a Node)> {
        let node = self.node;
        ACTIONS
            .iter()
            .filter_map(move |path| Some((*path, below(node, path)?)))
    }

    /// Returns the place of a value of it, which may be missing.
    pub fn spot(&self, object: &Object, path: &[&str]) -> Spot {
        let at = self.at().below(path);
        let position = at.position(&object.root);
        Spot {
            file: object.file.to_string(),
            line: position.line,
            column: position.column,
            pointer: at.into_string(),
            excerpt: object.source.line(position.offset, &[]),
        }
    }

    /// Returns its name, empty if it has none.
    pub fn name(&self) -> &'a str {
        self.node
            .get("name")
            .and_then(Node::as_str)
            .unwrap_or_default()
    }

    /// Returns a value of its security context; null is none.
    pub fn security(&self, path: &[&str]) -> Option<&'a Node> {
        below(self.node.get("securityContext")?, path)
    }
}

/// A pod, or the template of one.
#[derive(Debug, Clone, Copy)]
pub struct Pod<'a> {
    node: &'a Node,
    /// The way to it from its object.
    path: &'static [&'static str],
}

impl<'a> Pod<'a> {
    /// Returns the pod of an object of this kind; none if the kind runs nothing, or has no pod.
    pub fn of(kind: &str, object: &'a Node) -> Option<Self> {
        let workload = WORKLOADS.iter().find(|workload| workload.kind == kind)?;
        let node = below(object, workload.pod)?;
        let path = workload.pod;
        Some(Self { node, path })
    }

    /// Returns the pod that an object makes where a Deployment does; none if there is nothing.
    pub(crate) fn templated(object: &'a Node) -> Option<Self> {
        let node = below(object, TEMPLATE)?;
        Some(Self {
            node,
            path: TEMPLATE,
        })
    }

    /// Returns where its `spec` is.
    pub(crate) fn at(self) -> Pointer {
        self.root().key("spec")
    }

    /// Returns where its `metadata` and its `spec` are.
    pub(crate) fn root(self) -> Pointer {
        Pointer::default().below(self.path)
    }

    /// Returns a value beside its `spec`, such as its labels; null is none.
    pub fn get(self, path: &[&str]) -> Option<&'a Node> {
        below(self.node, path)
    }

    /// Whether a node is its `spec`.
    pub(crate) fn has_spec(self, node: &Node) -> bool {
        let spec = self.node.get("spec");
        spec.is_some_and(|spec| std::ptr::eq(spec, node))
    }

    /// Returns a value of its `spec`; null is none.
    pub fn spec(self, path: &[&str]) -> Option<&'a Node> {
        below(self.node.get("spec")?, path)
    }

    /// Returns a value of its security context; null is none.
    pub(crate) fn security(self, path: &[&str]) -> Option<&'a Node> {
        below(self.spec(&["securityContext"])?, path)
    }

    /// Whether it runs on Windows, where much of the security context does not exist.
    pub(crate) fn is_windows(self) -> bool {
        self.spec(&["os", "name"]).and_then(Node::as_str) == Some("windows")
    }

    /// Whether root in it is nobody on the node.
    pub(crate) fn is_in_user_namespace(self) -> bool {
        self.is_set(&["hostUsers"], false)
    }

    /// Whether a value of its `spec` is this truth value.
    pub(crate) fn is_set(self, path: &[&str], value: bool) -> bool {
        self.spec(path).and_then(Node::as_bool) == Some(value)
    }

    /// Returns its labels.
    pub(crate) fn labels(self) -> Option<&'a Node> {
        self.get(&["metadata", "labels"])
    }

    /// Returns the name of its service account, `default` if it names none.
    pub(crate) fn account(self) -> &'a str {
        ["serviceAccountName", "serviceAccount"]
            .into_iter()
            .filter_map(|field| self.spec(&[field])?.as_str())
            .find(|name| !name.is_empty())
            .unwrap_or("default")
    }

    /// Returns its annotations with a text as value, in the order in which they are written.
    pub fn annotations(self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let entries = below(self.node, &["metadata", "annotations"])
            .map(Node::entries)
            .unwrap_or_default();
        entries
            .iter()
            .filter_map(|entry| Some((&*entry.name, entry.value.as_str()?)))
    }

    /// Returns the containers of these roles, in this order.
    pub fn containers(self, roles: &[Role]) -> impl Iterator<Item = Container<'a>> {
        roles.iter().flat_map(move |&role| {
            let list = self
                .spec(&[role.list()])
                .map(Node::items)
                .unwrap_or_default();
            list.iter().enumerate().map(move |(index, node)| Container {
                role,
                index,
                node,
                pod: self,
            })
        })
    }

    /// Returns the volumes, in order.
    pub fn volumes(self) -> &'a [Node] {
        self.spec(&["volumes"]).map(Node::items).unwrap_or_default()
    }

    /// Returns the references of all images: of the containers, then of image volumes.
    pub fn images(self) -> impl Iterator<Item = &'a Node> {
        let of_containers = self
            .containers(&Role::ALL)
            .filter_map(|container| container.node.get("image"));
        let of_volumes = self
            .volumes()
            .iter()
            .filter_map(|volume| below(volume, &["image", "reference"]));
        of_containers.chain(of_volumes)
    }
}

/// Whether a kind is that of a workload but for its capitals.
pub(crate) fn is_misspelt(kind: &str) -> bool {
    let mut kinds = WORKLOADS.iter().map(|workload| workload.kind);
    kinds.any(|it| it != kind && it.eq_ignore_ascii_case(kind))
}

/// Returns the value at the end of a path of names; null is none.
pub(crate) fn below<'a>(node: &'a Node, path: &[&str]) -> Option<&'a Node> {
    let mut here = node;
    for name in path {
        here = here.get(name)?;
    }
    (!here.is_null()).then_some(here)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_pod_of_every_kind() {
        let pod = "spec: {containers: [{name: a, image: x}], initContainers: [{image: i}], \
                   volumes: [{name: v, image: {reference: v}}]}";
        for (kind, object) in [
            ("Pod", format!("{{{pod}}}")),
            ("PodTemplate", format!("{{template: {{{pod}}}}}")),
            ("Job", format!("{{spec: {{template: {{{pod}}}}}}}")),
            (
                "CronJob",
                format!("{{spec: {{jobTemplate: {{spec: {{template: {{{pod}}}}}}}}}}}"),
            ),
        ] {
            let document = yaml::read_one(object.as_bytes(), &yaml::Limits::default()).unwrap();
            let pod = Pod::of(kind, &document.root).unwrap();
            let images: Vec<_> = pod.images().filter_map(Node::as_str).collect();
            assert_eq!(images, ["x", "i", "v"], "{kind}");
            let names: Vec<_> = pod
                .containers(&[Role::Main])
                .map(|container| container.name())
                .collect();
            assert_eq!(names, ["a"], "{kind}");
            assert!(Pod::of("Service", &document.root).is_none());
        }
    }
}
