//! What images have in common, kept once: the same flaw of the same package, the programs of one base.

use std::collections::BTreeSet;
use std::sync::Arc;

use policy::image_policy::{Found, ImageFacts};

/// What a reference in a set takes, about.
const BESIDE: usize = 32;

/// What is shared.
#[derive(Debug, Default)]
pub(super) struct Shared {
    found: BTreeSet<Arc<Found>>,
    programs: BTreeSet<Arc<str>>,
    bytes: usize,
}

impl Shared {
    /// Replaces what is there already by that; keeps the rest for those who come.
    pub(super) fn share(&mut self, facts: &mut ImageFacts) {
        for it in &mut facts.found {
            if let Some(same) = self.found.get(it) {
                *it = Arc::clone(same);
            } else {
                self.bytes = self.bytes.saturating_add(found_bytes(it));
                self.found.insert(Arc::clone(it));
            }
        }
        facts.found.shrink_to_fit();
        self.share_programs(facts);
        for other in &mut facts.others {
            self.share_programs(other);
        }
    }

    fn share_programs(&mut self, facts: &mut ImageFacts) {
        let running = facts.running.as_mut();
        let lists = running.map(|it| [it.programs.as_mut(), it.elsewhere.as_mut()]);
        for programs in lists.into_iter().flatten().flatten() {
            if let Some(same) = self.programs.get(programs) {
                *programs = Arc::clone(same);
            } else {
                self.bytes = self.bytes.saturating_add(text_bytes(programs));
                self.programs.insert(Arc::clone(programs));
            }
        }
    }

    /// Lets go what nobody else has any more.
    pub(super) fn sweep(&mut self) {
        self.found.retain(|it| Arc::strong_count(it) > 1);
        self.programs.retain(|it| Arc::strong_count(it) > 1);
        let found = self.found.iter().map(found_bytes);
        let programs = self.programs.iter().map(text_bytes);
        self.bytes = found.chain(programs).fold(0, usize::saturating_add);
    }

    /// Returns about how many bytes it takes.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }
}

fn found_bytes(found: &Arc<Found>) -> usize {
    found.bytes().saturating_add(BESIDE)
}

fn text_bytes(text: &Arc<str>) -> usize {
    text.len().saturating_add(BESIDE)
}
