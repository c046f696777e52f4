//! Functions on texts.

use std::sync::Arc;

use gotmpl::{Result, TemplateError, Value};
use regex::Regex;

use super::prints::library;
use super::{MAX_BYTES, Row, any, text, texts, too_long, whole};

pub(super) static ROWS: &[Row] = &[
    ("escapeString", |args| {
        Ok(Value::from(gotmpl::html_escape(&text(args, 0)?)))
    }),
    ("escapeXML", |args| Ok(Value::from(xml(&text(args, 0)?)))),
    ("endWithPeriod", |args| {
        let text = text(args, 0)?;
        let period = if text.ends_with('.') { "" } else { "." };
        Ok(Value::from(format!("{text}{period}")))
    }),
    ("lower", |args| {
        Ok(Value::from(text(args, 0)?.to_lowercase()))
    }),
    ("toLower", |args| {
        Ok(Value::from(text(args, 0)?.to_lowercase()))
    }),
    ("upper", |args| {
        Ok(Value::from(text(args, 0)?.to_uppercase()))
    }),
    ("title", |args| Ok(Value::from(title(&text(args, 0)?)))),
    ("trim", |args| Ok(Value::from(text(args, 0)?.trim()))),
    ("trimAll", |args| {
        let marks = text(args, 0)?;
        let text = text(args, 1)?;
        Ok(Value::from(text.trim_matches(|c| marks.contains(c))))
    }),
    ("trimPrefix", |args| {
        let (prefix, text) = (text(args, 0)?, text(args, 1)?);
        Ok(Value::from(text.strip_prefix(&*prefix).unwrap_or(&text)))
    }),
    ("trimSuffix", |args| {
        let (suffix, text) = (text(args, 0)?, text(args, 1)?);
        Ok(Value::from(text.strip_suffix(&*suffix).unwrap_or(&text)))
    }),
    ("nospace", |args| {
        let text = text(args, 0)?;
        Ok(Value::from(text.split_whitespace().collect::<String>()))
    }),
    ("contains", |args| {
        Ok(Value::Bool(text(args, 1)?.contains(&*text(args, 0)?)))
    }),
    ("hasPrefix", |args| {
        Ok(Value::Bool(text(args, 1)?.starts_with(&*text(args, 0)?)))
    }),
    ("hasSuffix", |args| {
        Ok(Value::Bool(text(args, 1)?.ends_with(&*text(args, 0)?)))
    }),
    ("quote", |args| quoted(args, '"')),
    ("squote", |args| quoted(args, '\'')),
    ("cat", |args| Ok(Value::from(texts(&said(args))?.join(" ")))),
    ("replace", |args| {
        let (from, to, text) = (text(args, 0)?, text(args, 1)?, text(args, 2)?);
        fits(text.matches(&*from).count(), to.len())?;
        bounded(text.replace(&*from, &to))
    }),
    ("repeat", |args| {
        let (times, text) = (
            usize::try_from(whole(args, 0)?).unwrap_or(0),
            text(args, 1)?,
        );
        if text.len().saturating_mul(times) > MAX_BYTES {
            return Err(too_long(MAX_BYTES));
        }
        Ok(Value::from(text.repeat(times)))
    }),
    ("trunc", |args| {
        Ok(Value::from(truncated(&text(args, 1)?, whole(args, 0)?)))
    }),
    ("abbrev", |args| {
        let (text, width) = (text(args, 1)?, whole(args, 0)?);
        let is_long = usize::try_from(width).is_ok_and(|width| text.chars().count() > width);
        if is_long && width > 3 {
            return Ok(Value::from(format!("{}...", truncated(&text, width - 3))));
        }
        Ok(Value::from(text))
    }),
    ("substr", |args| {
        let (start, end, text) = (whole(args, 0)?, whole(args, 1)?, text(args, 2)?);
        let start = usize::try_from(start).unwrap_or(0);
        let end = usize::try_from(end).unwrap_or(usize::MAX);
        let chars = text.chars().skip(start).take(end.saturating_sub(start));
        Ok(Value::from(chars.collect::<String>()))
    }),
    ("indent", |args| indented(&text(args, 1)?, whole(args, 0)?)),
    ("nindent", |args| {
        let indented = indented(&text(args, 1)?, whole(args, 0)?)?;
        Ok(Value::from(format!("\n{}", text(&[indented], 0)?)))
    }),
    ("toString", |args| Ok(Value::from(text(args, 0)?))),
    ("join", |args| {
        let separator = text(args, 0)?;
        // what is no list stands for itself, as in sprig
        let given = any(args, 1)?;
        let items = if let Value::List(items) = given {
            said(items)
        } else {
            said(std::slice::from_ref(given))
        };
        fits(items.len(), separator.len())?;
        bounded(texts(&items)?.join(&separator))
    }),
    ("splitList", |args| {
        let (separator, text) = (text(args, 0)?, text(args, 1)?);
        Ok(Value::List(
            text.split(&*separator).map(Value::from).collect(),
        ))
    }),
    ("split", |args| {
        let (separator, text) = (text(args, 0)?, text(args, 1)?);
        let parts = text.split(&*separator).enumerate();
        let parts = parts.map(|(at, part)| (Arc::from(format!("_{at}")), Value::from(part)));
        Ok(Value::Map(Arc::new(parts.collect())))
    }),
    ("wrap", |args| {
        let width = usize::try_from(whole(args, 0)?).unwrap_or(0);
        Ok(Value::from(wrapped(&text(args, 1)?, width.max(1))))
    }),
    ("base", |args| Ok(Value::from(base(&text(args, 0)?)))),
    ("camelcase", |args| {
        let text = text(args, 0)?;
        let words = text.split(|it: char| ['_', '-'].contains(&it) || it.is_whitespace());
        Ok(Value::from(words.map(title).collect::<String>()))
    }),
    ("plural", |args| {
        let is_one = whole(args, 2)? == 1;
        Ok(Value::from(text(args, usize::from(!is_one))?))
    }),
    ("regexMatch", |args| {
        Ok(Value::Bool(regex(args)?.is_match(&text(args, 1)?)))
    }),
    ("regexFind", |args| {
        let text = text(args, 1)?;
        Ok(Value::from(
            regex(args)?.find(&text).map_or("", |found| found.as_str()),
        ))
    }),
    ("regexFindAll", |args| {
        let text = text(args, 1)?;
        let most = usize::try_from(whole(args, 2)?).unwrap_or(usize::MAX);
        let regex = regex(args)?;
        let found = regex.find_iter(&text).take(most);
        Ok(Value::List(
            found.map(|found| Value::from(found.as_str())).collect(),
        ))
    }),
    ("regexReplaceAll", |args| {
        let (text, with) = (text(args, 1)?, text(args, 2)?);
        let regex = regex(args)?;
        // each name in the other text may stand for a whole match
        let names = with.matches('$').count();
        let each = with.len().saturating_add(names.saturating_mul(text.len()));
        fits(regex.find_iter(&text).count(), each)?;
        bounded(regex.replace_all(&text, &*with).into_owned())
    }),
    ("regexReplaceAllLiteral", |args| {
        let (text, with) = (text(args, 1)?, text(args, 2)?);
        let regex = regex(args)?;
        fits(regex.find_iter(&text).count(), with.len())?;
        let with = regex::NoExpand(&with);
        bounded(regex.replace_all(&text, with).into_owned())
    }),
    ("regexSplit", |args| {
        let text = text(args, 1)?;
        let most = usize::try_from(whole(args, 2)?).unwrap_or(usize::MAX);
        let regex = regex(args)?;
        Ok(Value::List(
            regex.splitn(&text, most).map(Value::from).collect(),
        ))
    }),
];

