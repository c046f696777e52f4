//! Which containers need probes.

use yaml::Node;

use crate::bundle::namespace;
use crate::hits::Hits;
use crate::workload::Container;

/// Whether a container is to run until somebody stops it.
pub(crate) fn runs_on(container: &Container<'_>, hits: &Hits<'_>) -> bool {
    let restart = container
        .pod
        .spec(&["restartPolicy"])
        .and_then(Node::as_str);
    match hits.object.kind() {
        "Job" | "CronJob" | "PodTemplate" => false,
        _ => restart.is_none_or(|restart| restart == "Always"),
    }
}

/// Whether others ask it over the network: it has ports, or a Service leads to it. Where there are no
/// Services that could, and it is no agent of a node, we take it for one.
pub(crate) fn is_asked(container: &Container<'_>, hits: &Hits<'_>) -> bool {
    let ports = container
        .get(&["ports"])
        .map(Node::items)
        .unwrap_or_default();
    if !ports.is_empty() {
        return true;
    }
    let services = hits.bundle.of("Service", namespace(hits.object));
    if services.is_empty() {
        return hits.object.kind() != "DaemonSet";
    }
    let place = ("Service", namespace(hits.object));
    let mut found = hits.bundle.selecting(place, container.pod.labels());
    found.next().is_some()
}
