//! Who has which labels, and who selects them: found without asking everyone.

use std::collections::BTreeMap;

use yaml::Node;

use super::{has_all, namespace, selects};
use crate::Object;
use crate::workload::below;

/// Pods and selectors by a label.
#[derive(Debug, Default)]
pub(super) struct Labels<'a> {
    /// What makes pods, by namespace, key and value of each label of the pod.
    pods: BTreeMap<(&'a str, &'a str, &'a str), Vec<&'a Object>>,
    /// What selects pods, by kind and namespace, then by the first label that it asks for.
    selectors: BTreeMap<(&'a str, &'a str), BTreeMap<Label<'a>, Vec<&'a Object>>>,
}

/// Key and value; none for what asks for no label by its value.
type Label<'a> = Option<(&'a str, &'a str)>;

impl<'a> Labels<'a> {
    pub(super) fn add(&mut self, object: &'a Object) {
        let namespace = namespace(object);
        let labels = object.pod().and_then(crate::Pod::labels);
        for (key, value) in labels.into_iter().flat_map(pairs) {
            let of_label = self.pods.entry((namespace, key, value));
            of_label.or_default().push(object);
        }
        if let Some((_, equal)) = selector(object) {
            let first = equal.and_then(|equal| pairs(equal).next());
            let of_kind = self
                .selectors
                .entry((object.kind(), namespace))
                .or_default();
            of_kind.entry(first).or_default().push(object);
        }
    }

    /// Returns what makes pods that may have all these labels.
    pub(super) fn pods<'s>(&'s self, namespace: &'s str, equal: &'s Node) -> &'s [&'a Object] {
        let first = pairs(equal).next();
        let found = first.and_then(|(key, value)| self.pods.get(&(namespace, key, value)));
        found.map_or(&[], Vec::as_slice)
    }

    /// Returns what may select these labels.
    pub(super) fn selecting<'s>(
        &'s self,
        place: (&'s str, &'s str),
        labels: Option<&'s Node>,
    ) -> impl Iterator<Item = &'a Object> {
        let of_kind = self.selectors.get(&place);
        let labels = labels.into_iter().flat_map(pairs).map(Some).chain([None]);
        labels
            .filter_map(move |label| of_kind?.get(&label))
            .flatten()
            .copied()
    }
}

/// Whether an object selects these labels.
pub(super) fn takes(object: &Object, labels: Option<&Node>) -> bool {
    match selector(object) {
        // a Service without a selector leads to no pod
        Some((Some(selector), equal)) if object.kind() == "Service" => {
            !selector.entries().is_empty() && equal.is_some_and(|equal| has_all(equal, labels))
        }
        Some((Some(selector), _)) => selects(selector, labels),
        // a policy without a selector is for all pods
        Some((None, _)) => object.kind() == "NetworkPolicy",
        None => false,
    }
}

/// Returns the selector of what selects pods by labels, and the labels that it asks for.
fn selector(object: &Object) -> Option<(Option<&Node>, Option<&Node>)> {
    let spec = |name| below(&object.root, &["spec", name]);
    match object.kind() {
        "Service" => {
            let selector = spec("selector")?;
            Some((Some(selector), Some(selector)))
        }
        "PodDisruptionBudget" => {
            let selector = spec("selector")?;
            Some((Some(selector), below(selector, &["matchLabels"])))
        }
        "NetworkPolicy" => {
            let selector = spec("podSelector");
            let equal = selector.and_then(|selector| below(selector, &["matchLabels"]));
            Some((selector, equal))
        }
        _ => None,
    }
}

fn pairs(labels: &Node) -> impl Iterator<Item = (&str, &str)> {
    let entries = labels.entries().iter();
    entries.filter_map(|entry| Some((&*entry.name, entry.value.as_str()?)))
}

#[cfg(test)]
mod tests {
    use crate::bundle::Bundle;

    #[test]
    fn labels_and_selectors_find_each_other() {
        let text = "\
{kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web, tier: front}}}
---
{kind: Pod, metadata: {name: db, namespace: shop, labels: {app: db}}}
---
{kind: Pod, metadata: {name: web, namespace: other, labels: {app: web, tier: front}}}
---
{kind: NetworkPolicy, metadata: {name: web, namespace: shop}, spec: {podSelector: {matchLabels: {app: web}}}}
---
{kind: NetworkPolicy, metadata: {name: front, namespace: shop}, spec: {podSelector: {matchExpressions: [{key: tier, operator: Exists}]}}}
---
{kind: NetworkPolicy, metadata: {name: all, namespace: shop}, spec: {}}
---
{kind: Service, metadata: {name: none, namespace: shop}, spec: {selector: {}}}
---
{kind: Service, metadata: {name: web, namespace: shop}, spec: {selector: {tier: front, app: web}}}
";
        let input = crate::read("f", text.as_bytes(), &yaml::Limits::default());
        let bundle = Bundle::new(&input.objects, 37);
        let labels = |index: usize| input.objects[index].pod().and_then(crate::Pod::labels);
        for (kind, index, want) in [
            ("NetworkPolicy", 0, &["web", "all", "front"][..]),
            ("NetworkPolicy", 1, &["all"]),
            ("Service", 0, &["web"]),
            ("Service", 1, &[]),
        ] {
            let found = bundle.selecting((kind, "shop"), labels(index));
            let mut found: Vec<&str> = found.map(crate::Object::name).collect();
            let mut want = want.to_vec();
            found.sort_unstable();
            want.sort_unstable();
            assert_eq!(found, want, "{kind} {index}");
        }
        let equal = labels(0).unwrap();
        let found = bundle
            .labelled("shop", equal)
            .map(|(object, _)| object.name());
        assert_eq!(found.collect::<Vec<_>>(), ["web"]);
    }
}
