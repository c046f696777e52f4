//! Functions that templates of reports call, each as Trivy or sprig has it.

mod lists;
mod numbers;
mod texts;

use std::sync::Arc;

use gotmpl::{FuncMap, Result, TemplateError, Value};

use super::values;
use crate::formats::{Context, time};

/// A function: its name, and what it does.
type Row = (&'static str, fn(&[Value]) -> Result<Value>);

/// Returns all of them.
pub(super) fn all(context: &Context<'_>) -> FuncMap {
    let mut all = FuncMap::new();
    for (name, function) in texts::ROWS
        .iter()
        .chain(lists::ROWS)
        .chain(numbers::ROWS)
        .chain(ROWS)
    {
        all.insert((*name).to_owned(), Arc::new(function));
    }
    let version = Value::from(context.version);
    all.insert(
        "appVersion".to_owned(),
        Arc::new(move |_| Ok(version.clone())),
    );
    let variables = Arc::new(context.variables.clone());
    for name in ["env", "getEnv"] {
        let variables = Arc::clone(&variables);
        let env = move |args: &[Value]| {
            let value = variables.get(&text(args, 0)?);
            Ok(Value::from(value.map_or("", String::as_str)))
        };
        all.insert(name.to_owned(), Arc::new(env));
    }
    let now = context.now;
    let seconds = Value::from(time(now, "%Y-%m-%dT%H:%M:%SZ"));
    all.insert("now".to_owned(), Arc::new(move |_| Ok(seconds.clone())));
    let exact = Value::from(now.to_string());
    all.insert(
        "getCurrentTime".to_owned(),
        Arc::new(move |_| Ok(exact.clone())),
    );
    all
}

static ROWS: &[Row] = &[
    ("index", index),
    ("sourceID", |args| Ok(Value::from(text(args, 0)?))),
    ("default", |args| {
        let (other, given) = (any(args, 0)?, args.get(1).unwrap_or(&Value::Nil));
        Ok(if given.is_truthy() { given } else { other }.clone())
    }),
    ("empty", |args| Ok(Value::Bool(!any(args, 0)?.is_truthy()))),
    ("coalesce", |args| {
        let first = args.iter().find(|value| value.is_truthy());
        Ok(first.cloned().unwrap_or(Value::Nil))
    }),
    ("ternary", |args| {
        let is_so = any(args, 2)?.is_truthy();
        Ok(any(args, usize::from(!is_so))?.clone())
    }),
    ("toJson", |args| {
        Ok(Value::from(json(any(args, 0)?).to_string()))
    }),
    ("toPrettyJson", |args| {
        let text = serde_json::to_string_pretty(&json(any(args, 0)?));
        Ok(Value::from(text.unwrap_or_default()))
    }),
    ("kindOf", |args| Ok(Value::from(any(args, 0)?.type_name()))),
    ("typeOf", |args| Ok(Value::from(any(args, 0)?.type_name()))),
    ("fail", |args| Err(TemplateError::Exec(text(args, 0)?))),
];

/// Go's `index`, which gives what stands where nothing was said for a key that a map lacks.
fn index(args: &[Value]) -> Result<Value> {
    let mut value = any(args, 0)?.clone();
    for key in args.get(1..).unwrap_or_default() {
        value = match (&value, key) {
            (Value::Map(map), Value::String(key)) => match map.get(&**key) {
                Some(found) => found.clone(),
                None if map.values().any(|it| matches!(it, Value::Int(_))) => Value::Int(0),
                None => values::no_scores(),
            },
            _ => value.index(key)?,
        };
    }
    Ok(value)
}

fn json(value: &Value) -> serde_json::Value {
    use serde_json::Value as Json;
    match value {
        Value::Nil | Value::Function(_) => Json::Null,
        Value::Bool(it) => Json::Bool(*it),
        Value::Int(it) => (*it).into(),
        Value::Uint(it) => (*it).into(),
        Value::Float(it) => (*it).into(),
        Value::String(it) => (**it).into(),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(map) => {
            let entries = map
                .iter()
                .map(|(key, value)| (key.to_string(), json(value)));
            Json::Object(entries.collect())
        }
    }
}

/// Returns an argument.
fn any(args: &[Value], at: usize) -> Result<&Value> {
    let missing = || TemplateError::Exec(format!("argument {} is missing", at + 1));
    args.get(at).ok_or_else(missing)
}

/// Returns an argument as a text, as Go would print it; of nothing, none.
fn text(args: &[Value], at: usize) -> Result<String> {
    let value = any(args, at)?;
    if matches!(value, Value::Nil) {
        return Ok(String::new());
    }
    Ok(value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned))
}

/// Returns an argument as a whole number; what is none counts as 0.
fn whole(args: &[Value], at: usize) -> Result<i64> {
    Ok(match any(args, at)? {
        Value::Int(it) => *it,
        Value::Uint(it) => i64::try_from(*it).unwrap_or(i64::MAX),
        Value::String(text) => text.trim().parse().unwrap_or_default(),
        Value::Bool(it) => i64::from(*it),
        Value::Float(it) => numbers::to_whole(*it),
        Value::Nil | Value::List(_) | Value::Map(_) | Value::Function(_) => 0,
    })
}

/// Returns an argument as a list.
fn list(args: &[Value], at: usize) -> Result<Vec<Value>> {
    let value = any(args, at)?;
    if let Value::List(items) = value {
        return Ok(items.to_vec());
    }
    if matches!(value, Value::Nil) {
        return Ok(Vec::new());
    }
    let kind = value.type_name();
    Err(TemplateError::Exec(format!(
        "a list is wanted, not a {kind}"
    )))
}
