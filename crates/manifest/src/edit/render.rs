//! How a value is written into a file: in the layout of what is around it.

use yaml::{Entry, Kind, Node};

use super::Splice;
use super::value::Value;

/// Returns what puts `value` into `parent`; none where its layout is not known.
pub(super) fn splices(text: &str, parent: &Node, value: &Value) -> Option<Vec<Splice>> {
    let start = parent.position().offset;
    let is_flow = text.get(start..)?.starts_with(['{', '[']);
    match (parent.kind(), value) {
        (Kind::Sequence(items), Value::Items(new)) if is_flow => {
            let comma = if items.is_empty() { "" } else { ", " };
            let list = value.flow(is_json(text, start));
            let list = list.trim_matches(['[', ']']);
            debug_assert!(!new.is_empty(), "an edit adds something");
            Some(vec![insert(start + 1, format!("{list}{comma}"))])
        }
        (Kind::Sequence(items), Value::Items(new)) => Some(vec![items_before(text, items, new)?]),
        (Kind::Mapping(_), Value::Mapping(fields)) => {
            let (nulls, missing): (Vec<_>, Vec<_>) = fields
                .iter()
                .partition(|(name, _)| parent.entry(name).is_some());
            let mut splices = Vec::new();
            for (name, value) in nulls {
                let value = value.flow(is_json(text, start));
                splices.push(instead_of_null(text, parent.entry(name)?, &value)?);
            }
            let missing: Value = Value::Mapping(
                missing
                    .into_iter()
                    .map(|(name, value)| (name.clone(), value.clone()))
                    .collect(),
            );
            if missing != Value::default() {
                splices.push(if is_flow {
                    fields_in_flow(text, parent, &missing)
                } else {
                    fields_in_block(text, parent.written().first()?, &missing)?
                });
            }
            Some(splices)
        }
        (_, Value::Scalar(_)) => {
            let is_quoted = text.get(start..)?.starts_with(['"', '\'']);
            Some(vec![Splice {
                from: start,
                to: parent.end().offset,
                text: value.flow(is_quoted),
            }])
        }
        _ => None,
    }
}

const fn insert(at: usize, text: String) -> Splice {
    Splice {
        from: at,
        to: at,
        text,
    }
}

/// Whether names around here are quoted: the first thing behind the brace tells.
fn is_json(text: &str, start: usize) -> bool {
    let inside = text.get(start..).unwrap_or_default();
    let first = inside.trim_start_matches(|c: char| c.is_whitespace() || "{[".contains(c));
    first.starts_with('"') || (first.starts_with(['}', ']']) && text.trim_start().starts_with('{'))
}

fn fields_in_flow(text: &str, parent: &Node, missing: &Value) -> Splice {
    let start = parent.position().offset;
    let fields = missing.flow(is_json(text, start));
    let fields = fields
        .strip_prefix('{')
        .and_then(|fields| fields.strip_suffix('}'))
        .unwrap_or_default();
    let comma = if parent.written().is_empty() {
        ""
    } else {
        ", "
    };
    insert(start + 1, format!("{fields}{comma}"))
}

/// Behind the first field if that is one line, as `- name: web` mostly is, else before it.
fn fields_in_block(text: &str, first: &Entry, missing: &Value) -> Option<Splice> {
    let key = first.key.position();
    let indent = " ".repeat(key.column - 1);
    let end = line_end(text, key.offset);
    let newline = newline(text, end);
    if first.value.end().line == key.line && !first.value.is_null() {
        let lines = missing.block(&indent);
        let lines = lines.iter().map(|line| format!("{newline}{line}"));
        return Some(insert(end, lines.collect()));
    }
    let lines = missing.block(&indent);
    let lines = lines.join(newline);
    let lines = lines.strip_prefix(&*indent)?;
    Some(insert(key.offset, format!("{lines}{newline}{indent}")))
}

/// Before the first item, on lines of their own.
fn items_before(text: &str, items: &[Node], new: &[&str]) -> Option<Splice> {
    let first = items.first()?.position().offset;
    let before = text.get(..first)?;
    let dash = before.rfind('-')?;
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let is_same_line = dash >= line && before.get(dash + 1..)?.trim().is_empty();
    if !is_same_line {
        return None;
    }
    let indent = " ".repeat(dash - line);
    let newline = newline(text, line_end(text, first));
    let new = new.iter().map(|item| format!("- {item}{newline}{indent}"));
    Some(insert(dash, new.collect()))
}

/// Behind the colon of a field without a value.
fn instead_of_null(text: &str, entry: &Entry, value: &str) -> Option<Splice> {
    let end = entry.key.end().offset;
    let colon = end + text.get(end..)?.find(':')? + 1;
    let written = entry.value.end().offset;
    let null = text.get(colon..written.max(colon))?;
    // an explicit null goes, whatever is behind the colon otherwise stays
    let to = if matches!(null.trim(), "null" | "~" | "Null" | "NULL") {
        written
    } else if null.trim().is_empty() {
        colon
    } else {
        return None;
    };
    Some(Splice {
        from: colon,
        to,
        text: format!(" {value}"),
    })
}

/// Returns where the line ends, before its line break.
fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    at + line.strip_suffix('\r').unwrap_or(line).len()
}

fn newline(text: &str, line_end: usize) -> &'static str {
    if text
        .get(line_end..)
        .is_some_and(|rest| rest.starts_with("\r\n"))
    {
        "\r\n"
    } else {
        "\n"
    }
}
