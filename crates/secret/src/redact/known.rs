//! Secrets that were seen at one place, to be taken out of all others.

use std::collections::BTreeSet;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

use super::REDACTED;

/// Shorter values may be words.
const LEAST: usize = 8;
/// Longer ones are looked for nowhere else.
const MOST: usize = 1_000;
/// Values that are kept.
const MOST_VALUES: usize = 10_000;

/// Values that are secret.
#[derive(Debug, Default)]
pub(super) struct Known {
    values: BTreeSet<String>,
    matcher: Option<AhoCorasick>,
}

impl Known {
    /// Notes what spans of a text hold.
    pub(super) fn note(&mut self, text: &str, spans: &[Range<usize>]) {
        for span in spans {
            if let Some(value) = text.get(span.clone()) {
                self.note_value(value);
            }
        }
    }

    /// Notes a value that cannot be a word.
    pub(super) fn note_value(&mut self, value: &str) {
        let value = value.trim().trim_matches(['"', '\'']);
        let has = |is: fn(char) -> bool| value.chars().any(is);
        let is_word = !has(|c| c.is_ascii_digit()) || !has(char::is_alphabetic);
        let is_address = value.contains("://") || value.starts_with(['/', '$', '.']);
        let fits = (LEAST..=MOST).contains(&value.len()) && self.values.len() < MOST_VALUES;
        if fits && !is_word && !is_address {
            self.values.insert(value.to_owned());
        }
    }

    /// Takes what another noted.
    pub(super) fn learn(&mut self, other: Self) {
        let before = self.values.len();
        self.values.extend(other.values);
        if self.values.len() > before {
            self.matcher = AhoCorasickBuilder::new()
                .match_kind(MatchKind::LeftmostLongest)
                .build(&self.values)
                .ok();
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Returns a text without these values.
    pub(super) fn taken_out(&self, text: String) -> String {
        match &self.matcher {
            Some(matcher) if matcher.is_match(&*text) => {
                let marks = vec![REDACTED; self.values.len()];
                matcher.replace_all(&text, &marks)
            }
            _ => text,
        }
    }
}
