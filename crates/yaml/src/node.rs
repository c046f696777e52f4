//! A value of a document: what it is and where it stands.

use std::fmt;
use std::sync::Arc;

use crate::Position;
use crate::scalar::Scalar;

/// A value of a document; a handle that is cheap to clone.
///
/// Walking a whole tree costs at most [`crate::Limits::nodes`] and
/// [`crate::Limits::alias_nodes`]: aliases share what they stand for.
#[derive(Clone, PartialEq)]
pub struct Node {
    position: Place,
    end: Place,
    pub(crate) data: Arc<Data>,
    pub(crate) is_alias: bool,
    pub(crate) is_anchor: bool,
}

/// A position in half the room: there are millions of nodes, and no file of 4 GiB.
#[derive(Clone, Copy, PartialEq)]
struct Place {
    offset: u32,
    line: u32,
    column: u32,
}

impl From<Position> for Place {
    fn from(position: Position) -> Self {
        let number = |number| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            offset: number(position.offset),
            line: number(position.line),
            column: number(position.column),
        }
    }
}

impl From<Place> for Position {
    fn from(place: Place) -> Self {
        let number = |number| usize::try_from(number).unwrap_or(usize::MAX);
        Self {
            offset: number(place.offset),
            line: number(place.line),
            column: number(place.column),
        }
    }
}

#[derive(Debug, PartialEq)]
pub(crate) struct Data {
    pub content: Content,
    /// Values and keys in it, itself included, aliases followed; a long text counts as several.
    pub size: usize,
    /// Collections in collections, itself included, aliases followed.
    pub depth: usize,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Content {
    Scalar {
        value: Scalar,
        /// Shared with the name of the entry whose key it is.
        text: Arc<str>,
        /// Whether it may be a merge key, that is neither quoted nor tagged.
        is_plain: bool,
    },
    Sequence(Vec<Node>),
    Mapping {
        written: Vec<Entry>,
        /// What counts, where that is not what is written.
        effective: Option<Vec<Entry>>,
    },
}

/// Bytes of a text that cost as much as a value.
const TEXT_BYTES: usize = 64;

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key as Kubernetes prints it: the plain key `on` is `true`, `0x1F` is `31`.
    pub name: Arc<str>,
    /// The key.
    pub key: Node,
    /// The value.
    pub value: Node,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind<'a> {
    /// Nothing, `~` or `null`.
    Null,
    /// A truth, also as `yes` or `off`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// An integer beyond `i64`.
    UInt(u64),
    /// Any other number; finite, unless it is a key.
    Float(f64),
    /// A text.
    Text(&'a str),
    /// A list.
    Sequence(&'a [Node]),
    /// A mapping, as [`Node::entries`].
    Mapping(&'a [Entry]),
}

impl Kind<'_> {
    /// Returns the kind for people, with its article.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a truth value",
            Self::Int(_) | Self::UInt(_) | Self::Float(_) => "a number",
            Self::Text(_) => "a text",
            Self::Sequence(_) => "a list",
            Self::Mapping(_) => "a mapping",
        }
    }
}

impl Content {
    /// Returns the nodes that are written in a collection.
    fn nodes(&self) -> impl Iterator<Item = &Node> {
        let (items, entries) = match self {
            Self::Scalar { .. } => (&[][..], &[][..]),
            Self::Sequence(items) => (items.as_slice(), &[][..]),
            Self::Mapping { written, .. } => (&[][..], written.as_slice()),
        };
        items
            .iter()
            .chain(entries.iter().flat_map(|entry| [&entry.key, &entry.value]))
    }
}

impl Data {
    pub(crate) fn new(content: Content) -> Self {
        let (mut size, mut depth) = match &content {
            Content::Scalar { text, .. } => (1 + text.len() / TEXT_BYTES, 0),
            Content::Sequence(_) | Content::Mapping { .. } => (1, 1),
        };
        for node in content.nodes() {
            size += node.data.size;
            depth = depth.max(1 + node.data.depth);
        }
        Self {
            content,
            size,
            depth,
        }
    }
}

impl Node {
    pub(crate) fn new(position: Position, end: Position, data: Arc<Data>) -> Self {
        Self {
            position: position.into(),
            end: end.into(),
            data,
            is_alias: false,
            is_anchor: false,
        }
    }

    /// Returns an alias for this node.
    pub(crate) fn alias(&self, position: Position, end: Position) -> Self {
        Self {
            position: position.into(),
            end: end.into(),
            data: Arc::clone(&self.data),
            is_alias: true,
            is_anchor: false,
        }
    }

