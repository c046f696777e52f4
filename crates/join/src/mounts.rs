//! Where a container mounts something over its image.

use manifest::Container;
use yaml::Node;

/// Returns where it mounts something, as [`normal`] paths.
pub(crate) fn paths(container: &Container<'_>) -> impl Iterator<Item = String> {
    let mounts = container.get(&["volumeMounts"]).map(Node::items);
    let mounts = mounts.unwrap_or_default().iter();
    mounts.filter_map(|mount| Some(normal(mount.get("mountPath")?.as_str()?)))
}

/// Returns the mount that lies over a normal path.
pub(crate) fn over(container: &Container<'_>, path: &str) -> Option<String> {
    paths(container).find(|mount| is_below(path, mount))
}

/// Whether a normal path is that folder or in it; nothing is mounted over all of an image.
pub(crate) fn is_below(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder);
    folder != "/" && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns a path from the root on without what changes nothing: `//`, `/./`, `/a/..` and a slash at its end,
/// as container runtimes clean paths of mounts.
pub(crate) fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned_as_runtimes_do() {
        for (path, want) in [
            ("/data", "/data"),
            ("//data", "/data"),
            ("/data/./", "/data"),
            ("/a/../data/", "/data"),
            ("/../../data", "/data"),
            ("data", "/data"),
            ("/", "/"),
            ("", "/"),
        ] {
            assert_eq!(normal(path), want, "{path}");
        }
        assert!(is_below("/a/b", "/a") && is_below("/a", "/a"));
        assert!(!is_below("/ab", "/a") && !is_below("/a", "/"));
    }
}
