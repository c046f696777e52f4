//! Functions on lists.

use gotmpl::Value;

use super::{MAX_BYTES, Row, any, list, numbers, shown, texts, too_long, whole};

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
    ("compact", |args| {
        let items = list(args, 0)?.into_iter();
        Ok(Value::List(items.filter(Value::is_truthy).collect()))
    }),
    ("until", |args| {
        Ok(Value::List(numbers::steps(0, whole(args, 0)?, 1).into()))
    }),
    ("untilStep", |args| {
        let steps = numbers::steps(whole(args, 0)?, whole(args, 1)?, whole(args, 2)?);
        Ok(Value::List(steps.into()))
    }),
];
