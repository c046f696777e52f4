//! JSON pointers (RFC 6901) into a tree: `/spec/containers/0`.

use std::borrow::Cow;

use crate::Node;

impl Node {
    /// Returns what a JSON pointer points at; the empty one points at the node itself.
    pub fn at(&self, pointer: &str) -> Option<&Self> {
        let mut here = self;
        if pointer.is_empty() {
            return Some(here);
        }
        for part in pointer.strip_prefix('/')?.split('/') {
            here = here.get(&unescaped(part)).or_else(|| here.item(part))?;
        }
        Some(here)
    }

    fn item(&self, index: &str) -> Option<&Self> {
        let is_index = index == "0" || !index.starts_with(['0', '+']);
        self.items()
            .get(is_index.then(|| index.parse::<usize>().ok())??)
    }
}

fn unescaped(part: &str) -> Cow<'_, str> {
    if part.contains('~') {
        Cow::Owned(part.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(part)
    }
}
