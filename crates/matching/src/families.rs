//! The distributions whose advisories we know how to apply: a file and a line each.

use model::{Os, OsFamily, Package, PackageFormat};
use version::Scheme;

/// How the advisories of one distribution apply to its packages.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) os: OsFamily,
    /// Trivy's id of the publisher, and what the names of its shards begin with.
    pub(crate) publisher: &'static str,
    /// The packages that its advisories speak of.
    pub(crate) format: PackageFormat,
    /// The order of its versions.
    pub(crate) scheme: Scheme,
    /// What stands behind the publisher in the name of a release's shard: `12`, `3.18`, `edge`;
    /// `None` if the image does not tell its release.
    pub(crate) release: fn(&Os) -> Option<String>,
    /// The name under which advisories keep a package.
    pub(crate) key: fn(&Package) -> &str,
    /// The version that is compared with the one that holds the fix.
    pub(crate) compared: fn(&Package) -> &str,
    /// Whether a package is headers or an image of a kernel, which is never the running one.
    pub(crate) is_kernel: fn(&Package) -> bool,
}

/// Declares each module and lists its `FAMILY`.
macro_rules! families {
    ($($name:ident,)*) => {
        $(mod $name;)*

        /// Every family, in alphabetical order.
        pub(crate) static FAMILIES: &[&Family] = &[$(&$name::FAMILY),*];
    };
}

families! {
    alpine,
    debian,
    ubuntu,
}

/// Returns how the advisories of a distribution apply; `None` if we have none.
pub(crate) fn of(os: &Os) -> Option<&'static Family> {
    FAMILIES
        .iter()
        .copied()
        .find(|family| family.os == os.family)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A distribution for tests of the rows.
    pub(super) fn os(family: OsFamily, version: &str) -> Os {
        Os {
            family,
            version: version.to_owned(),
            pretty_name: String::new(),
            like: Vec::new(),
            is_rolling: false,
            told_by: "etc/os-release".to_owned(),
        }
    }

    #[test]
    fn rows_are_sorted_and_found() {
        assert!(FAMILIES.is_sorted_by_key(|family| family.publisher));
        for family in FAMILIES {
            let found = of(&os(family.os.clone(), "1")).unwrap();
            assert_eq!(found.publisher, family.publisher);
        }
        assert!(of(&os(OsFamily::Fedora, "40")).is_none());
    }
}
