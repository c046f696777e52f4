//! Whom something concerns: namespaces and labels.

use std::collections::BTreeMap;

use yaml::Node;

use super::Asked;
use super::glob::{Glob, fits, glob};
use super::shape::{Field, Kind, Shape, texts};

/// What the file may say.
pub(super) static SHAPE: Shape = Shape {
    fields: &[
        Field::new(
            "namespaces",
            Kind::Namespaces,
            "Namespaces that it concerns; `*` stands for any characters",
        )
        .some(),
        Field::new(
            "excludedNamespaces",
            Kind::Namespaces,
            "Namespaces that it does not concern",
        ),
        Field::new(
            "labels",
            Kind::Labels,
            "Labels that the object must have, with patterns of values",
        ),
        Field::new(
            "namespaceLabels",
            Kind::Labels,
            "Labels that the namespace must have; where nobody knows them, they count as there",
        ),
    ],
};

/// Whom something concerns; what is not given concerns everybody.
#[derive(Debug, Default)]
pub(super) struct Scope {
    namespaces: Option<Vec<Glob>>,
    excluded: Vec<Glob>,
    labels: Vec<(String, Glob)>,
    namespace_labels: Vec<(String, Glob)>,
}

impl Scope {
    /// Reads a scope of the right shape.
    pub(super) fn read(node: Option<&Node>) -> Self {
        let Some(node) = node else {
            return Self::default();
        };
        let globs = |name| {
            texts(node, name)
                .iter()
                .filter_map(|text| glob(text, false))
                .collect()
        };
        Self {
            namespaces: node.get("namespaces").map(|_| globs("namespaces")),
            excluded: globs("excludedNamespaces"),
            labels: labels(node.get("labels")),
            namespace_labels: labels(node.get("namespaceLabels")),
        }
    }

    /// Whether it concerns what is asked about.
    pub(super) fn has(&self, asked: &Asked<'_>) -> bool {
        let has = |labels: &BTreeMap<String, String>, wanted: &[(String, Glob)]| {
            let has = |(key, value): &(String, Glob)| {
                labels.get(key).is_some_and(|it| value.is_match(it))
            };
            wanted.iter().all(has)
        };
        self.has_namespace(asked.namespace)
            && has(asked.labels, &self.labels)
            && asked
                .namespace_labels
                .is_none_or(|labels| has(labels, &self.namespace_labels))
    }

    /// Whether it concerns anything in a namespace.
    pub(super) fn has_namespace(&self, namespace: &str) -> bool {
        let is_there = |globs: &[Glob]| fits(globs, namespace);
        self.namespaces.as_deref().is_none_or(is_there) && !is_there(&self.excluded)
    }
}

fn labels(node: Option<&Node>) -> Vec<(String, Glob)> {
    let entries = node.map(Node::entries).unwrap_or_default();
    let label =
        |entry: &yaml::Entry| Some((entry.name.to_string(), glob(entry.value.text()?, false)?));
    entries.iter().filter_map(label).collect()
}
