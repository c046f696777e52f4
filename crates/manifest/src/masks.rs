//! What excerpts do not show: the values in which a rule saw a secret. Whoever reads a log of CI sees
//! where it is, not what it is.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use model::Misconfiguration;
use yaml::{Kind, Node};

use crate::pointer::Pointer;
use crate::{Object, Source};

/// The bytes of each source that hold secrets.
#[derive(Debug, Default)]
pub(crate) struct Masks(BTreeMap<*const Source, Vec<Range<usize>>>);

impl Masks {
    /// Hides all values at a place of an object.
    pub(crate) fn add(&mut self, object: &Object, at: &Pointer) {
        if let Some(node) = at.node(&object.root) {
            let of_source = self.0.entry(Arc::as_ptr(&object.source)).or_default();
            hide(node, of_source);
        }
    }

    /// Masks the excerpts of findings: all of a line that is hidden, whatever rule shows it.
    pub(crate) fn apply(mut self, found: &mut [(&Object, Misconfiguration)]) {
        for hidden in self.0.values_mut() {
            hidden.sort_by_key(|range| range.start);
            hidden.dedup();
        }
        for (object, what) in found {
            if let Some(hidden) = self.0.get(&Arc::as_ptr(&object.source)) {
                let at = Pointer::of(what.spot.pointer.clone());
                let offset = at.position(&object.root).offset;
                what.spot.excerpt = object.source.line(offset, hidden);
            }
        }
    }
}

/// Notes where the scalars of a value are written.
fn hide(node: &Node, hidden: &mut Vec<Range<usize>>) {
    match node.kind() {
        Kind::Sequence(items) => items.iter().for_each(|item| hide(item, hidden)),
        Kind::Mapping(entries) => entries.iter().for_each(|entry| hide(&entry.value, hidden)),
        Kind::Null
        | Kind::Bool(_)
        | Kind::Int(_)
        | Kind::UInt(_)
        | Kind::Float(_)
        | Kind::Text(_) => hidden.push(node.position().offset..node.end().offset),
    }
}

#[cfg(test)]
mod tests {
    use crate::judge::{Settings, judge};

    #[test]
    fn no_excerpt_shows_a_secret() {
        for (text, shown) in [
            (
                "kind: Pod\nspec:\n  containers:\n  - {name: a, env: [{name: DB_PASSWORD, value: 'hünter22'}], image: b}\n",
                "  - {name: a, env: [{name: DB_PASSWORD, value: **********}], image: b}",
            ),
            (
                "kind: Pod\nspec:\n  containers:\n  - name: a\n    args: [--password, hunter22]\n",
                "    args: [**********, ********]",
            ),
            (
                "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData: {password: hunter22}\n",
                "stringData: {password: ********}",
            ),
            (
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {DB_PASSWORD: hunter22}\n",
                "data: {DB_PASSWORD: ********}",
            ),
            (
                "kind: Pod\nmetadata: {annotations: {a/b: 'postgres://app:hunter22@db/app'}}\n",
                "metadata: {annotations: {a/b: ********************************}}",
            ),
        ] {
            let input = crate::read("f", text.as_bytes(), &yaml::Limits::default());
            let verdict = judge(&input.objects, &Settings::default());
            let mut excerpts = verdict.found.iter().map(|(_, what)| &*what.spot.excerpt);
            assert!(
                excerpts.clone().any(|excerpt| excerpt == shown),
                "{:?}",
                excerpts.collect::<Vec<_>>()
            );
            assert!(
                excerpts.all(|it| !it.contains("unter22") && !it.contains("nter22")),
                "{text}"
            );
        }
    }
}
