//! What was let in, by namespace: the least recently let in makes room.

use std::collections::BTreeMap;

use model::Digest;

/// Pairs of a namespace and an image that are remembered.
const MOST: usize = 100_000;

/// Of what is remembered this part goes at once.
const PART: usize = 8;

/// What was let in, each with when it last was: the lowest was not for longest.
#[derive(Debug, Default)]
pub(crate) struct Admitted {
    last: BTreeMap<(String, Digest), u64>,
    count: u64,
}

impl Admitted {
    /// Takes what a store remembers, the last first.
    pub(crate) fn of(stored: Vec<(String, Digest)>) -> Self {
        let mut admitted = Self::default();
        for (namespace, digest) in stored.into_iter().rev() {
            admitted.add(&namespace, digest);
        }
        admitted
    }

    /// Whether an image was let in.
    pub(crate) fn has(&self, namespace: &str, digest: Digest) -> bool {
        self.last.contains_key(&(namespace.to_owned(), digest))
    }

    /// Remembers that an image was let in; returns whether that is new.
    pub(crate) fn add(&mut self, namespace: &str, digest: Digest) -> bool {
        self.count = self.count.saturating_add(1);
        let is_new = self
            .last
            .insert((namespace.to_owned(), digest), self.count)
            .is_none();
        if self.last.len() > MOST {
            let mut times: Vec<u64> = self.last.values().copied().collect();
            let (_, oldest, _) = times.select_nth_unstable(MOST / PART);
            let oldest = *oldest;
            self.last.retain(|_, time| *time > oldest);
        }
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_let_in_again_stays_however_many_strangers_come() {
        let digest = Digest::new([7; 32]);
        let mut admitted = Admitted::of(vec![("old".to_owned(), digest)]);
        assert!(admitted.add("shop", digest));
        for stranger in 0..150_000 {
            admitted.add(&format!("stranger-{stranger}"), digest);
            if stranger % 10_000 == 0 {
                assert!(!admitted.add("shop", digest));
            }
        }
        assert!(admitted.has("shop", digest) && admitted.has("stranger-149999", digest));
        assert!(!admitted.has("old", digest) && admitted.last.len() <= MOST);
    }
}
