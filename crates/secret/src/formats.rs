//! The table of token formats: one file a family.
//!
//! Source of truth: the shapes are facts that publishers document or that their programs show; the
//! expressions are our own.

mod ai;
mod cloud;
mod file;
mod forge;
mod key;
mod package;
mod service;
mod setting;
mod shape;

use crate::format::Format;

/// Every family with its formats. Where two rules find the same secret, the earlier row of the more
/// severe ones is told.
pub(crate) static FAMILIES: &[(&str, &[Format])] = &[
    ("ai", ai::FORMATS),
    ("cloud", cloud::FORMATS),
    ("file", file::FORMATS),
    ("forge", forge::FORMATS),
    ("key", key::FORMATS),
    ("package", package::FORMATS),
    ("service", service::FORMATS),
    ("setting", setting::FORMATS),
    ("shape", shape::FORMATS),
];

/// Finds too much to be asked by default: nearly all of what it finds is no secret.
pub(crate) const OFF_BY_DEFAULT: &[&str] = &["assigned-secret"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Scope, Words};

    #[test]
    fn rows_are_whole_and_ids_are_unique() {
        let mut ids = std::collections::BTreeSet::new();
        for row in FAMILIES.iter().flat_map(|(_, rows)| *rows) {
            assert!(ids.insert(row.id), "{} is there twice", row.id);
            assert!(!row.title.is_empty(), "{}", row.id);
            let (Words::Exact(words) | Words::AnyCase(words)) = row.words;
            let needs_none = !row.path.is_empty() || row.scope == Scope::Setting;
            assert!(needs_none || !words.is_empty(), "{}: words", row.id);
            for word in words {
                assert!(word.len() >= 3 && word.is_ascii(), "{}: {word}", row.id);
            }
        }
        assert!(OFF_BY_DEFAULT.iter().all(|id| ids.contains(id)));
    }
}
