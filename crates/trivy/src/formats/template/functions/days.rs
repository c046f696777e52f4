//! Functions on times, which are texts as Go prints them. The zone is UTC, whatever the machine has.

use gotmpl::{Result, TemplateError, Value};
use jiff::Timestamp;

use super::super::go_time;
use super::super::methods::METHODS;
use super::{Row, any, text};

pub(super) static ROWS: &[Row] = &[
    ("date", |args| shown(&text(args, 0)?, any(args, 1)?)),
    ("dateInZone", in_zone),
    ("date_in_zone", in_zone),
    ("goFormat", |args| shown(&text(args, 1)?, any(args, 0)?)),
    ("goTime", |args| {
        let name = text(args, 0)?;
        let method = METHODS.iter().find(|(known, _)| *known == name);
        let shown = shown(method.map_or("", |(_, layout)| layout), any(args, 1)?)?;
        // of a number Go has a number
        let number = shown.as_str().and_then(|text| text.trim().parse().ok());
        Ok(number.map_or(shown, Value::Int))
    }),
    ("htmlDate", |args| shown("2006-01-02", any(args, 0)?)),
    ("unixEpoch", |args| {
        let at = read(any(args, 0)?)?;
        Ok(Value::from(at.as_second().to_string()))
    }),
];

fn in_zone(args: &[Value]) -> Result<Value> {
    let zone = text(args, 2)?;
    if !["UTC", "", "Local"].contains(&zone.as_str()) {
        let why = format!("times are in UTC, and zone {zone:?} is not known");
        return Err(TemplateError::Exec(why));
    }
    shown(&text(args, 0)?, any(args, 1)?)
}

fn shown(layout: &str, value: &Value) -> Result<Value> {
    Ok(Value::from(go_time::format(read(value)?, layout)))
}

fn read(value: &Value) -> Result<Timestamp> {
    let of_seconds = |seconds: i64| Timestamp::from_second(seconds).ok();
    let of_text = || value.as_str().and_then(go_time::read);
    let at = value.as_int().map_or_else(of_text, of_seconds);
    at.ok_or_else(|| TemplateError::Exec("the value is no time".to_owned()))
}
