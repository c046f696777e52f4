//! Functions that templates of reports call, each as Trivy or sprig has it.

mod days;
mod hashes;
mod kinds;
mod lists;
mod maps;
mod numbers;
mod prints;
mod texts;
mod versions;

use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gotmpl::{FuncMap, Result, TemplateError, Value};

use super::go_json::{self, Style};
use super::{Bounded, go_time, lookups, structs, values};
use crate::formats::{Context, uuid};

/// A function: its name, and what it does.
type Row = (&'static str, fn(&[Value]) -> Result<Value>);

/// Bytes of a text, or of the elements of a list, that a function makes.
const MAX_BYTES: usize = 16 << 20;
/// Bytes of a value written as JSON: whole reports are, and have no more.
const MAX_JSON: usize = 128 << 20;
/// Bytes of all that functions make while a template runs: a report of 200,000 findings needs some 300 MB.
const MAX_TOTAL: usize = 1 << 30;

/// Functions that sprig has by two names; those with `must` fail where the others may be silent, and ours do.
const ALIASES: &[(&str, &str)] = &[
    ("append", "mustAppend"),
    ("append", "push"),
    ("compact", "mustCompact"),
    ("first", "mustFirst"),
    ("has", "mustHas"),
    ("initial", "mustInitial"),
    ("last", "mustLast"),
    ("max", "biggest"),
    ("merge", "mustMerge"),
    ("prepend", "mustPrepend"),
    ("regexFind", "mustRegexFind"),
    ("regexFindAll", "mustRegexFindAll"),
    ("regexMatch", "mustRegexMatch"),
    ("regexReplaceAll", "mustRegexReplaceAll"),
    ("regexReplaceAllLiteral", "mustRegexReplaceAllLiteral"),
    ("regexSplit", "mustRegexSplit"),
    ("rest", "mustRest"),
    ("reverse", "mustReverse"),
    ("toJson", "mustToJson"),
    ("toPrettyJson", "mustToPrettyJson"),
    ("toRawJson", "mustToRawJson"),
    ("trimAll", "trimall"),
    ("uniq", "mustUniq"),
    ("without", "mustWithout"),
];

/// Returns all of them, each of which makes no more than it may.
pub(super) fn all(context: &Context<'_>) -> FuncMap {
    let mut all = FuncMap::new();
    let rows = texts::ROWS.iter().chain(lists::ROWS).chain(numbers::ROWS);
    let rows = rows
        .chain(maps::ROWS)
        .chain(versions::ROWS)
        .chain(days::ROWS)
        .chain(hashes::ROWS)
        .chain(kinds::ROWS);
    for (name, function) in rows.chain(prints::ROWS).chain(ROWS) {
        all.insert((*name).to_owned(), Arc::new(function));
    }
    for (name, other) in ALIASES {
        let function = all.get(*name).map(Arc::clone);
        all.extend(function.map(|function| ((*other).to_owned(), function)));
    }
    of_context(context, &mut all);
    let made = Arc::new(AtomicUsize::new(0));
    for (name, function) in &mut all {
        let most = most(name);
        let (inner, made) = (Arc::clone(function), Arc::clone(&made));
        *function = Arc::new(move |args| {
            let value = inner(args)?;
            let size = size(&value);
            let total = made.fetch_add(size, Ordering::Relaxed).saturating_add(size);
            if size > most {
                return Err(too_long(most));
            }
            if total > MAX_TOTAL {
                return Err(too_long(MAX_TOTAL));
            }
            Ok(value)
        });
    }
    // it makes nothing, and is called for each finding
    all.insert(lookups::NAME.to_owned(), Arc::new(look_up));
    all
}

/// Returns how much a function may make at once.
fn most(name: &str) -> usize {
    match name {
        _ if name.ends_with("Json") && name != "fromJson" => MAX_JSON,
        _ => MAX_BYTES,
    }
}

/// Adds those that tell of the program and the scan.
fn of_context(context: &Context<'_>, all: &mut FuncMap) {
    let variables = Arc::new(context.variables.clone());
    for name in ["env", "getEnv"] {
        let variables = Arc::clone(&variables);
        let env = move |args: &[Value]| {
            let value = variables.get(&text(args, 0)?);
            Ok(Value::from(value.map_or("", String::as_str)))
        };
        all.insert(name.to_owned(), Arc::new(env));
    }
    let exact = context.now.to_string();
    for (name, text) in [
        ("appVersion", context.version),
        ("now", &go_time::shown(context.now)),
        ("getCurrentTime", &exact),
    ] {
        let value = Value::from(text);
        all.insert(name.to_owned(), Arc::new(move |_| Ok(value.clone())));
    }
    let drawn = AtomicUsize::new(0);
    let draw = move |_: &[Value]| {
        let number = drawn.fetch_add(1, Ordering::Relaxed).to_string();
        let uuid = uuid(&[&exact, "template", &number]);
        Ok(Value::from(hashes::of_version_4(uuid)))
    };
    all.insert("uuidv4".to_owned(), Arc::new(draw));
}

/// Returns how many bytes a value takes; what its elements are was counted when they were made.
fn size(value: &Value) -> usize {
    let elements = |count: usize| count.saturating_mul(size_of::<Value>());
    match value {
        Value::String(text) => text.len(),
        Value::List(items) => elements(items.len()),
        Value::Map(map) => elements(map.len()).saturating_mul(2),
        Value::Nil
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Uint(_)
        | Value::Float(_)
        | Value::Function(_) => 0,
    }
}

fn too_long(bytes: usize) -> TemplateError {
    TemplateError::Exec(format!("what functions make is longer than {bytes} bytes"))
}

static ROWS: &[Row] = &[
    ("index", index),
    ("sourceID", |args| Ok(Value::from(text(args, 0)?))),
    ("default", |args| {
        let (other, given) = (any(args, 0)?, args.get(1).unwrap_or(&Value::Nil));
        Ok(if given.is_truthy() { given } else { other }.clone())
    }),
    ("empty", |args| Ok(Value::Bool(!any(args, 0)?.is_truthy()))),
    ("any", |args| {
        Ok(Value::Bool(args.iter().any(Value::is_truthy)))
    }),
    ("all", |args| {
        Ok(Value::Bool(args.iter().all(Value::is_truthy)))
    }),
    ("coalesce", |args| {
        let first = args.iter().find(|value| value.is_truthy());
        Ok(first.cloned().unwrap_or(Value::Nil))
    }),
    ("ternary", |args| {
        let is_so = any(args, 2)?.is_truthy();
        Ok(any(args, usize::from(!is_so))?.clone())
    }),
    ("toJson", |args| json(args, Style::Compact)),
    ("toRawJson", |args| json(args, Style::Raw)),
    ("toPrettyJson", |args| json(args, Style::Pretty)),
    ("fromJson", |args| {
        let value = serde_json::from_str(&text(args, 0)?);
        Ok(value.map_or(Value::Nil, |value| values::plain(&value)))
    }),
    ("fail", |args| Err(TemplateError::Exec(text(args, 0)?))),
];

/// Go's `index`, which gives what stands where nothing was said for a key that a map lacks.
fn index(args: &[Value]) -> Result<Value> {
    let mut value = any(args, 0)?.clone();
    for key in args.get(1..).unwrap_or_default() {
        value = match (&value, key) {
            (Value::Map(map), Value::String(key)) => match map.get(&**key) {
                Some(found) => found.clone(),
                None => values::absent(map),
            },
            _ => value.index(key)?,
        };
    }
    Ok(value)
}

/// Returns what stands for a key of a map, or for nothing where nothing is; a field that a struct lacks is an
/// error.
fn look_up(args: &[Value]) -> Result<Value> {
    let key = text(args, 1)?;
    let absent = || TemplateError::Exec(format!("can't evaluate field {key}"));
    let value = any(args, 0)?;
    if let Value::Map(map) = value {
        return match map.get(&*key) {
            Some(found) => Ok(found.clone()),
            None if structs::is_struct(map) => Err(absent()),
            None => Ok(Value::Nil),
        };
    }
    if matches!(value, Value::Nil) {
        return Ok(Value::Nil);
    }
    Err(absent())
}

/// Returns an argument as JSON.
fn json(args: &[Value], style: Style) -> Result<Value> {
    let value = any(args, 0)?;
    // few values may be many when they are written out
    if write!(Room(MAX_JSON), "{value}").is_err() {
        return Err(too_long(MAX_JSON));
    }
    let text = go_json::json(&structs::written(value), style);
    Ok(Value::from(text.map_err(TemplateError::Exec)?))
}

/// Takes no more bytes than so many, and keeps none.
struct Room(usize);

impl fmt::Write for Room {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.checked_sub(text.len()).ok_or(fmt::Error)?;
        Ok(())
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
    let text = value.as_str().map(ToOwned::to_owned);
    text.map_or_else(|| shown(value), Ok)
}

/// Returns what Go would print of a value, unless it is too long.
fn shown(value: &Value) -> Result<String> {
    let mut out = Bounded::new(MAX_BYTES);
    match write!(out, "{value}") {
        Ok(()) => Ok(out.text),
        Err(_) => Err(too_long(MAX_BYTES)),
    }
}

/// Returns all arguments as texts, unless they are too long together.
fn texts(args: &[Value]) -> Result<Vec<String>> {
    let mut bytes = 0_usize;
    let each = (0..args.len()).map(|at| {
        let text = text(args, at)?;
        bytes = bytes.saturating_add(text.len());
        if bytes > MAX_BYTES {
            return Err(too_long(MAX_BYTES));
        }
        Ok(text)
    });
    each.collect()
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
