//! What is wrong with a YAML text, in the words of the parser that kubesec uses, as far as they differ.
//!
//! Source of truth: `go.yaml.in/yaml/v2`, a translation of `libyaml`. Faults that none of the rows
//! names keep our words.

use std::fmt::Write as _;

use yaml::{Kind, Limits, Node, Problem};

/// A fault of the grammar: how our words end, and theirs. Its line is one less than ours.
static GRAMMAR: &[(&str, &str)] = &[
    ("expected ',' or ']'", "did not find expected ',' or ']'"),
    ("expected ',' or '}'", "did not find expected ',' or '}'"),
    ("did not find expected key", "did not find expected key"),
    (
        "did not find expected '-' indicator",
        "did not find expected '-' indicator",
    ),
    (
        "did not find expected node content",
        "did not find expected node content",
    ),
];

/// A fault of a word: how our words begin, and theirs.
static WORDS: &[(&str, &str)] = &[
    ("tab", "found character that cannot start any token"),
    (
        "unexpected character",
        "found character that cannot start any token",
    ),
    ("unclosed quote", "found unexpected end of stream"),
    ("simple key expected", "could not find expected ':'"),
];

/// Returns the message: `yaml: line 2: mapping values are not allowed in this context`. `text` is
/// what the problem's offset counts in.
pub(super) fn to_go(problem: &Problem, text: &[u8]) -> String {
    let Problem { position, why, .. } = problem;
    let rest = || {
        let rest = text.get(position.offset..).unwrap_or_default();
        rest.utf8_chunks().next().map_or("", |chunk| chunk.valid())
    };
    if why.ends_with("found unknown anchor") {
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let name = rest().trim_start_matches('*');
        let end = name.find(|c| !is_name(c)).unwrap_or(name.len());
        let name = name.get(..end).unwrap_or_default();
        return format!("yaml: unknown anchor '{name}' referenced");
    }
    if let Some(what) = why.strip_prefix("invalid map key: ") {
        let key = flow_collection(rest()).unwrap_or_else(|| what.to_owned());
        return format!("yaml: invalid map key: {key}");
    }
    if let Some((_, theirs)) = GRAMMAR.iter().find(|(ours, _)| why.ends_with(ours)) {
        return match position.line - 1 {
            0 => format!("yaml: {theirs}"),
            line => format!("yaml: line {line}: {theirs}"),
        };
    }
    let row = WORDS.iter().find(|(ours, _)| why.starts_with(ours));
    let why = row.map_or(&**why, |(_, theirs)| theirs);
    format!("yaml: line {}: {why}", position.line)
}

/// Prints a collection in brackets at the start of a text, which someone took for a template's
/// braces, as Go's `%#v`.
fn flow_collection(text: &str) -> Option<String> {
    let mut depth = 0_usize;
    let end = text.find(|c| {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    })?;
    let text = text.get(..=end)?;
    let document = yaml::read_one(text.as_bytes(), &Limits::default()).ok()?;
    let mut shown = String::new();
    write(&document.root, &mut shown);
    Some(shown)
}

fn write(node: &Node, out: &mut String) {
    match node.kind() {
        Kind::Null => out.push_str("interface {}(nil)"),
        Kind::Bool(value) => out.push_str(if value { "true" } else { "false" }),
        Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) => out.push_str(&super::go::text(node)),
        Kind::Text(text) => {
            let _infallible = write!(out, "{text:?}");
        }
        Kind::Sequence(items) => {
            out.push_str("[]interface {}{");
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                write(item, out);
            }
            out.push('}');
        }
        Kind::Mapping(entries) => {
            out.push_str("map[interface {}]interface {}{");
            for (index, entry) in entries.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                write(&entry.key, out);
                out.push(':');
                write(&entry.value, out);
            }
            out.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speaks_as_the_parser_of_kubesec() {
        for (text, want) in [
            (
                "a: b: c\n",
                "yaml: line 1: mapping values are not allowed in this context",
            ),
            ("a: *x\n", "yaml: unknown anchor 'x' referenced"),
            (
                "a:\n  {{ .Values.x }}: 1\n",
                "yaml: invalid map key: map[interface {}]interface {}{\".Values.x\":interface {}(nil)}",
            ),
            (
                "a:\n\tb: 1\n",
                "yaml: line 2: found character that cannot start any token",
            ),
        ] {
            let problem = yaml::read_one(text.as_bytes(), &Limits::default()).unwrap_err();
            assert_eq!(to_go(&problem, text.as_bytes()), want, "{text:?}");
        }
    }
}
