//! Which standard counts for an object: one for all, or what the labels of its namespace say.
//!
//! Source of truth: the labels `pod-security.kubernetes.io/enforce` and `enforce-version`, read as the
//! admission controller reads them: a level that is none counts as restricted, a version that is none
//! as the newest.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use yaml::Node;

use super::{Level, Unknown, Version};
use crate::Object;

/// A level at a version: `restricted:v1.31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standard {
    /// How strict.
    pub level: Level,
    /// Whose rules.
    pub version: Version,
}

/// What is demanded of the objects of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Demand {
    /// The same of all.
    Fixed(Standard),
    /// What the labels of the namespaces say, by name; of other namespaces, the default.
    OfNamespaces {
        /// By the name of the namespace; none for one without labels.
        known: BTreeMap<String, Option<Standard>>,
        /// What counts where no label says anything.
        default: Option<Standard>,
    },
}

/// What a cluster does without labels, unless it is told otherwise.
const OF_CLUSTERS: Standard = Standard {
    level: Level::Privileged,
    version: Version::Latest,
};

/// The namespace of an object that names none.
const DEFAULT_NAMESPACE: &str = "default";

const ENFORCE: &str = "pod-security.kubernetes.io/enforce";
const ENFORCE_VERSION: &str = "pod-security.kubernetes.io/enforce-version";

impl fmt::Display for Standard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.level, self.version)
    }
}

impl FromStr for Standard {
    type Err = Unknown;

    /// Reads `LEVEL` or `LEVEL:VERSION`.
    fn from_str(text: &str) -> Result<Self, Unknown> {
        let (level, version) = text.split_once(':').unwrap_or((text, "latest"));
        Ok(Self {
            level: level.parse()?,
            version: version.parse()?,
        })
    }
}

/// Returns what the labels of the namespaces among the objects demand.
pub fn of_namespaces(objects: &[Object], default: Option<Standard>) -> Demand {
    let namespaces = objects.iter().filter(|object| object.kind() == "Namespace");
    Demand::OfNamespaces {
        known: namespaces
            .map(|namespace| (namespace.name().to_owned(), labelled(&namespace.root)))
            .collect(),
        default,
    }
}

fn labelled(namespace: &Node) -> Option<Standard> {
    let label = |name| crate::workload::below(namespace, &["metadata", "labels", name]);
    let text = |node: &Node| node.text().unwrap_or_default().to_owned();
    let level = text(label(ENFORCE)?);
    let version = label(ENFORCE_VERSION).map(text).unwrap_or_default();
    Some(Standard {
        level: level.parse().unwrap_or(Level::Restricted),
        version: version.parse().unwrap_or(Version::Latest),
    })
}

impl Demand {
    /// Returns what is demanded of an object; none if its namespace is unknown, and there is no default.
    pub fn of(&self, object: &Object) -> Option<Standard> {
        match self {
            Self::Fixed(standard) => Some(*standard),
            Self::OfNamespaces { known, default } => match known.get(namespace(object)) {
                Some(labelled) => labelled.or(*default).or(Some(OF_CLUSTERS)),
                None => *default,
            },
        }
    }
}

/// Returns the namespace of an object that is in one.
pub(super) fn namespace(object: &Object) -> &str {
    Some(object.namespace())
        .filter(|name| !name.is_empty())
        .unwrap_or(DEFAULT_NAMESPACE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_count_as_for_the_admission_controller() {
        for (labels, default, want) in [
            (
                "{pod-security.kubernetes.io/enforce: baseline}",
                "",
                "baseline:latest",
            ),
            (
                "{pod-security.kubernetes.io/enforce: baseline, pod-security.kubernetes.io/enforce-version: v1.25}",
                "privileged",
                "baseline:v1.25",
            ),
            (
                "{pod-security.kubernetes.io/enforce: lax}",
                "",
                "restricted:latest",
            ),
            (
                "{pod-security.kubernetes.io/warn: restricted}",
                "",
                "privileged:latest",
            ),
            ("{}", "baseline:v1.30", "baseline:v1.30"),
        ] {
            let text = format!(
                "kind: Namespace\nmetadata: {{name: shop, labels: {labels}}}\n---\n\
                 {{kind: Pod, metadata: {{namespace: shop}}}}\n---\nkind: Pod\n"
            );
            let input = crate::read("f", text.as_bytes(), &yaml::Limits::default());
            let default = default.parse().ok();
            let demand = of_namespaces(&input.objects, default);
            let [_, inside, outside] = input.objects.as_slice() else {
                panic!("{labels}")
            };
            let got = demand.of(inside).unwrap().to_string();
            assert_eq!(got, want, "{labels}");
            assert_eq!(demand.of(outside), default, "{labels}");
        }
    }
}
