//! JSON pointers (RFC 6901) that rules put together.

use std::fmt::Write as _;

use yaml::{Node, Position};

/// The way from an object to a value in it, which may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pointer(String);

impl Pointer {
    /// Takes one that is there as a text.
    pub(crate) const fn of(text: String) -> Self {
        Self(text)
    }

    /// Goes to a field.
    pub(crate) fn key(mut self, name: &str) -> Self {
        self.0.push('/');
        if !name.bytes().any(|byte| matches!(byte, b'~' | b'/')) {
            self.0.push_str(name);
            return self;
        }
        for c in name.chars() {
            match c {
                '~' => self.0.push_str("~0"),
                '/' => self.0.push_str("~1"),
                c => self.0.push(c),
            }
        }
        self
    }

    /// Goes to an item of a list, the first is 0.
    pub(crate) fn item(mut self, index: usize) -> Self {
        let _never = write!(self.0, "/{index}");
        self
    }

    /// Goes through several fields.
    pub(crate) fn below(self, names: &[&str]) -> Self {
        names.iter().fold(self, |here, name| here.key(name))
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }

    /// Returns the value, if it is there.
    pub(crate) fn node<'n>(&self, root: &'n Node) -> Option<&'n Node> {
        root.at(&self.0)
    }

    /// Returns where the value starts, or the closest thing around it that is there.
    pub(crate) fn position(&self, root: &Node) -> Position {
        let mut way = self.0.as_str();
        loop {
            if let Some(node) = root.at(way) {
                return node.position();
            }
            way = way.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_at_what_is_there() {
        let text = b"spec:\n  containers:\n  - name: a\n    x/y: {'~': 1}\n";
        let root = yaml::read_one(text, &yaml::Limits::default()).unwrap().root;
        let container = || Pointer::default().below(&["spec", "containers"]).item(0);
        for (pointer, text, place) in [
            (Pointer::default(), "", "1:1"),
            (container(), "/spec/containers/0", "3:5"),
            (
                container().key("x/y").key("~"),
                "/spec/containers/0/x~1y/~0",
                "4:16",
            ),
            (
                container().key("no").key("no"),
                "/spec/containers/0/no/no",
                "3:5",
            ),
        ] {
            assert_eq!(pointer.position(&root).to_string(), place, "{text}");
            assert_eq!(pointer.into_string(), text);
        }
    }
}
