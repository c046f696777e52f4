//! The table of version orders. A new one is a file in `schemes/`, its `mod` line and one line below.

use std::cmp::Ordering;

use crate::BadVersion;

mod apk;
mod bitnami;
pub(crate) mod composer;
mod dpkg;
pub(crate) mod gem;
mod go;
mod go_toolchain;
mod lenient;
mod maven;
mod nuget;
pub(crate) mod pep440;
mod rpm;
pub(crate) mod semver;

schemes! {
    /// Alpine and Wolfi packages, as apk-tools 3 orders them.
    Apk: apk,
    /// Components of Bitnami.
    Bitnami: bitnami,
    /// PHP packages.
    Composer: composer,
    /// Debian and Ubuntu packages.
    Dpkg: dpkg,
    /// Ruby packages.
    Gem: gem,
    /// Go modules.
    Go: go,
    /// Releases of Go itself.
    GoToolchain: go_toolchain,
    /// Packages of languages without an order of their own: numbers, perhaps a prerelease.
    Lenient: lenient,
    /// Java packages.
    Maven: maven,
    /// .NET packages.
    Nuget: nuget,
    /// Python packages.
    Pep440: pep440,
    /// Packages of Red Hat, Fedora, SUSE, Amazon, Oracle and their kin.
    Rpm: rpm,
    /// npm packages and Cargo crates.
    Semver: semver,
}

/// What a file in `schemes/` says about its order.
pub(crate) struct Row {
    /// Kebab-case name, unique.
    pub name: &'static str,
    /// For errors, with its article: `a dpkg version`.
    pub title: &'static str,
    /// The order. Both texts are checked, whatever the other is.
    pub compare: fn(&str, &str) -> Result<Ordering, BadVersion>,
    /// Examples with ` < ` and ` = ` between them.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "what the tests of the table read")
    )]
    pub ladder: &'static str,
    /// Texts that are refused.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "what the tests of the table read")
    )]
    pub bad: &'static [&'static str],
}

/// Compares two versions: `Less` means that `a` is the older one.
///
/// # Errors
/// [`BadVersion`] for the first of the two that the scheme's own tool would refuse.
pub fn compare(scheme: Scheme, a: &str, b: &str) -> Result<Ordering, BadVersion> {
    (scheme.row().compare)(a, b)
}

impl Scheme {
    /// Returns the kebab-case name.
    pub fn name(self) -> &'static str {
        self.row().name
    }
}

/// Lists each scheme once: its variant and the module that holds its `ROW`.
macro_rules! schemes {
    ($($(#[$doc:meta])* $variant:ident: $module:ident,)*) => {
        /// A version order.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Scheme {
            $($(#[$doc])* $variant,)*
        }

        impl Scheme {
            /// Every scheme, in alphabetical order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            pub(crate) fn row(self) -> &'static Row {
                match self {
                    $(Self::$variant => &$module::ROW,)*
                }
            }
        }
    };
}
use schemes;

#[cfg(test)]
mod tests;
