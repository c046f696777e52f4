//! Functions that tell what a value is, by the names that Go has.

use gotmpl::Value;

use super::prints::type_name;
use super::{Row, any, text};

pub(super) static ROWS: &[Row] = &[
    ("kindOf", |args| Ok(Value::from(kind(any(args, 0)?)))),
    ("kindIs", |args| {
        Ok(Value::Bool(kind(any(args, 1)?) == text(args, 0)?))
    }),
    ("typeOf", |args| Ok(Value::from(type_name(any(args, 0)?)))),
    ("typeIs", |args| {
        Ok(Value::Bool(type_name(any(args, 1)?) == text(args, 0)?))
    }),
];

/// Returns what Go's `reflect` calls the kind of a value.
const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Nil => "invalid",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int",
        Value::Uint(_) => "uint",
        Value::Float(_) => "float64",
        Value::String(_) => "string",
        Value::List(_) => "slice",
        Value::Map(_) => "map",
        Value::Function(_) => "func",
    }
}