/// Compiles the expression that stands first.
fn regex(args: &[Value]) -> Result<Regex> {
    let text = text(args, 0)?;
    let regex = Regex::new(&text).ok();
    regex.ok_or_else(|| TemplateError::Exec(format!("{text:?} is no expression")))
}

/// Whether so many texts of a length are not too much; it is said before they are made.
fn fits(count: usize, bytes: usize) -> Result<()> {
    if count.saturating_mul(bytes) > MAX_BYTES {
        return Err(too_long(MAX_BYTES));
    }
    Ok(())
}

fn bounded(text: String) -> Result<Value> {
    if text.len() > MAX_BYTES {
        return Err(too_long(MAX_BYTES));
    }
    Ok(Value::from(text))
}

/// Returns the values that are something.
fn said(values: &[Value]) -> Vec<Value> {
    let values = values.iter();
    let values = values.filter(|value| !matches!(value, Value::Nil));
    values.cloned().collect()
}

fn quoted(args: &[Value], mark: char) -> Result<Value> {
    let texts = texts(&said(args))?.into_iter().map(|text| match mark {
        // controls are written as Go writes them, which is not as Rust does
        '"' => library("%q", &[Value::from(text)]),
        mark => Ok(format!("{mark}{text}{mark}")),
    });
    Ok(Value::from(texts.collect::<Result<Vec<_>>>()?.join(" ")))
}

fn indented(text: &str, columns: i64) -> Result<Value> {
    let pad = " ".repeat(usize::try_from(columns).unwrap_or(0).min(1000));
    fits(text.split('\n').count(), pad.len())?;
    bounded(
        text.split('\n')
            .map(|line| format!("{pad}{line}"))
            .collect::<Vec<_>>()
            .join("\n"),
    )
}

/// Returns so many characters of the start, or of the end where the number is negative.
fn truncated(text: &str, length: i64) -> String {
    let count = usize::try_from(length.unsigned_abs()).unwrap_or(usize::MAX);
    let all = text.chars().count();
    if length < 0 {
        return text.chars().skip(all.saturating_sub(count)).collect();
    }
    text.chars().take(count).collect()
}

/// Breaks a text at spaces, so that lines are no longer than a width; words that are longer stay whole.
fn wrapped(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while rest.chars().nth(width).is_some() {
        if let Some(next) = rest.strip_prefix(' ') {
            rest = next;
            continue;
        }
        // a space right behind the width ends the line, too
        let end = rest.char_indices().nth(width.saturating_add(1));
        let end = end.map_or(rest.len(), |(at, _)| at);
        let within = rest.get(..end).unwrap_or_default();
        let behind = || rest.get(end..)?.find(' ').map(|at| at.saturating_add(end));
        let Some(space) = within.rfind(' ').or_else(behind) else {
            break;
        };
        let (line, next) = rest.split_at_checked(space).unwrap_or((rest, ""));
        out.push_str(line);
        out.push('\n');
        rest = next.get(1..).unwrap_or_default();
    }
    out + rest
}

/// Returns the last part of a path, as Go's `path.Base` does.
fn base(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" if path.is_empty() => ".",
        "" => "/",
        path => path.rsplit('/').next().unwrap_or(path),
    }
}

fn title(text: &str) -> String {
    let mut is_start = true;
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        if is_start {
            out.extend(char.to_uppercase());
        } else {
            out.push(char);
        }
        is_start = char.is_whitespace();
    }
    out
}

/// Escapes a text as Go's `xml.EscapeText` does.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\t' => out.push_str("&#x9;"),
            '\n' => out.push_str("&#xA;"),
            '\r' => out.push_str("&#xD;"),
            // what XML has no place for
            char if char < ' ' || matches!(char, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            char => out.push(char),
        }
    }
    out
}
