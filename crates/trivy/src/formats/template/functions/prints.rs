//! Go's own functions that print, bounded: a text that is doubled forty times fits no memory.

use std::sync::Arc;

use gotmpl::{Result, Template, TemplateError, Value};

use super::{Row, text, texts};

/// Arguments of `printf`.
const MOST_ARGUMENTS: usize = 100;

pub(super) static ROWS: &[Row] = &[
    ("print", |args| {
        let mut out = String::new();
        let mut before: Option<&Value> = None;
        for (value, text) in args.iter().zip(texts(args)?) {
            // Go puts a space between two that are no texts
            let is_text = |value: &Value| matches!(value, Value::String(_));
            if before.is_some_and(|before| !is_text(before) && !is_text(value)) {
                out.push(' ');
            }
            let is_nothing = matches!(value, Value::Nil);
            out.push_str(if is_nothing { "<nil>" } else { &text });
            before = Some(value);
        }
        Ok(Value::from(out))
    }),
    ("println", |args| {
        Ok(Value::from(texts(args)?.join(" ") + "\n"))
    }),
    ("printf", printf),
    ("html", |args| {
        Ok(Value::from(gotmpl::html_escape(&texts(args)?.concat())))
    }),
    ("js", |args| {
        Ok(Value::from(gotmpl::js_escape(&texts(args)?.concat())))
    }),
    ("urlquery", |args| {
        Ok(Value::from(gotmpl::url_encode(&texts(args)?.concat())))
    }),
];

/// Go's `printf`, once it is known that its arguments are not too long: the library's own is called by a
/// template.
fn printf(args: &[Value]) -> Result<Value> {
    texts(args)?;
    let format = text(args, 0)?;
    let verbs = format.matches('%').count();
    if args.len() > MOST_ARGUMENTS || verbs > MOST_ARGUMENTS {
        let why = format!("printf: more than {MOST_ARGUMENTS} arguments");
        return Err(TemplateError::Exec(why));
    }
    let rest = args.get(1..).unwrap_or_default();
    let (format, rest) = spelled(&format, rest)?;
    library(&format, &rest).map(Value::from)
}

/// Returns what the library's own `printf` makes.
pub(super) fn library(format: &str, args: &[Value]) -> Result<String> {
    let all: Vec<Value> = std::iter::once(Value::from(format))
        .chain(args.iter().cloned())
        .collect();
    let named: Vec<String> = (0..all.len()).map(|at| format!("(index . {at})")).collect();
    let call = format!("{{{{ printf {} }}}}", named.join(" "));
    let call = Template::new("printf").parse(&call)?;
    call.execute_to_string(&Value::List(all.into()))
}

/// Puts texts in place of lists, maps and names of types, of which the library knows nothing: a verb is for each
/// element in Go. Formats that count their arguments themselves stay as they are.
fn spelled(format: &str, args: &[Value]) -> Result<(String, Vec<Value>)> {
    let given = args;
    let mut args = given.to_vec();
    let mut out = String::with_capacity(format.len());
    let mut rest = format;
    let mut at = 0;
    while let Some((before, after)) = rest.split_once('%') {
        let flags = after.find(|char: char| !"+-# 0123456789.".contains(char));
        let (flags, verb) = after.split_at(flags.unwrap_or(after.len()));
        let name = verb.chars().next();
        rest = verb
            .get(name.map_or(0, char::len_utf8)..)
            .unwrap_or_default();
        out.push_str(before);
        let Some(name) = name.filter(|name| *name != '%') else {
            out.push('%');
            out.push_str(flags);
            out.extend(name);
            continue;
        };
        if ['*', '['].contains(&name) {
            return Ok((format.to_owned(), given.to_vec()));
        }
        let verb = format!("%{flags}{name}");
        let text = args.get(at).map(|value| spelling(value, &verb));
        match (text.transpose()?.flatten(), args.get_mut(at)) {
            (Some(text), Some(value)) => {
                *value = Value::from(text);
                out.push_str("%s");
            }
            _ => out.push_str(&verb),
        }
        at += 1;
    }
    out.push_str(rest);
    Ok((out, args))
}

/// Returns what Go prints of a value where the library knows nothing of it.
fn spelling(value: &Value, verb: &str) -> Result<Option<String>> {
    if let Some(flags) = verb.strip_suffix('T') {
        let name = Value::from(type_name(value));
        return library(&format!("{flags}s"), &[name]).map(Some);
    }
    let is_whole = matches!(value, Value::List(_) | Value::Map(_));
    if !is_whole || verb.ends_with('v') {
        return Ok(None);
    }
    each(value, verb).map(Some)
}

/// Returns a value as Go prints it where a verb is for each of its elements.
fn each(value: &Value, verb: &str) -> Result<String> {
    if let Value::List(items) = value {
        let items = items.iter().map(|item| each(item, verb));
        let items = items.collect::<Result<Vec<_>>>()?;
        return Ok(format!("[{}]", items.join(" ")));
    }
    if let Value::Map(map) = value {
        let entry = |(key, value): (&Arc<str>, &Value)| {
            let key = each(&Value::String(Arc::clone(key)), verb)?;
            Ok(format!("{key}:{}", each(value, verb)?))
        };
        let entries = map.iter().map(entry);
        return Ok(format!(
            "map[{}]",
            entries.collect::<Result<Vec<_>>>()?.join(" ")
        ));
    }
    library(verb, std::slice::from_ref(value))
}

/// Returns the name of a value's type in Go; of lists and maps, what their elements have in common.
pub(super) fn type_name(value: &Value) -> String {
    let common = |mut values: Box<dyn Iterator<Item = &Value> + '_>| {
        let first = values.next().map(type_name);
        let is_same = |name: &String| values.all(|it| type_name(it) == *name);
        first
            .filter(is_same)
            .unwrap_or_else(|| "interface {}".to_owned())
    };
    match value {
        Value::Nil => "<nil>".to_owned(),
        Value::Bool(_) => "bool".to_owned(),
        Value::Int(_) => "int".to_owned(),
        Value::Uint(_) => "uint".to_owned(),
        Value::Float(_) => "float64".to_owned(),
        Value::String(_) => "string".to_owned(),
        Value::List(items) => format!("[]{}", common(Box::new(items.iter()))),
        Value::Map(map) => format!("map[string]{}", common(Box::new(map.values()))),
        Value::Function(_) => "func".to_owned(),
    }
}
