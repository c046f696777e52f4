//! Functions on numbers.

use gotmpl::{Result, TemplateError, Value};

use super::{Row, any, text, texts, whole};

/// Elements of a list that counts: for some 700,000 there is room in [`super::MAX_BYTES`].
const MOST_COUNTED: usize = 500_000;

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
    ("seq", |args| {
        let (start, step, end) = match args.len() {
            0 => return Ok(Value::from("")),
            1 => (1, None, whole(args, 0)?),
            2 => (whole(args, 0)?, None, whole(args, 1)?),
            _ => (whole(args, 0)?, Some(whole(args, 1)?), whole(args, 2)?),
        };
        let towards = if end < start { -1 } else { 1 };
        let end = end.saturating_add(towards);
        let steps = steps(start, end, step.unwrap_or(towards));
        Ok(Value::from(texts(&steps)?.join(" ")))
    }),
    ("round", |args| {
        let places = i32::try_from(whole(args, 1)?.clamp(0, 15)).unwrap_or(0);
        let scale = 10_f64.powi(places);
        Ok(Value::Float((float(args, 0)? * scale).round() / scale))
    }),
];

/// Returns numbers from one up or down to another one, which is not among them; none where steps lead away.
pub(super) fn steps(start: i64, end: i64, step: i64) -> Vec<Value> {
    let mut numbers = Vec::new();
    let mut number = start;
    let is_before = |number: i64| if step > 0 { number < end } else { number > end };
    while step != 0 && is_before(number) && numbers.len() < MOST_COUNTED {
        numbers.push(Value::Int(number));
        number = match number.checked_add(step) {
            Some(next) => next,
            None => break,
        };
    }
    numbers
}

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
