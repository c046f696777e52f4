//! Is an object valid? In the words of the validator that kubesec uses.
//!
//! Source of truth: `kubeconform` 0.7.0 with strict schemas.

use std::fmt::Write as _;

use yaml::{Document, Kind, Node};

use super::go;
use crate::schema::{self, Read};

/// Where schemas are found.
#[derive(Debug)]
pub struct Schemas {
    /// The folder of the schemas of a version: `master-standalone-strict`.
    pub version_folder: String,
    /// Where they are.
    pub source: Source,
}

/// Where schemas are found.
pub enum Source {
    /// In the table that is built in, if it is of this version.
    BuiltIn,
    /// Outside: given the group and version and the kind, returns the address of a schema, and the
    /// schema.
    Outside(Box<Find>),
}

/// Finds a schema outside.
pub type Find = dyn Fn(&str, &str) -> Option<(String, std::sync::Arc<Read>)> + Send + Sync;

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::BuiltIn => "BuiltIn",
            Self::Outside(_) => "Outside",
        })
    }
}

/// Returns the version that a folder of schemas is named by: `v1.31.0` for `1.31.0`, else as it is.
pub fn normalized(version: &str) -> String {
    let is_number = version.starts_with(|c: char| c.is_ascii_digit());
    let v = if is_number { "v" } else { "" };
    format!("{v}{version}")
}

impl Schemas {
    /// Returns the schemas of a version; without one, of the newest.
    pub fn new(version: Option<&str>, source: Source) -> Self {
        let version = normalized(version.unwrap_or("master"));
        Self {
            version_folder: format!("{version}-standalone-strict"),
            source,
        }
    }

    /// Whether the version is built in: the newest, or that of the table.
    pub fn is_built_in(&self) -> bool {
        let version = self.version_folder.trim_end_matches("-standalone-strict");
        version == "master" || version.strip_prefix('v') == Some(schema::BUILT_IN_VERSION)
    }

    /// Returns the message about a value that does not fit, empty if it fits; none without a schema.
    fn check(&self, api_version: &str, kind: &str, root: &Node) -> Option<String> {
        let (address, found) = match &self.source {
            Source::BuiltIn => {
                let file = schema::file_name(api_version, kind);
                let schema = schema::built_in(&file).filter(|_| self.is_built_in())?;
                let address = format!("builtin:///{}/{file}", self.version_folder);
                (address, schema::check(schema, root))
            }
            Source::Outside(find) => {
                let (address, read) = find(api_version, kind)?;
                (address, schema::check(read.schema()?, root))
            }
        };
        if found.is_empty() {
            return Some(String::new());
        }
        let mut message = format!(
            "problem validating schema. Check JSON formatting: jsonschema validation failed with '{address}#'"
        );
        for why in found {
            let _infallible = write!(message, " - {why}");
        }
        message.push('\n');
        Some(message)
    }
}

/// Returns what is wrong with an object, or with the items of a list; empty if nothing is.
pub(super) fn message(root: &Node, schemas: &Schemas) -> String {
    let is_list = signature(root).is_ok_and(|(_, kind)| kind.eq_ignore_ascii_case("list"));
    if !is_list {
        return of_one(root, schemas);
    }
    let items = root.get("items").map(Node::items).unwrap_or_default();
    items.iter().map(|item| of_one(item, schemas)).collect()
}

fn of_one(root: &Node, schemas: &Schemas) -> String {
    let what = match root.kind() {
        Kind::Null => return String::new(),
        Kind::Mapping(_) => "",
        Kind::Sequence(_) => "array",
        Kind::Text(_) => "string",
        Kind::Bool(_) => "bool",
        Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) => "number",
    };
    if !what.is_empty() {
        return format!(
            "error unmarshalling resource: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {what} into Go value of type map[string]interface {{}}"
        );
    }
    match signature(root) {
        Err(missing) => format!("error while parsing: missing '{missing}' key"),
        Ok((api_version, kind)) => schemas
            .check(&api_version, &kind, root)
            .unwrap_or_else(|| format!("could not find schema for {kind}")),
    }
}

/// Returns the group and version, and the kind; numbers count as the texts that they are written as.
///
/// # Errors
/// The name of the one that is missing.
fn signature(root: &Node) -> Result<(String, String), &'static str> {
    let text = |name: &'static str| {
        let text = root.get(name).filter(|node| !node.is_null()).map(go::text);
        text.filter(|text| !text.is_empty()).ok_or(name)
    };
    let kind = text("kind")?;
    Ok((text("apiVersion")?, kind))
}

/// Returns the message about keys that are there twice.
pub(super) fn duplicates(document: &Document) -> String {
    let mut again: Vec<_> = document
        .duplicates
        .iter()
        .map(|duplicate| (duplicate.again, &duplicate.name))
        .collect();
    again.sort();
    let mut message =
        "error unmarshalling resource: error converting YAML to JSON: yaml: unmarshal errors:"
            .to_owned();
    for (place, name) in again {
        let line = place.line;
        let _infallible = write!(
            message,
            "\n  line {line}: key \"{name}\" already set in map"
        );
    }
    message
}
