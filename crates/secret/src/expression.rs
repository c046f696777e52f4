//! An expression that is compiled when it is first needed, and how far its matches reach.

use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;

/// Bytes that a compiled expression may take.
const COMPILED_BYTES: usize = 4 << 20;
/// Bytes that one thread's states of it may take; beyond, they are made anew.
const STATES_BYTES: usize = 512 << 10;

/// Bytes that the longest match may have before and behind its word, where the expression sets no
/// bound: a PEM key of 64 KiB is longer than any that is in use.
pub(crate) const FURTHEST: Reach = Reach {
    before: 4 << 10,
    behind: 64 << 10,
};

/// How many bytes of a match there may be before the start and behind the start of its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) before: usize,
    pub(crate) behind: usize,
}

/// An expression with a group `s`.
#[derive(Debug)]
pub(crate) struct Expression {
    text: String,
    compiled: OnceLock<Option<(Regex, Reach)>>,
}

impl Expression {
    pub(crate) const fn new(text: String) -> Self {
        Self {
            text,
            compiled: OnceLock::new(),
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Returns it compiled; `None` for one that cannot be, which rows and users' rules are tested for
    /// before.
    pub(crate) fn compiled(&self) -> Option<&(Regex, Reach)> {
        let compile = || compile(&self.text).ok();
        self.compiled.get_or_init(compile).as_ref()
    }
}

/// Compiles an expression within bounds, without Unicode: it is asked of bytes.
///
/// # Errors
/// Why it is none, for people.
pub(crate) fn compile(text: &str) -> Result<(Regex, Reach), String> {
    let regex = RegexBuilder::new(text)
        .unicode(false)
        .size_limit(COMPILED_BYTES)
        .dfa_size_limit(STATES_BYTES)
        .build()
        .map_err(|error| error.to_string())?;
    let parsed = ParserBuilder::new()
        .unicode(false)
        .utf8(false)
        .build()
        .parse(text);
    let longest = parsed
        .map_err(|error| error.to_string())?
        .properties()
        .maximum_len();
    let reach = match longest {
        Some(longest) if longest < FURTHEST.before => Reach {
            before: longest,
            behind: longest,
        },
        Some(_) | None => FURTHEST,
    };
    Ok((regex, reach))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reach_is_the_longest_match() {
        for (text, want) in [
            (
                "(?P<s>ab{2,3})c?",
                Reach {
                    before: 5,
                    behind: 5,
                },
            ),
            ("(?P<s>ab+)", FURTHEST),
            ("(?P<s>a{5000})", FURTHEST),
        ] {
            assert_eq!(compile(text).unwrap().1, want, "{text}");
        }
        assert!(compile("(?P<s>[0-9a-f]{1000000})").is_err(), "too large");
    }
}
