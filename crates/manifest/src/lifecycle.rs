//! When Kubernetes deprecated and removed which version of a kind.
//!
//! Source of truth: the lifecycle methods of `k8s.io/api` (`zz_generated.prerelease-lifecycle.go`,
//! Apache-2.0) of 1.19 to 1.37, with those of `apiextensions-apiserver` and `kube-aggregator`; a kind
//! that is gone earlier than they say, is removed where it is gone. Reviews and other kinds that
//! nobody writes into a file are left out.

/// A line for each: `apiVersion kind deprecated removed replacement`, versions as N of 1.N.
const TABLE: &str = include_str!("lifecycle.txt");

/// The end of a version of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct End {
    /// Minor version of Kubernetes since which there is a warning.
    pub deprecated: u32,
    /// Minor version of Kubernetes since which it is gone.
    pub removed: u32,
    /// The newest `apiVersion` of the same kind, if there is one.
    pub replacement: Option<&'static str>,
}

/// Returns the end of a version of a kind; none where it has none, or is not of Kubernetes.
pub(crate) fn end(api_version: &str, kind: &str) -> Option<End> {
    // only these have an end, and most objects are of others
    if !api_version.contains("alpha") && !api_version.contains("beta") {
        return None;
    }
    TABLE.lines().find_map(|line| {
        let rest = line.strip_prefix(api_version)?.strip_prefix(' ')?;
        let rest = rest.strip_prefix(kind)?.strip_prefix(' ')?;
        let mut words = rest.split(' ');
        let mut number = || words.next()?.parse().ok();
        Some(End {
            deprecated: number()?,
            removed: number()?,
            replacement: words.next().filter(|word| *word != "-"),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        for line in TABLE.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let [api_version, kind, _, _, _] = words[..] else {
                panic!("{line}");
            };
            let end = end(api_version, kind).unwrap();
            assert!(end.deprecated <= end.removed, "{line}");
        }
        let want = End {
            deprecated: 14,
            removed: 22,
            replacement: Some("networking.k8s.io/v1"),
        };
        assert_eq!(end("extensions/v1beta1", "Ingress"), Some(want));
        assert_eq!(end("extensions/v1beta1", "Ingres"), None);
        assert_eq!(end("apps/v1", "Deployment"), None);
    }
}
