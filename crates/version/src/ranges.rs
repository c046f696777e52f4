//! The table of range languages. A new one is a file in `ranges/`, its `mod` line and one line below.

use crate::BadVersion;

mod cargo;
mod composer;
mod gem;
pub(crate) mod maven;
mod npm;
mod pep440;

ranges! {
    /// Requirements of Cargo and `RustSec`: `>=1.2, <1.5`, `^1`.
    Cargo: cargo,
    /// Constraints of Composer: `^1.0 || ~2.3.4`, `1.0.*`.
    Composer: composer,
    /// Requirements of Ruby gems: `~> 1.2, != 1.2.3`.
    Gem: gem,
    /// Ranges of Maven: `[1.0,2.0)`, `(,1.0],[1.2,)`.
    Maven: maven,
    /// Ranges of npm, prereleases being versions like all others, as advisories mean them.
    Npm: npm,
    /// Specifiers of Python packages, prereleases admitted: `>=1.0, !=1.3.*`.
    Pep440: pep440,
}

/// What a file in `ranges/` says about its language.
pub(crate) struct Row {
    /// Kebab-case name, unique.
    pub name: &'static str,
    /// For errors, with its article: `an npm range`.
    pub title: &'static str,
    /// Whether a range holds a version. Both texts are checked in any case.
    pub matches: fn(&str, &str) -> Result<bool, BadVersion>,
    /// A range, versions that it holds, versions that it does not hold.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "what the tests of the table read")
    )]
    pub examples: &'static [(&'static str, &'static str, &'static str)],
    /// Texts that are refused.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "what the tests of the table read")
    )]
    pub bad: &'static [&'static str],
}

/// Whether `range` holds `version`.
///
/// # Errors
/// [`BadVersion`] if one of the texts is not what the language's own tool takes.
pub fn matches(language: RangeLanguage, range: &str, version: &str) -> Result<bool, BadVersion> {
    (language.row().matches)(range, version)
}

impl RangeLanguage {
    /// Returns the kebab-case name.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Makes the error for a `range` that this language refuses.
    pub(crate) fn bad(self, range: &str, why: &'static str) -> BadVersion {
        BadVersion::new(self.row().title, range, why)
    }
}

/// Lists each language once: its variant and the module that holds its `ROW`.
macro_rules! ranges {
    ($($(#[$doc:meta])* $variant:ident: $module:ident,)*) => {
        /// A language in which sets of versions are written.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RangeLanguage {
            $($(#[$doc])* $variant,)*
        }

        impl RangeLanguage {
            /// Every language, in alphabetical order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            pub(crate) fn row(self) -> &'static Row {
                match self {
                    $(Self::$variant => &$module::ROW,)*
                }
            }
        }
    };
}
use ranges;

#[cfg(test)]
mod tests;
