//! Whether a pod gets a token of its service account.

use yaml::Node;

use crate::Object;
use crate::bundle::namespace;
use crate::hits::Hits;
use crate::workload::{Pod, below};

const FIELD: &str = "automountServiceAccountToken";

/// Returns the service account of a pod, if it is given.
pub(crate) fn account<'a>(pod: Pod<'_>, hits: &Hits<'a>) -> Option<&'a Object> {
    let namespace = namespace(hits.object);
    hits.bundle
        .named("ServiceAccount", namespace, pod.account())
}

/// Whether the pod gets one: what it says counts, then what its account says.
pub(crate) fn is_mounted(pod: Pod<'_>, hits: &Hits<'_>) -> bool {
    let of_pod = pod.spec(&[FIELD]).and_then(Node::as_bool);
    let of_account = || below(&account(pod, hits)?.root, &[FIELD])?.as_bool();
    of_pod.or_else(of_account).unwrap_or(true)
}
