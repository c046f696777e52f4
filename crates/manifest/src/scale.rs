//! How many pods a workload has at least.

use yaml::Node;

use crate::Object;
use crate::bundle::namespace;
use crate::hits::Hits;
use crate::workload::below;

/// Returns the replicas of a Deployment or StatefulSet: what scales it counts more than it itself.
pub(crate) fn replicas(object: &Object, hits: &Hits<'_>) -> i64 {
    let scalers = [
        ("HorizontalPodAutoscaler", "minReplicas"),
        ("ScaledObject", "minReplicaCount"),
    ];
    let number =
        |object: &Object, name| below(&object.root, &["spec", name]).and_then(Node::as_int);
    for (kind, least) in scalers {
        let mut found = hits.bundle.of(kind, namespace(object)).iter();
        if let Some(scaler) = found.find(|scaler| is_target(scaler, object)) {
            return number(scaler, least).unwrap_or(1);
        }
    }
    number(object, "replicas").unwrap_or(1)
}

fn is_target(scaler: &Object, object: &Object) -> bool {
    let text = |name| below(&scaler.root, &["spec", "scaleTargetRef", name]).and_then(Node::as_str);
    // KEDA takes a Deployment where no kind is said
    text("kind").unwrap_or("Deployment") == object.kind() && text("name") == Some(object.name())
}
