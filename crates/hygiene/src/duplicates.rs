//! Files that lie in an image twice, by their content.

use std::collections::{BTreeMap, BTreeSet};

use model::{Content, EntryKind};

use crate::input::Input;
use crate::sum::SMALL;

/// Returns the bytes of each layer that other files hold, too: of equal files, which all are seen by a
/// container and are no links, the first of the lowest layer does not count.
pub(crate) fn find(input: &Input<'_>) -> Vec<u64> {
    // by size and sum, where the bytes lie: hard links have one place
    let mut equal: BTreeMap<(u64, u32), BTreeSet<Content>> = BTreeMap::new();
    let small = u64::try_from(SMALL).unwrap_or(u64::MAX);
    input.tree.walk(|_, entry, _| {
        if entry.kind != EntryKind::File || entry.size <= small {
            return;
        }
        let layer = usize::from(entry.content.layer);
        let notes = input.notes.get(layer).copied().flatten();
        let sum = notes.and_then(|notes| notes.sums.get(&entry.content.entry));
        if let Some(sum) = sum {
            let places = equal.entry((entry.size, *sum)).or_default();
            places.insert(entry.content);
        }
    });
    let mut bytes = vec![0_u64; input.layers.len()];
    for ((size, _), places) in equal {
        for place in places.into_iter().skip(1) {
            if let Some(bytes) = bytes.get_mut(usize::from(place.layer)) {
                *bytes = bytes.saturating_add(size);
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use crate::example::told;

    #[test]
    fn copies_count_where_they_lie() {
        for (text, want) in [
            (
                "COPY a /\n/a 0644 1MB sum:1\n/b 0644 1MB sum:2\nCOPY b /\n/c 0644 1MB sum:1",
                &[0, 1_000_000][..],
            ),
            ("COPY a /\n/a 0644 1MB sum:1\n/b 0644 2MB sum:1", &[0]),
            ("COPY a /\n/a 0644 1kB sum:1\n/b 0644 1kB sum:1", &[0]),
            ("COPY a /\n/a 0644 1MB sum:1\n/b -> a", &[0]),
            ("COPY a /\n/a 0644 1MB sum:1\n/b => /a\n/c => /a", &[0]),
            (
                "COPY a /\n/a 0644 1MB sum:1\nCOPY b /\n/a 0644 1MB sum:1",
                &[0, 0],
            ),
        ] {
            let layers = told(text).0.layers;
            let bytes: Vec<u64> = layers.iter().map(|it| it.duplicate_bytes).collect();
            assert_eq!(bytes, want, "{text}");
        }
    }
}
