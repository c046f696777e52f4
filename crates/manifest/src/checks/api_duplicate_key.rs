//! A key that stands twice in a mapping.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "API-DUPLICATE-KEY",
        title: "key stands twice",
        severity: Severity::Medium,
        concern: "the last one counts, without a word: a reviewer who reads the first one sees \
                  something else than what runs",
        fix: "remove all but the one that is meant",
        maps_to: &[],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec: {hostNetwork: true, hostNetwork: false}
",
        "\
apiVersion: v1
kind: List
items:
- {kind: Pod, apiVersion: v1, metadata: {name: a, name: b}}
- {kind: Pod, apiVersion: v1}
",
    ],
    good: &["\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec: {hostNetwork: false}
"],
};

/// The way to a value is searched from the top; who has so many has a file made by a program.
const MOST: usize = 100;

fn ask(object: &Object, hits: &mut Hits<'_>) {
    let (from, to) = (object.root.position().offset, object.root.end().offset);
    let bundle = hits.bundle;
    let mut found = 0;
    for duplicate in object.duplicates.iter().take_while(|_| bundle.spend()) {
        // those of a list are those of all its items
        if !(from..to).contains(&duplicate.again.offset) {
            continue;
        }
        found += 1;
        if found > MOST {
            break;
        }
        let name = quoted(&duplicate.name);
        let message = format!(
            "{name} stands here again, and in line {} first",
            duplicate.first.line
        );
        let at = pointer_to(&object.root, duplicate.again.offset, Pointer::default());
        hits.push(Hit::new(at, message));
    }
}

/// Returns the way to the value whose key is at an offset, or to the mapping that it is in.
fn pointer_to(node: &Node, offset: usize, at: Pointer) -> Pointer {
    let holds = |node: &Node| (node.position().offset..node.end().offset).contains(&offset);
    for entry in node.entries() {
        if entry.key.position().offset == offset || holds(&entry.value) {
            return pointer_to(&entry.value, offset, at.key(&entry.name));
        }
    }
    for (index, item) in node.items().iter().enumerate() {
        if holds(item) {
            return pointer_to(item, offset, at.item(index));
        }
    }
    at
}
