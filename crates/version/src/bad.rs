//! The error of this crate: a text that is no version.

use crate::Scheme;

/// A text is not a version of a scheme; nothing may be concluded from it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {language}: {why}")]
pub struct BadVersion {
    /// What it should have been, for people: `a dpkg version`, `an npm range`.
    pub language: &'static str,
    /// The text; a long one is cut and ends in `…`.
    pub text: String,
    /// Why it is refused, without a final period.
    pub why: &'static str,
}

impl BadVersion {
    pub(crate) fn new(language: &'static str, text: &str, why: &'static str) -> Self {
        Self {
            language,
            text: cut(text),
            why,
        }
    }
}

impl Scheme {
    /// Makes the error for a `text` that this scheme refuses.
    pub(crate) fn bad(self, text: &str, why: &'static str) -> BadVersion {
        BadVersion::new(self.row().title, text, why)
    }
}

/// Versions stand in one line of a report, so a hostile one may neither fill nor break it.
fn cut(text: &str) -> String {
    const LONGEST: usize = 100;
    let mut short: String = text
        .chars()
        .take(LONGEST)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_where_and_why_in_one_short_line() {
        let bad = Scheme::Dpkg.bad("1 2\n", "it has a space");
        assert_eq!(
            bad.to_string(),
            "`1 2\u{fffd}` is not a dpkg version: it has a space"
        );
        let long = Scheme::Apk.bad(&"x".repeat(10_000), "it is long");
        assert!(long.text.chars().count() == 101 && long.text.ends_with('…'));
    }
}
