//! Functions on lists and maps.

use std::collections::BTreeMap;
use std::sync::Arc;

use gotmpl::{Result, TemplateError, Value};

use super::{MAX_BYTES, Row, any, list, shown, text, texts, too_long, whole};

/// Elements of a list that counts: for some 700,000 there is room in [`MAX_BYTES`].
const MOST_COUNTED: i64 = 500_000;

pub(super) static ROWS: &[Row] = &[
    ("tuple", |args| Ok(Value::List(args.to_vec().into()))),
    ("list", |args| Ok(Value::List(args.to_vec().into()))),
    ("first", |args| {
        Ok(list(args, 0)?.first().cloned().unwrap_or(Value::Nil))
    }),
    ("last", |args| {
        Ok(list(args, 0)?.last().cloned().unwrap_or(Value::Nil))
    }),
    ("rest", |args| {
        Ok(Value::List(list(args, 0)?.into_iter().skip(1).collect()))
    }),
    ("initial", |args| {
        let mut items = list(args, 0)?;
        items.pop();
        Ok(Value::List(items.into()))
    }),
    ("append", |args| {
        let mut items = list(args, 0)?;
        items.push(any(args, 1)?.clone());
        Ok(Value::List(items.into()))
    }),
    ("prepend", |args| {
        let mut items = vec![any(args, 1)?.clone()];
        items.extend(list(args, 0)?);
        Ok(Value::List(items.into()))
    }),
    ("concat", |args| {
        let mut all = Vec::new();
        for at in 0..args.len() {
            all.extend(list(args, at)?);
            if all.len().saturating_mul(size_of::<Value>()) > MAX_BYTES {
                return Err(too_long(MAX_BYTES));
            }
        }
        Ok(Value::List(all.into()))
    }),
    ("reverse", |args| {
        Ok(Value::List(list(args, 0)?.into_iter().rev().collect()))
    }),
    ("uniq", |args| {
        let mut kept: Vec<Value> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        for item in list(args, 0)? {
            if seen.insert(shown(&item)?) {
                kept.push(item);
            }
        }
        Ok(Value::List(kept.into()))
    }),
    ("has", |args| {
        let wanted = shown(any(args, 0)?)?;
        for item in list(args, 1)? {
            if shown(&item)? == wanted {
                return Ok(Value::Bool(true));
            }
        }
        Ok(Value::Bool(false))
    }),
    ("without", |args| {
        let others = texts(args.get(1..).unwrap_or_default())?;
        let mut kept = Vec::new();
        for item in list(args, 0)? {
            if !others.contains(&shown(&item)?) {
                kept.push(item);
            }
        }
        Ok(Value::List(kept.into()))
    }),
    ("sortAlpha", |args| {
        let mut texts = texts(&list(args, 0)?)?;
        texts.sort();
        Ok(Value::List(texts.into_iter().map(Value::from).collect()))
    }),
    ("until", |args| Ok(counted(0, whole(args, 0)?))),
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
];

fn map(args: &[Value], at: usize) -> Result<&BTreeMap<Arc<str>, Value>> {
    let value = any(args, at)?;
    if let Value::Map(map) = value {
        return Ok(map);
    }
    let kind = value.type_name();
    Err(TemplateError::Exec(format!(
        "a map is wanted, not a {kind}"
    )))
}

fn counted(from: i64, to: i64) -> Value {
    Value::List((from..to.min(MOST_COUNTED)).map(Value::Int).collect())
}
