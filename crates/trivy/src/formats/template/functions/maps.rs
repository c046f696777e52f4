//! Functions on maps.

use std::collections::BTreeMap;
use std::sync::Arc;

use gotmpl::{Result, TemplateError, Value};

use super::{Row, any, text, texts};
use crate::report::MAX_DEPTH;

/// Names and values.
type Map = BTreeMap<Arc<str>, Value>;

pub(super) static ROWS: &[Row] = &[
    ("dict", |args| {
        let pairs = args.chunks(2).enumerate().map(|(at, pair)| {
            let value = pair.get(1).cloned().unwrap_or_else(|| Value::from(""));
            Ok((Arc::from(text(args, at * 2)?.as_str()), value))
        });
        Ok(Value::Map(Arc::new(
            pairs.collect::<Result<BTreeMap<_, _>>>()?,
        )))
    }),
    ("get", |args| {
        let found = map(args, 0)?.get(&*text(args, 1)?).cloned();
        Ok(found.unwrap_or_else(|| Value::from("")))
    }),
    ("set", |args| {
        let mut map = map(args, 0)?.clone();
        map.insert(Arc::from(text(args, 1)?.as_str()), any(args, 2)?.clone());
        Ok(Value::Map(Arc::new(map)))
    }),
    ("hasKey", |args| {
        Ok(Value::Bool(map(args, 0)?.contains_key(&*text(args, 1)?)))
    }),
    ("keys", |args| {
        let keys = map(args, 0)?.keys();
        Ok(Value::List(
            keys.map(|key| Value::String(Arc::clone(key))).collect(),
        ))
    }),
    ("values", |args| {
        Ok(Value::List(map(args, 0)?.values().cloned().collect()))
    }),
    ("pick", |args| {
        let map = map(args, 0)?;
        let names = texts(args.get(1..).unwrap_or_default())?;
        let picked = names.iter();
        let picked = picked.filter_map(|name| map.get_key_value(name.as_str()));
        let picked = picked.map(|(name, value)| (Arc::clone(name), value.clone()));
        Ok(Value::Map(Arc::new(picked.collect())))
    }),
    ("omit", |args| {
        let mut map = map(args, 0)?.clone();
        for name in texts(args.get(1..).unwrap_or_default())? {
            map.remove(name.as_str());
        }
        Ok(Value::Map(Arc::new(map)))
    }),
    ("pluck", |args| {
        let name = text(args, 0)?;
        let maps = (1..args.len()).map(|at| map(args, at));
        let maps = maps.collect::<Result<Vec<_>>>()?.into_iter();
        let found = maps.filter_map(|map| map.get(name.as_str()).cloned());
        Ok(Value::List(found.collect()))
    }),
    ("dig", dig),
    ("merge", |args| {
        // few maps may be many when they are apart
        texts(args)?;
        let mut merged = map(args, 0)?.clone();
        for at in 1..args.len() {
            merge(&mut merged, map(args, at)?, MAX_DEPTH)?;
        }
        Ok(Value::Map(Arc::new(merged)))
    }),
];

/// Follows names from map to map; where one is absent, what stands before the map counts.
fn dig(args: &[Value]) -> Result<Value> {
    if args.len() < 3 {
        let why = "dig: names, what stands for an absent one, and a map are wanted";
        return Err(TemplateError::Exec(why.to_owned()));
    }
    let last = args.len().saturating_sub(1);
    let default = any(args, last.saturating_sub(1))?;
    let mut found = any(args, last)?;
    for at in 0..last.saturating_sub(1) {
        let Value::Map(map) = found else {
            return Err(no_map(found));
        };
        found = match map.get(&*text(args, at)?) {
            Some(value) => value,
            None => return Ok(default.clone()),
        };
    }
    Ok(found.clone())
}

/// Adds what a map lacks or has empty, and does so in maps within it.
fn merge(into: &mut Map, from: &Map, depth: usize) -> Result<()> {
    let too_deep = || TemplateError::Exec(format!("maps are nested deeper than {MAX_DEPTH}"));
    let depth = depth.checked_sub(1).ok_or_else(too_deep)?;
    for (name, value) in from {
        match (into.get_mut(name), value) {
            (Some(Value::Map(inner)), Value::Map(value)) => {
                merge(Arc::make_mut(inner), value, depth)?;
            }
            (Some(known), _) if known.is_truthy() => {}
            _ => drop(into.insert(Arc::clone(name), value.clone())),
        }
    }
    Ok(())
}

fn map(args: &[Value], at: usize) -> Result<&Map> {
    let value = any(args, at)?;
    if let Value::Map(map) = value {
        return Ok(map);
    }
    Err(no_map(value))
}

fn no_map(value: &Value) -> TemplateError {
    let kind = value.type_name();
    TemplateError::Exec(format!("a map is wanted, not a {kind}"))
}
