//! Does a value have its type? What is wrong is said in the words of kubesec's validator.
//!
//! Source of truth: `santhosh-tekuri/jsonschema` 6, with all references resolved in place.

use std::fmt;
use std::fmt::Write as _;

use yaml::{Kind, Node};

use super::table::{Schema, Table};
use super::types::{Others, Type, Use};
use crate::pointer::Pointer;

/// Something that is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// JSON pointer to the value.
    pub pointer: String,
    /// What is wrong, in the words of kubesec's validator.
    pub why: String,
    /// The names of fields that are not known, if it is that.
    pub unknown: Vec<String>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: {}", quote(&self.pointer), self.why)
    }
}

/// Returns what is wrong with a value, sorted: `at '/spec': missing property 'containers'`.
pub fn check(schema: Schema<'_>, node: &Node) -> Vec<String> {
    let faults = faults(schema, node);
    let mut found: Vec<String> = faults.iter().map(Fault::to_string).collect();
    found.sort();
    found
}

/// Returns what is wrong with a value, in no order that is promised.
pub(crate) fn faults(schema: Schema<'_>, node: &Node) -> Vec<Fault> {
    let mut check = Check {
        table: schema.table,
        path: Vec::new(),
        found: Vec::new(),
    };
    check.value(schema.root, node);
    check.found
}

/// Nearly all values are right, so nothing is written down before something is wrong.
struct Check<'t, 'n> {
    table: &'t Table,
    /// The way to the value that is looked at.
    path: Vec<Step<'n>>,
    found: Vec<Fault>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'n> {
    Field(&'n str),
    Item(usize),
}

impl<'t, 'n> Check<'t, 'n> {
    fn value(&mut self, kind: &'t Type, node: &'n Node) {
        if !is_allowed(kind, node) {
            let want: Vec<_> = kind.kinds.iter().map(|(_, name)| name).collect();
            let want = want.join(" or ");
            return self.wrong(&format!("got {}, want {want}", json_kind(node)));
        }
        if !kind.texts.is_empty() {
            let text = node.as_str();
            if !kind.texts.iter().any(|allowed| text == Some(allowed)) {
                return self.wrong(&allowed(&kind.texts));
            }
        }
        match node.kind() {
            Kind::Mapping(_) => self.mapping(kind, node),
            Kind::Sequence(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.below(kind.items.as_ref(), Step::Item(index), item);
                }
            }
            Kind::Null
            | Kind::Bool(_)
            | Kind::Int(_)
            | Kind::UInt(_)
            | Kind::Float(_)
            | Kind::Text(_) => {}
        }
        self.one_of(kind, node);
    }

    fn mapping(&mut self, kind: &'t Type, node: &'n Node) {
        let has = |name: &str| node.get(name).is_some();
        let missing: Vec<&str> = kind
            .required
            .iter()
            .map(|name| &**name)
            .filter(|name| !has(name))
            .collect();
        match *missing.as_slice() {
            [] => {}
            [one] => self.wrong(&format!("missing property {}", quote(one))),
            _ => self.wrong(&format!("missing properties {}", quoted(&missing))),
        }
        let mut unknown = Vec::new();
        for entry in node.entries() {
            match (kind.field(&entry.name), &kind.others) {
                (Some(of), _) | (None, Others::Of(of)) => {
                    self.below(Some(of), Step::Field(&entry.name), &entry.value);
                }
                (None, Others::None) => unknown.push(&*entry.name),
                (None, Others::Any) => {}
            }
        }
        if !unknown.is_empty() {
            unknown.sort_unstable();
            let names = quoted(&unknown);
            self.found.push(Fault {
                pointer: self.pointer(),
                why: format!("additional properties {names} not allowed"),
                unknown: unknown.into_iter().map(ToOwned::to_owned).collect(),
            });
        }
    }

    fn one_of(&mut self, kind: &'t Type, node: &'n Node) {
        if kind.one_of.is_empty() {
            return;
        }
        let mut fit = Vec::new();
        for (index, of) in kind.one_of.iter().enumerate() {
            // a number is no text: that is seen without a word
            let one = self.resolve(of).filter(|one| is_allowed(one, node));
            if one.is_some_and(|one| self.faults_as(one, node).is_empty()) {
                fit.push(index);
            }
        }
        match *fit.as_slice() {
            [_] => {}
            [first, second, ..] => {
                let why = format!("'oneOf' failed, subschemas {first}, {second} matched");
                self.wrong(&why);
            }
            [] => {
                // the reasons stand on lines of their own, one level deeper; line ends become spaces
                let mut why = "'oneOf' failed, none matched".to_owned();
                for of in &kind.one_of {
                    let one = self.resolve(of);
                    let reasons = one.map(|one| self.faults_as(one, node));
                    for reason in reasons.into_iter().flatten() {
                        let _infallible = write!(why, "   - {reason}");
                    }
                }
                self.wrong(&why);
            }
        }
    }

