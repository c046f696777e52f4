//! All objects of one call, by kind and namespace: what rules about several objects ask.

mod labels;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use yaml::Node;

use crate::workload::Pod;
use crate::{Object, rights, workload};
use labels::Labels;

/// The objects of one call.
#[derive(Debug)]
pub(crate) struct Bundle<'a> {
    by_kind: BTreeMap<(&'a str, &'a str), Vec<&'a Object>>,
    /// The first object of a kind, a namespace and a name.
    by_name: BTreeMap<(&'a str, &'a str, &'a str), &'a Object>,
    /// The bindings that name a service account, by its namespace and name.
    bindings: BTreeMap<(&'a str, &'a str), Vec<&'a Object>>,
    labels: Labels<'a>,
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
        let mut bundle = Self {
            by_kind: BTreeMap::new(),
            by_name: BTreeMap::new(),
            bindings: BTreeMap::new(),
            labels: Labels::default(),
            minor,
            comparisons: Cell::new(COMPARISONS),
        };
        for object in objects.iter().filter(|object| !object.is_patch()) {
            bundle.add(object);
        }
        bundle
    }

    fn add(&mut self, object: &'a Object) {
        let (kind, namespace) = (object.kind(), namespace(object));
        let name = (kind, namespace, object.name());
        self.by_name.entry(name).or_insert(object);
        let of_kind = self.by_kind.entry((kind, namespace));
        of_kind.or_default().push(object);
        self.labels.add(object);
        if rights::is_binding(object) {
            for name in rights::subjects(object).map(rights::Subject::place) {
                let of_name = self.bindings.entry(name).or_default();
                // once for all its users and groups
                if !of_name
                    .last()
                    .is_some_and(|last| std::ptr::eq(*last, object))
                {
                    of_name.push(object);
                }
            }
        }
    }

    /// Returns the objects of a kind in a namespace, as [`namespace`] says it. Objects that belong to
    /// no namespace (`ClusterRole` …) are asked for by [`Self::all`].
    pub(crate) fn of<'s>(&'s self, kind: &'s str, namespace: &'s str) -> &'s [&'a Object] {
        let found = self.by_kind.get(&(kind, namespace));
        let found = found.map_or(&[][..], Vec::as_slice);
        let left = self.comparisons.get();
        self.comparisons.set(left.saturating_sub(found.len()));
        if left == 0 { &[] } else { found }
    }

    /// Returns the objects of a kind in all namespaces: those of a kind that belongs to none, whatever
    /// they name.
    pub(crate) fn all<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = &'a Object> {
        self.by_kind
            .range((kind, "")..)
            .take_while(move |((of, _), _)| *of == kind)
            .flat_map(|(_, objects)| objects)
            .take_while(|_| self.spend())
            .copied()
    }

    /// Returns the object of this name of a kind that belongs to no namespace.
    pub(crate) fn global(&self, kind: &str, name: &str) -> Option<&'a Object> {
        let own = self.named(kind, "default", name);
        own.or_else(|| self.all(kind).find(|object| object.name() == name))
    }

    /// Returns the object of this name.
    pub(crate) fn named(&self, kind: &str, namespace: &str, name: &str) -> Option<&'a Object> {
        self.by_name.get(&(kind, namespace, name)).copied()
    }

    /// Returns the bindings of [`rights::Subject::place`].
    pub(crate) fn bindings<'s>(
        &'s self,
        place: (&'s str, &'s str),
    ) -> impl Iterator<Item = &'a Object> {
        let found = self.bindings.get(&place).into_iter().flatten();
        found.take_while(|_| self.spend()).copied()
    }

    /// Returns what runs something in a namespace, with its pods.
    pub(crate) fn workloads<'s>(
        &'s self,
        namespace: &'s str,
    ) -> impl Iterator<Item = (&'a Object, Pod<'a>)> {
        workload::kinds()
            .flat_map(move |kind| self.of(kind, namespace))
            .filter_map(|object| Some((*object, object.pod()?)))
    }

    /// Returns what runs something in a namespace and has all these labels, with its pods.
    pub(crate) fn labelled<'s>(
        &'s self,
        namespace: &'s str,
        equal: &'s Node,
    ) -> impl Iterator<Item = (&'a Object, Pod<'a>)> {
        let found = self.labels.pods(namespace, equal);
        let found = found.iter().take_while(|_| self.spend());
        let pods = found.filter_map(|object| Some((*object, object.pod()?)));
        pods.filter(|(_, pod)| has_all(equal, pod.labels()))
    }

    /// Returns the Services, network policies or disruption budgets of a namespace that select these
    /// labels.
    pub(crate) fn selecting<'s>(
        &'s self,
        (kind, namespace): (&'s str, &'s str),
        labels: Option<&'s Node>,
    ) -> impl Iterator<Item = &'a Object> {
        let found = self.labels.selecting((kind, namespace), labels);
        let found = found.take_while(|_| self.spend());
        found.filter(move |object| labels::takes(object, labels))
    }

    /// Whether one more pair may be compared: of objects, or of what lists in them hold.
    pub(crate) fn spend(&self) -> bool {
        let left = self.comparisons.get();
        self.comparisons.set(left.saturating_sub(1));
        left > 0
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
    let expressions = workload::below(selector, &["matchExpressions"]).map(Node::items);
    let expressions = expressions.unwrap_or_default().iter();
    let mut takes = expressions.map(|expression| {
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
    });
    let equal = workload::below(selector, &["matchLabels"]);
    equal.is_none_or(|equal| has_all(equal, labels)) && takes.all(|takes| takes)
}

/// Whether these labels hold all that a mapping names, as the selector of a Service asks for it.
pub(crate) fn has_all(equal: &Node, labels: Option<&Node>) -> bool {
    /// Beyond it a search for each label costs more than a sorted copy.
    const FEW: usize = 50;
    let labels = labels.map(Node::entries).unwrap_or_default();
    let equal = equal.entries();
    if equal.len() > labels.len() {
        return false;
    }
    if equal.len() < FEW {
        let label = |name: &str| labels.iter().find(|label| &*label.name == name);
        return equal.iter().all(|entry| {
            let value = label(&entry.name).and_then(|label| label.value.as_str());
            value.is_some() && value == entry.value.as_str()
        });
    }
    let pair =
        |entry: &'_ yaml::Entry| Some((entry.name.to_string(), entry.value.as_str()?.to_owned()));
    let labels: BTreeSet<_> = labels.iter().filter_map(pair).collect();
    equal
        .iter()
        .all(|entry| pair(entry).is_some_and(|pair| labels.contains(&pair)))
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
