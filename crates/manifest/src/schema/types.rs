//! What a value may be: a type of the table.

/// A type.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Type {
    /// What it may be; empty if that does not matter.
    pub kinds: Kinds,
    /// The texts it may be; none if that does not matter.
    pub texts: Vec<Box<str>>,
    /// Names that must be there, in the order in which they are missed.
    pub required: Vec<Box<str>>,
    /// Types of the values of these names, sorted.
    pub fields: Vec<(Box<str>, Use)>,
    /// What other names may be there.
    pub others: Others,
    /// Type of the items of a list.
    pub items: Option<Use>,
    /// Types of which exactly one must fit; any, if there are none.
    pub one_of: Vec<Use>,
}

/// Names without a type of their own.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Others {
    #[default]
    Any,
    None,
    Of(Use),
}

/// A type where it is used.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Use {
    /// Its number in the table.
    Named(usize),
    Inline(Box<Type>),
}

/// A set of the kinds of JSON values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Kinds(u8);

/// The kinds: the letter in the table and the name in JSON schemas, in the order of messages.
pub(crate) const KINDS: [(char, &str); 7] = [
    ('n', "null"),
    ('b', "boolean"),
    ('#', "number"),
    ('i', "integer"),
    ('s', "string"),
    ('a', "array"),
    ('o', "object"),
];

impl Kinds {
    /// Adds the kind for which `is_it` holds; false if there is none.
    pub(crate) fn add(&mut self, is_it: impl Fn(&(char, &str)) -> bool) -> bool {
        let Some(index) = KINDS.iter().position(is_it) else {
            return false;
        };
        self.0 |= 1 << index;
        true
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether it has the kind of this letter.
    pub(crate) fn has(self, letter: char) -> bool {
        self.iter().any(|(kind, _)| kind == letter)
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = (char, &'static str)> {
        let all = KINDS.into_iter().enumerate();
        all.filter(move |(index, _)| self.0 & (1 << index) != 0)
            .map(|(_, kind)| kind)
    }
}

impl Type {
    /// Returns the type of the value of a name.
    pub(crate) fn field(&self, name: &str) -> Option<&Use> {
        let place = self
            .fields
            .binary_search_by(|(field, _)| (**field).cmp(name))
            .ok()?;
        self.fields.get(place).map(|(_, of)| of)
    }
}
