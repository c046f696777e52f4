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

/// A port that a container names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Port<'a> {
    pub(crate) number: Option<i64>,
    /// Empty if it has none.
    pub(crate) name: &'a str,
    pub(crate) protocol: &'a str,
}

/// Returns the ports that a container names.
pub(crate) fn ports(container: Container<'_>) -> impl Iterator<Item = Port<'_>> {
    let ports = container
        .get(&["ports"])
        .map(Node::items)
        .unwrap_or_default();
    ports.iter().map(|port| Port {
        number: port.get("containerPort").and_then(Node::as_int),
        name: port.get("name").and_then(Node::as_str).unwrap_or_default(),
        protocol: protocol(port),
    })
}

/// Returns the protocol of a port of a container or a Service.
pub(crate) fn protocol(port: &Node) -> &str {
    let given = port.get("protocol").and_then(Node::as_str);
    given.filter(|name| !name.is_empty()).unwrap_or("TCP")
}

/// A Service that an Ingress leads to.
#[derive(Debug)]
pub(crate) struct Backend<'a> {
    /// Where it is named.
    pub(crate) at: Pointer,
    pub(crate) service: &'a str,
    /// Where its port is said, and the number or the name.
    pub(crate) port: Option<(Pointer, &'a Node)>,
}

impl Backend<'_> {
    /// Whether a Service has the port; one that lists none says nothing.
    pub(crate) fn fits(&self, service: &Object) -> bool {
        let ports = below(&service.root, &["spec", "ports"]).map(Node::items);
        let (Some((_, wanted)), Some(ports)) = (&self.port, ports.filter(|it| !it.is_empty()))
        else {
            return true;
        };
        let field = if wanted.as_int().is_some() {
            "port"
        } else {
            "name"
        };
        let mut own = ports.iter().filter_map(|port| port.get(field)?.text());
        wanted
            .text()
            .is_none_or(|wanted| own.any(|own| own == wanted))
    }
}

/// Returns the Services that an Ingress leads to.
pub(crate) fn backends(object: &Object) -> Vec<Backend<'_>> {
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
fn backend(node: &Node, at: Pointer) -> Option<Backend<'_>> {
    const NAMES: [&[&str]; 2] = [&["service", "name"], &["serviceName"]];
    const PORTS: [&[&str]; 3] = [
        &["service", "port", "number"],
        &["service", "port", "name"],
        &["servicePort"],
    ];
    let name = |path: &&[&str]| below(node, path).and_then(Node::as_str).unwrap_or_default();
    let path = NAMES.into_iter().find(|path| !name(path).is_empty())?;
    let port = |path: &[&str]| Some((at.clone().below(path), below(node, path)?));
    Some(Backend {
        service: name(&path),
        port: PORTS.into_iter().find_map(port),
        at: at.below(path),
    })
}