    /// Returns this mapping with one more entry, which stands where the mapping starts; it itself if it
    /// is none.
    #[must_use]
    pub fn with_text(&self, name: &str, text: &str) -> Self {
        let Content::Mapping { written, effective } = &self.data.content else {
            return self.clone();
        };
        let scalar = |text: &str| {
            let (value, text) = (Scalar::Text, text.into());
            let is_plain = false;
            let content = Content::Scalar {
                value,
                text,
                is_plain,
            };
            Self::new(
                self.position(),
                self.position(),
                Arc::new(Data::new(content)),
            )
        };
        let entry = Entry {
            name: name.into(),
            key: scalar(name),
            value: scalar(text),
        };
        let with = |entries: &Vec<Entry>| {
            let entry = std::iter::once(entry.clone());
            entry.chain(entries.iter().cloned()).collect()
        };
        let content = Content::Mapping {
            written: with(written),
            effective: effective.as_ref().map(with),
        };
        Self {
            data: Arc::new(Data::new(content)),
            ..self.clone()
        }
    }

    /// Returns where it starts. An alias stands where the `*` is, what is in it where the anchor is.
    pub fn position(&self) -> Position {
        self.position.into()
    }

    /// Returns the place behind its last character.
    pub fn end(&self) -> Position {
        self.end.into()
    }

    /// Whether it is written elsewhere, at an anchor.
    pub const fn is_alias(&self) -> bool {
        self.is_alias
    }

    /// Whether it has an anchor, so that it may stand elsewhere, too.
    pub const fn is_anchor(&self) -> bool {
        self.is_anchor
    }

    /// Returns what it is.
    pub fn kind(&self) -> Kind<'_> {
        match &self.data.content {
            Content::Scalar { value, text, .. } => match value {
                Scalar::Null => Kind::Null,
                Scalar::Bool(value) => Kind::Bool(*value),
                Scalar::Int(value) => Kind::Int(*value),
                Scalar::UInt(value) => Kind::UInt(*value),
                Scalar::Float(value) => Kind::Float(*value),
                Scalar::Text => Kind::Text(text),
                Scalar::Decoded(text) => Kind::Text(text),
            },
            Content::Sequence(items) => Kind::Sequence(items),
            Content::Mapping { written, effective } => {
                Kind::Mapping(effective.as_ref().unwrap_or(written))
            }
        }
    }

    /// Returns its text as the name of an entry; none if it is no text as it is written.
    pub(crate) fn shared_text(&self) -> Option<Arc<str>> {
        match &self.data.content {
            Content::Scalar {
                value: Scalar::Text,
                text,
                ..
            } => Some(Arc::clone(text)),
            Content::Scalar { .. } | Content::Sequence(_) | Content::Mapping { .. } => None,
        }
    }

    /// Returns a scalar as it is written, escapes and quotes resolved: `0777` for the number 511.
    pub fn text(&self) -> Option<&str> {
        match &self.data.content {
            Content::Scalar { text, .. } => Some(text),
            Content::Sequence(_) | Content::Mapping { .. } => None,
        }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        self.kind() == Kind::Null
    }

    /// Returns the text of a text; a number is none.
    pub fn as_str(&self) -> Option<&str> {
        if let Kind::Text(text) = self.kind() {
            Some(text)
        } else {
            None
        }
    }

    /// Returns the truth value of one.
    pub fn as_bool(&self) -> Option<bool> {
        if let Kind::Bool(value) = self.kind() {
            Some(value)
        } else {
            None
        }
    }

    /// Returns the integer of one, also of one that is written as `1e3` or `1.0`.
    pub fn as_int(&self) -> Option<i64> {
        if let Kind::Float(value) = self.kind() {
            return crate::to_json::whole(value)?.as_i64();
        }
        if let Kind::Int(value) = self.kind() {
            Some(value)
        } else {
            None
        }
    }

    /// Returns the items of a list; of all else, none.
    pub fn items(&self) -> &[Self] {
        if let Kind::Sequence(items) = self.kind() {
            items
        } else {
            &[]
        }
    }

    /// Returns what Kubernetes makes of a mapping: merges resolved, names unique; of all else, none.
    ///
    /// They are in the order in which they stand in the file, merged ones where the `<<` is.
    pub fn entries(&self) -> &[Entry] {
        if let Kind::Mapping(entries) = self.kind() {
            entries
        } else {
            &[]
        }
    }

    /// Returns all that is written in a mapping: `<<` and duplicate keys too.
    pub fn written(&self) -> &[Entry] {
        match &self.data.content {
            Content::Mapping { written, .. } => written,
            Content::Scalar { .. } | Content::Sequence(_) => &[],
        }
    }

    /// Returns the entry of a name.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| &*entry.name == name)
    }

    /// Returns the value of a name.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.entry(name).map(|entry| &entry.value)
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.position(), self.data.content)
    }
}
