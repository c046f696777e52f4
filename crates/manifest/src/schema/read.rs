//! A JSON schema as types: of the keywords, those that schemas of Kubernetes objects use.
//!
//! ```text
//! {"type": "object", "required": ["spec"], "properties": {"spec": {"$ref": "#/definitions/PodSpec"}}}
//! ```

use std::collections::{BTreeMap, BTreeSet};

use yaml::{Limits, Node, Problem};

use super::table::Table;
use super::types::{KINDS, Others, Type, Use};

/// Where the definitions are.
const DEFINITIONS: &str = "#/definitions/";

/// Keywords that say nothing about what is valid. `format` is one of them for kubesec's validator.
const NOTES: &[&str] = &[
    "$id",
    "$schema",
    "$comment",
    "id",
    "title",
    "description",
    "default",
    "examples",
    "format",
    "definitions",
];

/// A file that is no schema that can be read.
pub type BadSchema = Problem;

/// A schema from a file.
#[derive(Debug)]
pub struct Read {
    pub(crate) table: Table,
    /// Keywords that are not looked at, sorted: what they demand is not checked.
    pub ignored: Vec<String>,
}

impl Read {
    /// Returns the schema.
    pub fn schema(&self) -> Option<super::Schema<'_>> {
        self.table.schema(0)
    }
}

/// Reads a schema.
///
/// # Errors
/// It is no JSON, or is made in a way that is not known, such as a reference to another file.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Read, BadSchema> {
    let document = yaml::read_one(bytes, limits)?;
    let mut reader = Reader::new(&document.root);
    reader.types.push(Type::default());
    let root = reader.kind(&document.root)?;
    if let Some(first) = reader.types.first_mut() {
        *first = root;
    }
    reader.finish()?;
    Ok(Read {
        table: Table::new(reader.types),
        ignored: reader.ignored.into_iter().collect(),
    })
}

/// Reads a tree of schemas.
pub(crate) struct Reader<'n> {
    definitions: Option<&'n Node>,
    /// Numbers of the definitions that are referred to.
    pub numbers: BTreeMap<&'n str, usize>,
    /// Those that were not read yet.
    waiting: Vec<(&'n str, usize)>,
    pub types: Vec<Type>,
    ignored: BTreeSet<String>,
}

impl<'n> Reader<'n> {
    pub(crate) fn new(root: &'n Node) -> Self {
        Self {
            definitions: root.get("definitions"),
            numbers: BTreeMap::new(),
            waiting: Vec::new(),
            types: Vec::new(),
            ignored: BTreeSet::new(),
        }
    }

    /// Reads the definitions that were referred to, and those that they refer to.
    pub(crate) fn finish(&mut self) -> Result<(), BadSchema> {
        while let Some((name, number)) = self.waiting.pop() {
            let Some(node) = self.definitions.and_then(|all| all.get(name)) else {
                continue;
            };
            let kind = self.kind(node)?;
            if let Some(slot) = self.types.get_mut(number) {
                *slot = kind;
            }
        }
        Ok(())
    }

    pub(crate) fn kind(&mut self, node: &'n Node) -> Result<Type, BadSchema> {
        let mut kind = Type::default();
        for entry in node.want_entries()? {
            let value = &entry.value;
            match &*entry.name {
                "type" => kinds(value, &mut kind)?,
                "enum" => kind.texts = texts(value)?,
                "required" => kind.required = texts(value)?,
                "properties" => {
                    for field in value.want_entries()? {
                        let of = self.of(&field.value)?;
                        kind.fields.push((field.name.as_ref().into(), of));
                    }
                    kind.fields.sort_by(|(a, _), (b, _)| a.cmp(b));
                }
                "additionalProperties" => kind.others = self.others(value)?,
                "items" => kind.items = Some(self.of(value)?),
                "oneOf" => {
                    for one in value.want_items()? {
                        kind.one_of.push(self.of(one)?);
                    }
                }
                name if NOTES.contains(&name) || name.starts_with("x-") => {}
                name => {
                    self.ignored.insert(name.to_owned());
                }
            }
        }
        Ok(kind)
    }

    fn others(&mut self, node: &'n Node) -> Result<Others, BadSchema> {
        Ok(match node.as_bool() {
            Some(true) => Others::Any,
            Some(false) => Others::None,
            None => Others::Of(self.of(node)?),
        })
    }

    pub(crate) fn of(&mut self, node: &'n Node) -> Result<Use, BadSchema> {
        let Some(reference) = node.get("$ref") else {
            return Ok(Use::Inline(Box::new(self.kind(node)?)));
        };
        let name = reference
            .want_str()?
            .strip_prefix(DEFINITIONS)
            .filter(|name| self.definitions.and_then(|all| all.get(name)).is_some())
            .ok_or_else(|| reference.wrong("a reference to `#/definitions/NAME` of this file"))?;
        if let Some(number) = self.numbers.get(name) {
            return Ok(Use::Named(*number));
        }
        let number = self.types.len();
        self.numbers.insert(name, number);
        self.types.push(Type::default());
        self.waiting.push((name, number));
        Ok(Use::Named(number))
    }
}

fn kinds(node: &Node, kind: &mut Type) -> Result<(), BadSchema> {
    let names = if node.as_str().is_some() {
        std::slice::from_ref(node)
    } else {
        node.want_items()?
    };
    for name in names {
        let text = name.want_str()?;
        if !kind.kinds.add(|(_, known)| *known == text) {
            let known = KINDS.map(|(_, known)| known).join(", ");
            return Err(name.wrong(&format!("one of {known}")));
        }
    }
    Ok(())
}

fn texts(node: &Node) -> Result<Vec<Box<str>>, BadSchema> {
    node.want_items()?
        .iter()
        .map(|text| text.want_str().map(Into::into))
        .collect()
}
