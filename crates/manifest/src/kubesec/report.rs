//! What kubesec says about one object, and its JSON.

use std::fmt::Write as _;

use serde::{Serialize, Serializer};

use super::rules::Rule;

/// The verdict on one object.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// `KIND/NAME.NAMESPACE`.
    pub object: String,
    /// Whether it satisfies its schema.
    pub valid: bool,
    /// The file, as given.
    pub file_name: String,
    /// The verdict as a sentence, or what is wrong with the object.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// The sum of the points.
    pub score: i64,
    /// The rules that count.
    pub scoring: Scoring,
    /// The rules that were asked, in the order of the table.
    #[serde(skip)]
    pub rules: Vec<&'static Rule>,
}

/// Rules by what came of them; each list by points, the heaviest first, then by selector.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Scoring {
    /// What is dangerous.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "entries")]
    pub critical: Vec<&'static Rule>,
    /// What is good.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "entries")]
    pub passed: Vec<&'static Rule>,
    /// What would be good.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "entries")]
    pub advise: Vec<&'static Rule>,
}

#[derive(Serialize)]
struct Entry {
    id: &'static str,
    selector: &'static str,
    reason: &'static str,
    points: i64,
}

fn entries<S: Serializer>(rules: &Vec<&'static Rule>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(rules.iter().map(|rule| Entry {
        id: rule.id,
        selector: rule.selector,
        reason: rule.reason,
        points: rule.points,
    }))
}

/// Controls that JSON does not escape, marks that turn the reading round or take no room, line ends.
const fn acts(c: char) -> bool {
    matches!(c,
        '\u{7f}'..='\u{9f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}')
}

/// Writes a value as Go's encoder does with an indent of two spaces, without a line feed at the end.
///
/// Characters that act on a terminal are escaped too, which Go does not do; the value is the same.
pub fn to_json<T: Serialize>(value: &T) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    // bytes are faster to look through than characters
    let may_be = |byte| matches!(byte, b'<' | b'>' | b'&' | 0x7f..);
    while let Some(at) = rest.bytes().position(may_be) {
        let (plain, behind) = rest.split_at_checked(at).unwrap_or_default();
        out.push_str(plain);
        let mut behind = behind.chars();
        let c = behind.next().unwrap_or_default();
        // outside of texts these characters do not occur
        if matches!(c, '<' | '>' | '&') || acts(c) {
            let _infallible = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
        rest = behind.as_str();
    }
    out.push_str(rest);
    out
}
