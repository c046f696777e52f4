//! The shape of a file: which keys it may have, of what kind, and what they mean.
//!
//! One table says it for the reader, for its problems and for the JSON schema.

use serde_json::{Map, Value, json};
use yaml::{Node, Problem};

use super::glob::glob;
use super::names::NamePattern;
use super::span::{days, span};
use super::spelling;
use super::verdict::steers;

/// The keys of a mapping.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) fields: &'static [Field],
}

/// A key of a mapping.
#[derive(Debug)]
pub(super) struct Field {
    name: &'static str,
    kind: Kind,
    is_required: bool,
    /// Whether its list may not be empty: nothing would fit.
    is_some: bool,
    help: &'static str,
}

/// What a value must be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// A text that is not empty.
    Text,
    /// A text of one line, fit for logs, metrics and annotations as it is.
    Line,
    /// A list of texts.
    Texts,
    /// A list of patterns.
    Patterns,
    /// A list of patterns of image names.
    Names,
    /// A list of patterns of namespaces.
    Namespaces,
    /// A list of patterns of tags.
    Tags,
    /// True or false.
    Truth,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A list of these words.
    ListOf(&'static [&'static str]),
    /// A span of time: `14d`.
    Span,
    /// A span of whole days: `14d`, `48h`.
    Days,
    /// A day: `2027-06-30`.
    Day,
    /// A number from 0 to 1.
    Fraction,
    /// Labels: names to patterns.
    Labels,
    /// A mapping of this shape.
    Object(&'static Shape),
    /// A list of mappings of this shape.
    Objects(&'static Shape),
}

/// Words for severities, the worst last.
pub(super) const SEVERITIES: &[&str] = &["unknown", "low", "medium", "high", "critical"];

impl Field {
    /// A key that may be there.
    pub(super) const fn new(name: &'static str, kind: Kind, help: &'static str) -> Self {
        Self {
            name,
            kind,
            is_required: false,
            is_some: false,
            help,
        }
    }

    /// A key that must be there.
    pub(super) const fn required(name: &'static str, kind: Kind, help: &'static str) -> Self {
        Self {
            is_required: true,
            ..Self::new(name, kind, help)
        }
    }

    /// A key whose list names who or what fits: an empty one would fit nothing.
    pub(super) const fn some(self) -> Self {
        Self {
            is_some: true,
            ..self
        }
    }

    fn check(&self, value: &Node, problems: &mut Vec<Problem>) {
        let is_empty = |items: &[Node]| items.is_empty();
        if self.is_some && value.want_items().is_ok_and(is_empty) {
            let why = format!(
                "`{}` is an empty list, which nothing fits: leave it out, or say what fits",
                self.name
            );
            problems.push(Problem::new(value.position(), why));
        }
        self.kind.check(value, problems);
    }
}

impl Shape {
    /// Adds what is wrong with a mapping to the problems.
    pub(super) fn check(&self, node: &Node, problems: &mut Vec<Problem>) {
        self.check_without("", node, problems);
    }

    /// The same, but for the value of one key, which somebody else checks.
    pub(super) fn check_without(&self, other: &str, node: &Node, problems: &mut Vec<Problem>) {
        let names: Vec<&str> = self.fields.iter().map(|field| field.name).collect();
        if let Err(problem) = node.want_only(&names) {
            problems.push(problem);
            return;
        }
        self.check_values(other, node, problems);
    }

    /// Checks the values of its keys; who else may be there, somebody else knows.
    pub(super) fn check_values(&self, other: &str, node: &Node, problems: &mut Vec<Problem>) {
        for field in self.fields.iter().filter(|field| field.name != other) {
            match node.get(field.name) {
                Some(value) => field.check(value, problems),
                None if field.is_required => problems.extend(node.want(field.name).err()),
                None => {}
            }
        }
    }

    /// Returns its JSON schema.
    pub(super) fn schema(&self) -> Value {
        let mut properties = Map::new();
        for field in self.fields {
            let mut schema = field.kind.schema();
            if let Value::Object(schema) = &mut schema {
                schema.insert("description".to_owned(), Value::from(field.help));
                if field.is_some {
                    schema.insert("minItems".to_owned(), Value::from(1));
                }
            }
            properties.insert(field.name.to_owned(), schema);
        }
        let required = self.fields.iter().filter(|field| field.is_required);
        let required: Vec<&str> = required.map(|field| field.name).collect();
        let mut schema = json!({
            "type": "object",
            "additionalProperties": false,
            "properties": properties,
        });
        if let (Value::Object(schema), false) = (&mut schema, required.is_empty()) {
            schema.insert("required".to_owned(), Value::from(required));
        }
        schema
    }
}

/// Tells why a text of a list fits nothing.
type Told = fn(&str) -> Result<(), String>;

impl Kind {
    pub(super) fn check(self, node: &Node, problems: &mut Vec<Problem>) {
        if let Self::Object(shape) = self {
            return shape.check(node, problems);
        }
        if let Self::Objects(shape) = self {
            match node.want_items() {
                Ok(items) => items.iter().for_each(|item| shape.check(item, problems)),
                Err(problem) => problems.push(problem),
            }
            return;
        }
        match self.of_each() {
            Some(fits) => told_each(node, fits, problems),
            None => problems.extend(self.of_value(node).err()),
        }
    }

    /// Returns what tells why a text of a list fits nothing, for lists of which each is told.
    fn of_each(self) -> Option<Told> {
        match self {
            Self::Names => Some(|text| NamePattern::read(text).map(drop)),
            Self::Namespaces => Some(spelling::of_namespace),
            Self::Tags => Some(spelling::of_tag),
            Self::Text
            | Self::Line
            | Self::Texts
            | Self::Patterns
            | Self::Truth
            | Self::OneOf(_)
            | Self::ListOf(_)
            | Self::Span
            | Self::Days
            | Self::Day
            | Self::Fraction
            | Self::Labels
            | Self::Object(_)
            | Self::Objects(_) => None,
        }
    }

    fn of_value(self, node: &Node) -> Result<(), Problem> {
        let is = |is: bool, want: &str| if is { Ok(()) } else { Err(node.wrong(want)) };
        let text = node.text().unwrap_or_default().trim();
        let each = |fits: &dyn Fn(&str) -> bool, want: &str| -> Result<(), Problem> {
            for item in node.want_items()? {
                if !item.want_str().is_ok_and(fits) {
                    return Err(item.wrong(want));
                }
            }
            Ok(())
        };
        match self {
            Self::Text => is(
                node.as_str().is_some() && !text.is_empty(),
                "a text that is not empty",
            ),
            Self::Line => is(
                node.as_str().is_some() && !text.is_empty() && !text.contains(steers),
                "a text of one line, without control characters",
            ),
            Self::Texts => each(&|text| !text.trim().is_empty(), "a text that is not empty"),
            Self::Patterns => each(
                &|text| glob(text, false).is_some(),
                "a pattern such as `shop-*`",
            ),
            Self::Truth => node.want_bool().map(drop),
            Self::OneOf(words) => is(
                words.contains(&text),
                &format!("one of `{}`", words.join("`, `")),
            ),
            Self::ListOf(words) => each(
                &|text| words.contains(&text.trim()),
                &format!("one of `{}`", words.join("`, `")),
            ),
            Self::Span => is(
                span(text).is_some(),
                "a span of time such as `14d` or `12h`",
            ),
            Self::Days => is(
                days(text).is_some(),
                "a span of whole days such as `14d` or `48h`",
            ),
            Self::Day => is(
                text.parse::<jiff::civil::Date>().is_ok(),
                "a day such as 2027-06-30",
            ),
            Self::Fraction => of_fraction(node, text),
            Self::Labels => {
                for entry in node.want_entries()? {
                    let is_pattern = entry
                        .value
                        .text()
                        .is_some_and(|text| glob(text, false).is_some());
                    is(is_pattern, "labels with patterns of their values")?;
                }
                Ok(())
            }
            Self::Names | Self::Namespaces | Self::Tags | Self::Object(_) | Self::Objects(_) => {
                Ok(())
            }
        }
    }

    fn schema(self) -> Value {
        match self {
            Self::Text | Self::Line => json!({"type": "string", "minLength": 1}),
            Self::Texts | Self::Patterns | Self::Names | Self::Namespaces | Self::Tags => {
                json!({"type": "array", "items": {"type": "string", "minLength": 1}})
            }
            Self::Truth => json!({"type": "boolean"}),
            Self::OneOf(words) => json!({"enum": words}),
            Self::ListOf(words) => json!({"type": "array", "items": {"enum": words}}),
            Self::Span => json!({"type": "string", "pattern": "^[0-9]+[smhd]$"}),
            Self::Days => json!({"type": "string", "pattern": "^[0-9]+[hd]$"}),
            Self::Day => json!({"type": "string", "format": "date"}),
            Self::Fraction => json!({"type": "number", "minimum": 0, "maximum": 1}),
            Self::Labels => json!({"type": "object", "additionalProperties": {"type": "string"}}),
            Self::Object(shape) => shape.schema(),
            Self::Objects(shape) => json!({"type": "array", "items": shape.schema()}),
        }
    }
}

/// Adds what is wrong with each text of a list.
fn told_each(node: &Node, fits: Told, problems: &mut Vec<Problem>) {
    let items = match node.want_items() {
        Ok(items) => items,
        Err(problem) => return problems.push(problem),
    };
    for item in items {
        let read = item.want_str();
        let told = read
            .and_then(|text| fits(text.trim()).map_err(|why| Problem::new(item.position(), why)));
        problems.extend(told.err());
    }
}

fn of_fraction(node: &Node, text: &str) -> Result<(), Problem> {
    const WANT: &str = "a number from 0 to 1";
    if fraction(text).is_some() {
        return Ok(());
    }
    // of a number the problem would say no more than that it is one
    let is_number = node.as_str().is_none() && !text.is_empty();
    Err(if is_number {
        let why = format!("expected {WANT}, found {text}");
        Problem::new(node.position(), why)
    } else {
        node.wrong(WANT)
    })
}

/// Reads a number from 0 to 1.
pub(super) fn fraction(text: &str) -> Option<f64> {
    text.parse()
        .ok()
        .filter(|number| (0.0..=1.0).contains(number))
}

/// Returns the texts of a list; none if there is no list.
pub(super) fn texts(node: &Node, name: &str) -> Vec<String> {
    let items = node.get(name).map(Node::items).unwrap_or_default();
    let texts = items.iter().filter_map(Node::text);
    texts.map(|text| text.trim().to_owned()).collect()
}

/// Returns the text of a value; empty if there is none.
pub(super) fn text<'a>(node: &'a Node, name: &str) -> &'a str {
    node.get(name)
        .and_then(Node::text)
        .unwrap_or_default()
        .trim()
}
