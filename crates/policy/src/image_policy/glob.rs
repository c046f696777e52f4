//! Patterns of texts: `*` stands for any characters, `?` for one, `{a,b}` for either.

use globset::{GlobBuilder, GlobMatcher};

/// Characters with which what is no plain text begins.
const SPECIAL: [char; 5] = ['*', '?', '[', '{', '\\'];

/// A pattern. Of thousands most have no wildcard, or begin with what few texts begin with: that is compared
/// first, as it costs a hundredth of the rest.
#[derive(Debug, Clone)]
pub(super) struct Glob {
    /// What each text that fits begins with.
    head: String,
    /// The whole pattern; none if only its head fits.
    whole: Option<GlobMatcher>,
}

impl Glob {
    /// Whether a text fits.
    pub(super) fn is_match(&self, text: &str) -> bool {
        match &self.whole {
            None => text == self.head,
            Some(whole) => text.starts_with(&self.head) && whole.is_match(text),
        }
    }

    /// Returns the only text that fits; none if there may be several.
    pub(super) fn only(&self) -> Option<&str> {
        self.whole.is_none().then_some(&*self.head)
    }
}

/// Reads a pattern in which `*` stays within a part between slashes, if there are any.
pub(super) fn glob(text: &str, is_path: bool) -> Option<Glob> {
    let glob = GlobBuilder::new(text).literal_separator(is_path).build();
    let glob = glob.ok()?;
    let head = text.split(SPECIAL).next().unwrap_or_default();
    Some(Glob {
        head: head.to_owned(),
        whole: (head != text).then(|| glob.compile_matcher()),
    })
}

/// Whether a text fits any of these.
pub(super) fn fits(globs: &[Glob], text: &str) -> bool {
    globs.iter().any(|glob| glob.is_match(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What is compared first changes nothing of what fits.
        #[test]
        fn what_fits_is_what_the_library_says(
            pattern in r"[ab]{0,2}(\*|\*\*|\?|/|/\*\*/|/\*\*|\[ab\]|\{a,b\}|\\a|\]|,|-){0,2}[ab]{0,2}",
            text in "[ab/,-]{0,5}",
            is_path in any::<bool>(),
        ) {
            let library = GlobBuilder::new(&pattern).literal_separator(is_path).build();
            let ours = glob(&pattern, is_path);
            prop_assert_eq!(ours.is_some(), library.is_ok());
            if let (Some(ours), Ok(library)) = (ours, library) {
                prop_assert_eq!(ours.is_match(&text), library.compile_matcher().is_match(&text));
            }
        }
    }
}
