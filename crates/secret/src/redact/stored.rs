//! Passwords that programs write into their settings: `npm config set NAME VALUE`,
//! `aws configure set NAME VALUE`, `requirepass VALUE`, `debconf-set-selections`.

use std::ops::Range;

use super::is_of_name;
use super::names::Secrecy;
use super::programs::{Word, words};
use crate::evidence::written;

/// Words that are followed by a name and its value.
const SETS: &[&str] = &["set", "add", "--add", "--global", "config"];

/// Settings of programs whose names have a blank before the value.
const SETTINGS: &[&str] = &["requirepass", "masterauth", "masteruser", "user_password"];

/// Returns where such passwords stand.
pub(super) fn passwords(text: &str) -> Vec<Range<usize>> {
    let is_asked = text.contains("set ")
        || text.contains("debconf")
        || text.contains("config")
        || SETTINGS.iter().any(|name| text.contains(name));
    if !is_asked {
        return Vec::new();
    }
    let words = words(text);
    let words: Vec<&Word<'_>> = words.iter().filter(|word| !word.bare.is_empty()).collect();
    let of_pairs = words.windows(2).filter_map(|pair| match pair {
        [name, value] if SETTINGS.contains(&name.bare) && !name.is_last => Some(value.span()),
        _ => None,
    });
    let of_sets = words.windows(3).filter_map(|three| match three {
        [set, name, value]
            if SETS.contains(&set.bare) && !set.is_last && !name.is_last && hides(name, value) =>
        {
            Some(value.span())
        }
        // as debconf is told: package, question, type, answer
        [question, kind, value] if kind.bare == "password" && question.bare.contains('/') => {
            Some(value.span())
        }
        _ => None,
    });
    of_pairs.chain(of_sets).collect()
}

/// Whether a name, behind a registry's address or a section's name, says that its value is secret.
fn hides(name: &Word<'_>, value: &Word<'_>) -> bool {
    let last = name
        .bare
        .rsplit(|c| !is_of_name(c))
        .next()
        .unwrap_or_default();
    !written::says_where(last) && Secrecy::of(last).hides(value.bare)
}
