//! How many pods a workload has at least.

use yaml::Node;

use crate::Object;
use crate::bundle::namespace;
use crate::hits::Hits;
use crate::workload::below;

/// Returns the replicas of a Deployment or StatefulSet: what scales it counts more than it itself.
pub(crate) fn replicas(object: &Object, hits: &Hits<'_>) -> i64 {
    let own = || below(&object.root, &["spec", "replicas"]).and_then(Node::as_int);
    scaler(object, hits).map_or_else(|| own().unwrap_or(1), |(_, least)| least)
}

/// Returns what scales an object, and the pods that it leaves at least.
pub(crate) fn scaler<'h>(object: &Object, hits: &Hits<'h>) -> Option<(&'h Object, i64)> {
    let scalers = [
        ("HorizontalPodAutoscaler", "minReplicas"),
        ("ScaledObject", "minReplicaCount"),
    ];
    scalers.into_iter().find_map(|(kind, least)| {
        let mut found = hits.bundle.of(kind, namespace(object)).iter();
        let scaler = found.find(|scaler| is_target(scaler, object))?;
        let least = below(&scaler.root, &["spec", least]).and_then(Node::as_int);
        Some((*scaler, least.unwrap_or(1)))
    })
}

fn is_target(scaler: &Object, object: &Object) -> bool {
    let text = |name| below(&scaler.root, &["spec", "scaleTargetRef", name]).and_then(Node::as_str);
    // KEDA takes a Deployment where no kind is said
    text("kind").unwrap_or("Deployment") == object.kind() && text("name") == Some(object.name())
}
