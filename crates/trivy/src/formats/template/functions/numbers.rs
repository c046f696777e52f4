//! Functions on numbers.

use gotmpl::{Result, TemplateError, Value};

use super::{Row, any, text, whole};

pub(super) static ROWS: &[Row] = &[
    ("add", |args| folded(args, i64::checked_add)),
    ("add1", |args| {
        Ok(Value::Int(whole(args, 0)?.saturating_add(1)))
    }),
    ("sub", |args| folded(args, i64::checked_sub)),
    ("mul", |args| folded(args, i64::checked_mul)),
    ("div", |args| folded(args, i64::checked_div)),
    ("mod", |args| folded(args, i64::checked_rem)),
    ("max", |args| folded(args, |a, b| Some(a.max(b)))),
    ("min", |args| folded(args, |a, b| Some(a.min(b)))),
    ("int", |args| Ok(Value::Int(whole(args, 0)?))),
    ("int64", |args| Ok(Value::Int(whole(args, 0)?))),
    ("atoi", |args| Ok(Value::Int(whole(args, 0)?))),
    ("float64", |args| Ok(Value::Float(float(args, 0)?))),
    ("floor", |args| Ok(Value::Float(float(args, 0)?.floor()))),
    ("ceil", |args| Ok(Value::Float(float(args, 0)?.ceil()))),
    ("round", |args| {
        let places = i32::try_from(whole(args, 1)?.clamp(0, 15)).unwrap_or(0);
        let scale = 10_f64.powi(places);
        Ok(Value::Float((float(args, 0)? * scale).round() / scale))
    }),
];

fn folded(args: &[Value], with: fn(i64, i64) -> Option<i64>) -> Result<Value> {
    let mut total = whole(args, 0)?;
    for at in 1..args.len() {
        let next = with(total, whole(args, at)?);
        total = next.ok_or_else(|| TemplateError::Exec("a number is out of bounds".to_owned()))?;
    }
    Ok(Value::Int(total))
}

fn float(args: &[Value], at: usize) -> Result<f64> {
    if let Value::Float(it) = any(args, at)? {
        return Ok(*it);
    }
    Ok(text(args, at)?.trim().parse().unwrap_or_default())
}

/// Returns the whole part; what is no number is 0.
pub(super) fn to_whole(number: f64) -> i64 {
    // the text of a whole float is a whole number, where it is one that fits
    number.trunc().to_string().parse().unwrap_or_default()
}
