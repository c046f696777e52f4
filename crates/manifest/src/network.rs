//! What network policies and Services select, and which ports pods have.
//!
//! Source of truth: the types of the Kubernetes API.

use yaml::Node;

use crate::Object;
use crate::bundle::{Bundle, namespace};
use crate::hits::Hits;
use crate::pointer::Pointer;
use crate::workload::{Container, Pod, below};

/// A way in which traffic goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Ingress,
    Egress,
}

impl Direction {
    pub(crate) const ALL: [Self; 2] = [Self::Ingress, Self::Egress];

    /// Returns the field of a policy that has the rules.
    pub(crate) const fn field(self) -> &'static str {
        match self {
            Self::Ingress => "ingress",
            Self::Egress => "egress",
        }
    }

    /// Returns the field of a rule that has the peers.
    pub(crate) const fn peers(self) -> &'static str {
        match self {
            Self::Ingress => "from",
            Self::Egress => "to",
        }
    }

    /// Whether a policy limits it.
    pub(crate) fn is_limited(self, policy: &Object) -> bool {
        let spec = |name| below(&policy.root, &["spec", name]);
        let types = spec("policyTypes").map(Node::items).unwrap_or_default();
        let name = match self {
            Self::Ingress => "Ingress",
            Self::Egress => "Egress",
        };
        if types.is_empty() {
            self == Self::Ingress || spec("egress").is_some()
        } else {
            types.iter().any(|one| one.as_str() == Some(name))
        }
    }
}

/// Returns the policies that select a pod.
pub(crate) fn policies<'s>(pod: Pod<'s>, hits: &'s Hits<'_>) -> impl Iterator<Item = &'s Object> {
    let place = ("NetworkPolicy", namespace(hits.object));
    hits.bundle.selecting(place, pod.labels())
}

/// Returns the kind of a policy of a network plugin, if one is given that may hold for a namespace.
pub(crate) fn foreign_policy(hits: &Hits<'_>) -> Option<&'static str> {
    const GLOBAL: &[&str] = &[
        "AdminNetworkPolicy",
        "BaselineAdminNetworkPolicy",
        "CiliumClusterwideNetworkPolicy",
        "ClusterNetworkPolicy",
        "GlobalNetworkPolicy",
    ];
    let own = namespace(hits.object);
    let global = GLOBAL
        .iter()
        .find(|kind| hits.bundle.all(kind).next().is_some());
    let is_given = || !hits.bundle.of("CiliumNetworkPolicy", own).is_empty();
    let is_other = || {
        let mut namesakes = hits.bundle.of("", own).iter();
        namesakes.any(|object| object.written_kind() == "NetworkPolicy")
    };
    global
        .copied()
        .or_else(|| is_given().then_some("CiliumNetworkPolicy"))
        .or_else(|| is_other().then_some("NetworkPolicy of another group"))
}

/// Returns the selector of a Service; none if it selects no pods.
pub(crate) fn service_selector(service: &Object) -> Option<&Node> {
    let selector = below(&service.root, &["spec", "selector"])?;
    (!selector.entries().is_empty()).then_some(selector)
}

/// Returns the pods that a Service leads to.
pub(crate) fn pods_of<'a>(
    service: &'a Object,
    bundle: &'a Bundle<'a>,
) -> impl Iterator<Item = Pod<'a>> {
    let selector = service_selector(service).into_iter();
    let pods = selector.flat_map(|selector| bundle.labelled(namespace(service), selector));
    pods.map(|(_, pod)| pod)
}

/// Returns the ports that a container names: number and name.
pub(crate) fn ports(container: Container<'_>) -> impl Iterator<Item = (Option<i64>, &str)> {
    let ports = container
        .get(&["ports"])
        .map(Node::items)
        .unwrap_or_default();
    ports.iter().map(|port| {
        let name = port.get("name").and_then(Node::as_str).unwrap_or_default();
        (port.get("containerPort").and_then(Node::as_int), name)
    })
}

/// Returns the names of the Services that an Ingress leads to.
pub(crate) fn backends(object: &Object) -> Vec<(Pointer, &str)> {
    let spec = Pointer::default().key("spec");
    let own = below(&object.root, &["spec", "defaultBackend"]);
    let mut found: Vec<_> = own
        .and_then(|node| backend(node, spec.clone().key("defaultBackend")))
        .into_iter()
        .collect();
    let rules = below(&object.root, &["spec", "rules"])
        .map(Node::items)
        .unwrap_or_default();
    for (index, rule) in rules.iter().enumerate() {
        let paths = below(rule, &["http", "paths"])
            .map(Node::items)
            .unwrap_or_default();
        for (number, path) in paths.iter().enumerate() {
            let at = spec
                .clone()
                .key("rules")
                .item(index)
                .below(&["http", "paths"])
                .item(number);
            found.extend(
                path.get("backend")
                    .and_then(|node| backend(node, at.key("backend"))),
            );
        }
    }
    found
}

/// Of the first versions of the API, too.
fn backend(node: &Node, at: Pointer) -> Option<(Pointer, &str)> {
    let name = |path: &[&str]| below(node, path).and_then(Node::as_str);
    let is_name = |name: &&str| !name.is_empty();
    let new = name(&["service", "name"]).filter(is_name);
    match new {
        Some(name) => Some((at.below(&["service", "name"]), name)),
        None => Some((
            at.key("serviceName"),
            name(&["serviceName"]).filter(is_name)?,
        )),
    }
}
