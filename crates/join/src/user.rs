//! Who a container runs as, as far as manifest and image tell.

use yaml::Node;

use crate::Join;

/// Whether kubelet refuses to start it as root.
pub(crate) fn must_not_be_root(join: &Join<'_>) -> bool {
    let node = join.container.inherited(&["runAsNonRoot"]);
    node.and_then(Node::as_bool) == Some(true)
}

/// Whether the manifest says who it runs as.
pub(crate) fn is_set(join: &Join<'_>) -> bool {
    join.container.inherited(&["runAsUser"]).is_some()
}

/// Returns the user of the image, without its group.
pub(crate) fn name<'a>(join: &Join<'a>) -> &'a str {
    let user = join.known.running.user.as_str();
    user.split(':').next().unwrap_or_default()
}

/// Whether the image names no user, or the number 0.
pub(crate) fn is_root(join: &Join<'_>) -> bool {
    let name = name(join);
    name.is_empty() || name.parse::<i64>() == Ok(0)
}