    /// Returns what is wrong with a value if it is to be of this type.
    fn faults_as(&mut self, kind: &'t Type, node: &'n Node) -> Vec<Fault> {
        let mut inner = Check {
            table: self.table,
            path: std::mem::take(&mut self.path),
            found: Vec::new(),
        };
        inner.value(kind, node);
        self.path = inner.path;
        inner.found
    }

    fn below(&mut self, of: Option<&'t Use>, step: Step<'n>, node: &'n Node) {
        let Some(kind) = of.and_then(|of| self.resolve(of)) else {
            return;
        };
        self.path.push(step);
        self.value(kind, node);
        self.path.pop();
    }

    /// Returns the JSON pointer to the value that is looked at.
    fn pointer(&self) -> String {
        let way = Pointer::default();
        let go = |way: Pointer, step: &Step<'_>| match step {
            Step::Field(name) => way.key(name),
            Step::Item(index) => way.item(*index),
        };
        self.path.iter().fold(way, go).into_string()
    }

    fn resolve(&self, of: &'t Use) -> Option<&'t Type> {
        match of {
            Use::Named(number) => self.table.get(*number),
            Use::Inline(kind) => Some(kind),
        }
    }

    fn wrong(&mut self, why: &str) {
        self.found.push(Fault {
            pointer: self.pointer(),
            why: why.to_owned(),
            unknown: Vec::new(),
        });
    }
}

/// Whether a type takes values of this kind.
fn is_allowed(kind: &Type, node: &Node) -> bool {
    kind.kinds.is_empty() || has_kind(kind, node)
}

fn has_kind(kind: &Type, node: &Node) -> bool {
    match node.kind() {
        Kind::Null => kind.kinds.has('n'),
        Kind::Bool(_) => kind.kinds.has('b'),
        Kind::Int(_) | Kind::UInt(_) => kind.kinds.has('i') || kind.kinds.has('#'),
        Kind::Float(value) => kind.kinds.has('#') || (value.fract() == 0.0 && kind.kinds.has('i')),
        Kind::Text(_) => kind.kinds.has('s'),
        Kind::Sequence(_) => kind.kinds.has('a'),
        Kind::Mapping(_) => kind.kinds.has('o'),
    }
}

const fn json_kind_of(kind: Kind<'_>) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Bool(_) => "boolean",
        Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) => "number",
        Kind::Text(_) => "string",
        Kind::Sequence(_) => "array",
        Kind::Mapping(_) => "object",
    }
}

fn json_kind(node: &Node) -> &'static str {
    json_kind_of(node.kind())
}

fn allowed(texts: &[Box<str>]) -> String {
    let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
    let one_of = if texts.len() == 1 { "" } else { "one of " };
    format!("value must be {one_of}{}", quoted(&texts))
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| quote(name)).collect();
    names.join(", ")
}

/// Quotes as Go's `%q`, but with single quotes.
fn quote(text: &str) -> String {
    let mut quoted = String::from("'");
    for c in text.chars() {
        match c {
            '\'' => quoted.push_str("\\'"),
            '"' => quoted.push('"'),
            _ => quoted.extend(escape(c)),
        }
    }
    quoted.push('\'');
    quoted
}

fn escape(c: char) -> Vec<char> {
    let code = u32::from(c);
    match c {
        '\u{7}' => vec!['\\', 'a'],
        '\u{8}' => vec!['\\', 'b'],
        '\u{c}' => vec!['\\', 'f'],
        '\u{b}' => vec!['\\', 'v'],
        '\n' | '\r' | '\t' | '\\' => c.escape_default().collect(),
        _ if code < 0x20 || code == 0x7F => format!("\\x{code:02x}").chars().collect(),
        _ if c.is_control() || is_hidden(c) => format!("\\u{code:04x}").chars().collect(),
        _ => vec![c],
    }
}

/// Spaces and marks that Go does not print as they are.
const fn is_hidden(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{2060}'..='\u{206f}' | '\u{3000}' | '\u{feff}')
}
