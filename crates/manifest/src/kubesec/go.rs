//! Values as Go's `fmt` prints them: what kubesec searches and names objects by.

use std::fmt::Write as _;

use yaml::{Kind, Node};

/// Prints a value as `%v` prints what Go's JSON decoder makes of it.
pub(super) fn text(node: &Node) -> String {
    let mut text = String::new();
    write(node, &mut text);
    text
}

/// Returns the number that Go's JSON decoder makes of a number.
#[expect(
    clippy::cast_precision_loss,
    clippy::as_conversions,
    reason = "Go rounds to the nearest, too"
)]
pub(super) fn number(node: &Node) -> Option<f64> {
    match node.kind() {
        Kind::Int(value) => Some(value as f64),
        Kind::UInt(value) => Some(value as f64),
        Kind::Float(value) => Some(value),
        Kind::Null | Kind::Bool(_) | Kind::Text(_) | Kind::Sequence(_) | Kind::Mapping(_) => None,
    }
}

fn write(node: &Node, out: &mut String) {
    match node.kind() {
        Kind::Null => out.push_str("<nil>"),
        Kind::Bool(value) => out.push_str(if value { "true" } else { "false" }),
        Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) => {
            out.push_str(&float(number(node).unwrap_or_default()));
        }
        Kind::Text(value) => out.push_str(value),
        Kind::Sequence(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { " " } else { "" });
                write(item, out);
            }
            out.push(']');
        }
        Kind::Mapping(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by(|a, b| a.name.cmp(&b.name));
            out.push_str("map[");
            for (index, entry) in entries.iter().enumerate() {
                let space = if index > 0 { " " } else { "" };
                let _infallible = write!(out, "{space}{}:", entry.name);
                write(&entry.value, out);
            }
            out.push(']');
        }
    }
}

/// Prints a float: with an exponent where it is below -4 or above 5.
fn float(value: f64) -> String {
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return format!("{value}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_go() {
        for (yaml, want) in [
            ("abc", "abc"),
            ("no", "false"),
            ("1", "1"),
            ("1.50", "1.5"),
            ("1000000", "1e+06"),
            ("123456.5", "123456.5"),
            ("1e21", "1e+21"),
            ("0.00001", "1e-05"),
            ("[a, 1, ~]", "[a 1 <nil>]"),
            ("{b: [x], a: {}}", "map[a:map[] b:[x]]"),
        ] {
            let document = yaml::read_one(yaml.as_bytes(), &yaml::Limits::default()).unwrap();
            assert_eq!(text(&document.root), want, "{yaml}");
        }
    }
}
