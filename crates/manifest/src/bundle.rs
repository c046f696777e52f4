//! All objects of one call, by kind and namespace: what rules about several objects ask.

use std::cell::Cell;
use std::collections::BTreeMap;

use yaml::Node;

use crate::{Object, workload};

/// The objects of one call.
#[derive(Debug)]
pub(crate) struct Bundle<'a> {
    by_kind: BTreeMap<(&'a str, &'a str), Vec<&'a Object>>,
    /// Minor version of the Kubernetes that will run them.
    pub(crate) minor: u32,
    /// How many pairs of objects may still be compared.
    comparisons: Cell<usize>,
}

/// Pairs of objects that are compared in one call. A thousand pods and as many Services of one
/// namespace are a million.
const COMPARISONS: usize = 20_000_000;

impl<'a> Bundle<'a> {
    pub(crate) fn new(objects: &'a [Object], minor: u32) -> Self {
        let mut by_kind: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for object in objects {
            by_kind
                .entry((object.kind(), namespace(object)))
                .or_default()
                .push(object);
        }
        Self {
            by_kind,
            minor,
            comparisons: Cell::new(COMPARISONS),
        }
    }

    /// Returns the objects of a kind in a namespace, as [`namespace`] says it. Objects that belong to
    /// no namespace (`ClusterRole` …) are in the namespace that they do not name: `default`.
    pub(crate) fn of<'s>(&'s self, kind: &'s str, namespace: &'s str) -> &'s [&'a Object] {
        let found = self.by_kind.get(&(kind, namespace));
        let found = found.map_or(&[][..], Vec::as_slice);
        let left = self.comparisons.get();
        self.comparisons.set(left.saturating_sub(found.len()));
        if left == 0 { &[] } else { found }
    }

    /// Returns the object of this name.
    pub(crate) fn named(&self, kind: &str, namespace: &str, name: &str) -> Option<&'a Object> {
        let mut found = self.of(kind, namespace).iter();
        found.find(|object| object.name() == name).copied()
    }

    /// Whether [`Self::of`] gave up: what was judged by its answers may lack findings.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.comparisons.get() == 0
    }
}

/// Returns the namespace of an object; `default` where none is given, as kubectl takes it.
pub(crate) fn namespace(object: &Object) -> &str {
    match object.namespace() {
        "" => "default",
        namespace => namespace,
    }
}

/// Whether a label selector (`matchLabels`, `matchExpressions`) takes these labels; an empty one
/// takes all.
///
/// Source of truth: `LabelSelector` of the Kubernetes API. An operator that does not exist takes none.
pub(crate) fn selects(selector: &Node, labels: Option<&Node>) -> bool {
    let label = |name: &str| labels?.get(name)?.as_str();
    let equal = workload::below(selector, &["matchLabels"]).map(Node::entries);
    let equal = equal.unwrap_or_default().iter();
    let expressions = workload::below(selector, &["matchExpressions"]).map(Node::items);
    let expressions = expressions.unwrap_or_default().iter();
    equal
        .map(|entry| label(&entry.name).is_some_and(|value| entry.value.as_str() == Some(value)))
        .chain(expressions.map(|expression| {
            let text = |name| expression.get(name).and_then(Node::as_str);
            let value = text("key").and_then(label);
            let values = workload::below(expression, &["values"]).map(Node::items);
            let is_one = |value| {
                let mut values = values.unwrap_or_default().iter();
                values.any(|one| one.as_str() == Some(value))
            };
            match text("operator") {
                Some("In") => value.is_some_and(is_one),
                Some("NotIn") => !value.is_some_and(is_one),
                Some("Exists") => value.is_some(),
                Some("DoesNotExist") => value.is_none(),
                _ => false,
            }
        }))
        .all(|takes| takes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_take_labels() {
        for (selector, labels, want) in [
            ("{}", "{}", true),
            ("{matchLabels: {a: x}}", "{a: x, b: w}", true),
            ("{matchLabels: {a: x}}", "{a: z}", false),
            (
                "{matchExpressions: [{key: a, operator: In, values: [x, w]}]}",
                "{a: w}",
                true,
            ),
            (
                "{matchExpressions: [{key: a, operator: NotIn, values: [x]}]}",
                "{}",
                true,
            ),
            (
                "{matchExpressions: [{key: a, operator: NotIn, values: [x]}]}",
                "{a: x}",
                false,
            ),
            (
                "{matchExpressions: [{key: a, operator: Exists}]}",
                "{b: x}",
                false,
            ),
            (
                "{matchExpressions: [{key: a, operator: DoesNotExist}]}",
                "{b: x}",
                true,
            ),
            (
                "{matchExpressions: [{key: a, operator: Like}]}",
                "{a: x}",
                false,
            ),
        ] {
            let read = |text: &str| yaml::read_one(text.as_bytes(), &yaml::Limits::default());
            let (selector, labels) = (read(selector).unwrap(), read(labels).unwrap());
            let got = selects(&selector.root, Some(&labels.root));
            assert_eq!(got, want, "{selector:?} {labels:?}");
        }
    }
}
