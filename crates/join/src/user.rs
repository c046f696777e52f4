//! Who a container runs as, as far as manifest and image tell.

use yaml::Node;

use crate::Join;

/// Numbers up to this one are users': a larger one does not fit what kernels and runtimes calculate with.
const LARGEST: i64 = 2_147_483_647;

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
    let user = join.running.user.as_str();
    user.split(':').next().unwrap_or_default()
}

/// Whether the image names no user, or the number 0.
pub(crate) fn is_root(join: &Join<'_>) -> bool {
    let name = name(join);
    name.is_empty() || name.parse::<i64>() == Ok(0)
}

/// Whether the image's user is a number that no user has. Kubelet takes it for another than root, and
/// some runtimes have made 0 of it (CVE-2024-40635).
pub(crate) fn is_beyond(join: &Join<'_>) -> bool {
    let number = name(join).parse::<i64>();
    number.is_ok_and(|number| !(0..=LARGEST).contains(&number))
}

/// Whether a user of an image is the number of one that is not root.
pub(crate) fn is_other(name: &str) -> bool {
    let number = name.parse::<i64>();
    number.is_ok_and(|number| (1..=LARGEST).contains(&number))
}

/// Returns the number of the user it runs as, if that is told and is not root's.
pub(crate) fn other(join: &Join<'_>) -> Option<String> {
    let user = match join.container.inherited(&["runAsUser"]) {
        Some(node) => node.as_int()?.to_string(),
        None => name(join).to_owned(),
    };
    is_other(&user).then_some(user)
}
