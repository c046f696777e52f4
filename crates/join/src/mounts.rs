//! Where a container mounts something over its image.

use manifest::Container;
use yaml::Node;

/// Returns where it mounts something.
pub(crate) fn paths<'a>(container: &Container<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
    let mounts = container.get(&["volumeMounts"]).map(Node::items);
    let mounts = mounts.unwrap_or_default().iter();
    mounts.filter_map(|mount| mount.get("mountPath")?.as_str())
}

/// Whether a mount lies over an absolute path.
pub(crate) fn covers(container: &Container<'_>, path: &str) -> bool {
    paths(container).any(|mount| is_below(path, mount))
}

/// Whether a path is that folder or in it.
pub(crate) fn is_below(path: &str, folder: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    let rest = path.strip_prefix(folder);
    !folder.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
