//! A type as one line of text, the form of the built-in table.
//!
//! ```text
//! no ! .limits={@Quantity .name=s +name     an object or null: no other names; `name` is required
//! ```
//! Words behind the kinds: `!` no other names, `{TYPE` other names, `[TYPE` items, `=TEXT` an allowed
//! text, `+NAME` a required name, `|TYPE` one of, `.NAME=TYPE` a field. A type in a word is `@NAME`, or
//! kinds with one of `[`, `{`, `=` behind them.

use std::fmt::Write as _;

use super::types::{Kinds, Others, Type, Use};

/// Reads a line; `find` returns the number of a named type. None if the line makes no sense.
pub(crate) fn parse(line: &str, find: &dyn Fn(&str) -> Option<usize>) -> Option<Type> {
    let mut words = line.split(' ');
    let mut kind = Type {
        kinds: kinds(words.next()?)?,
        ..Type::default()
    };
    for word in words {
        let (sign, rest) = word.split_at_checked(1)?;
        match sign {
            "!" => kind.others = Others::None,
            "{" => kind.others = Others::Of(of(rest, find)?),
            "[" => kind.items = Some(of(rest, find)?),
            "=" => kind.texts.push(rest.into()),
            "+" => kind.required.push(rest.into()),
            "|" => kind.one_of.push(of(rest, find)?),
            "." => {
                let (name, field) = rest.split_once('=')?;
                kind.fields.push((name.into(), of(field, find)?));
            }
            _ => return None,
        }
    }
    Some(kind)
}

fn of(word: &str, find: &dyn Fn(&str) -> Option<usize>) -> Option<Use> {
    if let Some(name) = word.strip_prefix('@') {
        return find(name).map(Use::Named);
    }
    let end = word.find(['[', '{', '=']).unwrap_or(word.len());
    let (own, rest) = word.split_at_checked(end)?;
    let mut kind = Type {
        kinds: kinds(own)?,
        ..Type::default()
    };
    match rest.split_at_checked(1) {
        Some(("[", item)) => kind.items = Some(of(item, find)?),
        Some(("{", other)) => kind.others = Others::Of(of(other, find)?),
        Some(("=", texts)) => kind.texts = texts.split('|').map(Into::into).collect(),
        _ => {}
    }
    Some(Use::Inline(Box::new(kind)))
}

fn kinds(letters: &str) -> Option<Kinds> {
    let mut kinds = Kinds::default();
    if letters == "-" {
        return Some(kinds);
    }
    letters
        .chars()
        .all(|letter| kinds.add(|(known, _)| *known == letter))
        .then_some(kinds)
}

/// Writes a type; `name` returns the name of a numbered one. None if it does not fit on a line.
pub(crate) fn write(kind: &Type, name: &dyn Fn(usize) -> String) -> Option<String> {
    let mut line = letters(kind.kinds);
    match &kind.others {
        Others::Any => {}
        Others::None => line.push_str(" !"),
        Others::Of(other) => write!(line, " {{{}", word(other, name)?).ok()?,
    }
    if let Some(items) = &kind.items {
        write!(line, " [{}", word(items, name)?).ok()?;
    }
    for text in &kind.texts {
        write!(line, " ={}", plain(text)?).ok()?;
    }
    for one in &kind.one_of {
        write!(line, " |{}", word(one, name)?).ok()?;
    }
    for required in &kind.required {
        write!(line, " +{}", plain(required)?).ok()?;
    }
    for (field, of) in &kind.fields {
        write!(line, " .{}={}", plain(field)?, word(of, name)?).ok()?;
    }
    Some(line)
}

fn word(of: &Use, name: &dyn Fn(usize) -> String) -> Option<String> {
    let kind = match of {
        Use::Named(number) => return Some(format!("@{}", name(*number))),
        Use::Inline(kind) => kind,
    };
    let mut word = letters(kind.kinds);
    if let Others::Of(other) = &kind.others {
        write!(word, "{{{}", self::word(other, name)?).ok()?;
    }
    if let Some(items) = &kind.items {
        write!(word, "[{}", self::word(items, name)?).ok()?;
    }
    if !kind.texts.is_empty() {
        let texts: Option<Vec<&str>> = kind.texts.iter().map(|text| plain(text)).collect();
        write!(word, "={}", texts?.join("|")).ok()?;
    }
    let is_simple = kind.one_of.is_empty() && kind.required.is_empty() && kind.fields.is_empty();
    (is_simple && kind.others != Others::None).then_some(word)
}

fn letters(kinds: Kinds) -> String {
    if kinds.is_empty() {
        return "-".to_owned();
    }
    kinds.iter().map(|(letter, _)| letter).collect()
}

fn plain(text: &str) -> Option<&str> {
    (!text.contains([' ', '|', '=', '\n'])).then_some(text)
}
