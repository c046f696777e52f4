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
    use regex_syntax::ParserBuilder;
    use regex_syntax::hir::{Class, Hir, HirKind};

    use super::*;
    use crate::format::{Scope, Shape, Words};
    use crate::runs::{LEAST, is_of_token};

    /// Whether all that an expression matches is characters of tokens.
    fn is_of_tokens(hir: &Hir) -> bool {
        let is = |first: u8, last: u8| (first..=last).all(is_of_token);
        match hir.kind() {
            HirKind::Empty => true,
            HirKind::Literal(literal) => literal.0.iter().copied().all(is_of_token),
            HirKind::Class(Class::Bytes(class)) => {
                class.iter().all(|range| is(range.start(), range.end()))
            }
            HirKind::Class(Class::Unicode(_)) | HirKind::Look(_) => false,
            HirKind::Repetition(repetition) => is_of_tokens(&repetition.sub),
            HirKind::Capture(capture) => is_of_tokens(&capture.sub),
            HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(is_of_tokens),
        }
    }

    #[test]
    fn tokens_stand_in_long_runs_of_their_characters() {
        let mut tokens = 0;
        for row in FAMILIES.iter().flat_map(|(_, rows)| *rows) {
            let (Shape::Token(body) | Shape::Dashed(body)) = row.shape else {
                continue;
            };
            let mut parser = ParserBuilder::new().unicode(false).utf8(false).build();
            let hir = parser.parse(body).unwrap();
            assert!(is_of_tokens(&hir), "{}: {body}", row.id);
            let least = hir.properties().minimum_len();
            assert!(least.is_some_and(|least| least >= LEAST), "{}", row.id);
            let (Words::Exact(words) | Words::AnyCase(words)) = row.words;
            for word in words {
                assert!(word.bytes().all(is_of_token), "{}: {word}", row.id);
            }
            tokens += 1;
        }
        assert!(tokens > 50);
    }

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
