//! What a rule is asked about: an object, and its pod.

use yaml::Node;

use crate::workload::{Container, Pod, Role, below};

/// An object that rules look at.
#[derive(Debug)]
pub(crate) struct Subject<'a> {
    root: &'a Node,
    pod: Option<Pod<'a>>,
}

impl<'a> Subject<'a> {
    pub(crate) fn new(root: &'a Node) -> Self {
        let kind = root.get("kind").and_then(Node::as_str).unwrap_or_default();
        Self {
            root,
            pod: Pod::of(kind, root),
        }
    }

    /// Whether there is no object: kubesec asks every rule, and none hits.
    pub(crate) fn is_nothing(&self) -> bool {
        self.root.is_null()
    }

    /// Returns a value of the object itself; null is none.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&'a Node> {
        below(self.root, path)
    }

    /// Returns a value of the pod's spec; null is none.
    pub(crate) fn spec(&self, path: &[&str]) -> Option<&'a Node> {
        self.pod?.spec(path)
    }

    /// Returns the volumes of the pod.
    pub(crate) fn volumes(&self) -> &'a [Node] {
        self.pod.map(Pod::volumes).unwrap_or_default()
    }

    /// Returns all containers: main, init, ephemeral.
    pub(crate) fn containers(&self) -> impl Iterator<Item = Container<'a>> {
        self.pod
            .into_iter()
            .flat_map(|pod| pod.containers(&Role::ALL).collect::<Vec<_>>())
    }

    /// Returns the main containers.
    pub(crate) fn main(&self) -> impl Iterator<Item = Container<'a>> {
        self.containers()
            .filter(|container| container.role == Role::Main)
    }

    /// Whether a value of the security context of any container satisfies `is_hit`.
    pub(crate) fn any(&self, path: &[&str], is_hit: impl Fn(&Node) -> bool) -> bool {
        self.containers()
            .filter_map(|container| container.security(path))
            .any(is_hit)
    }

    /// Whether for any container its own value is good, or it has none and the pod's is good.
    ///
    /// `judge` says nothing about a value that is not of the type of the field, as if it were not there.
    pub(crate) fn inherited(&self, path: &[&str], judge: impl Fn(&Node) -> Option<bool>) -> bool {
        let of_pod = self
            .spec(&["securityContext"])
            .and_then(|context| below(context, path))
            .and_then(&judge);
        self.containers().any(|container| {
            let own = container.security(path).and_then(&judge);
            own.or(of_pod) == Some(true)
        })
    }
}
