//! Files that lie in an image twice, by their content.

use model::{Content, Entry};

use crate::input::Input;
use crate::sum::SMALL;

/// Files that are not small, as far as their sums are known.
#[derive(Debug, Default)]
pub(crate) struct Copies {
    /// Size and sum, and where the bytes lie: hard links have one place.
    files: Vec<((u64, u32), Content)>,
}

impl Copies {
    /// Looks at a regular file that a container sees.
    pub(crate) fn look(&mut self, input: &Input<'_>, entry: &Entry) {
        if entry.size <= u64::try_from(SMALL).unwrap_or(u64::MAX) {
            return;
        }
        let layer = usize::from(entry.content.layer);
        let notes = input.notes.get(layer).copied().flatten();
        let sum = notes.and_then(|notes| notes.sums.get(&entry.content.entry));
        if let Some(sum) = sum {
            self.files.push(((entry.size, *sum), entry.content));
        }
    }

    /// Returns the bytes of each of `layers` layers that other files hold, too: of equal files, which are
    /// no links, the first of the lowest layer does not count.
    pub(crate) fn bytes(&self, layers: usize) -> Vec<u64> {
        let mut files = self.files.clone();
        files.sort_unstable();
        files.dedup();
        let mut bytes = vec![0_u64; layers];
        for [(before, _), (content, place)] in files.array_windows() {
            let layer = bytes.get_mut(usize::from(place.layer));
            if let Some(bytes) = layer.filter(|_| before == content) {
                *bytes = bytes.saturating_add(content.0);
            }
        }
        bytes
    }
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
