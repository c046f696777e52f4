//! Whether a package is the distribution's own or comes from a vendor's repository.
//!
//! Printed as Trivy prints it (trivy.md §2.1).

use model::{Package, PackageFormat};

/// Returns who publishes a package by its maintainer's word; `None` where the format does not say.
pub(crate) fn class(package: &Package) -> Option<&'static str> {
    match package.format {
        PackageFormat::Apk | PackageFormat::Rpmqa | PackageFormat::Language(_) => None,
        PackageFormat::Dpkg | PackageFormat::Rpm => {
            let is_third = package.is_of_vendor() || package.is_of_nobody();
            Some(if is_third { "third-party" } else { "official" })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outputs::tests::package;

    #[test]
    fn knows_vendors_by_their_maintainer() {
        for (format, maintainer, want) in [
            (PackageFormat::Dpkg, "", Some("official")),
            (
                PackageFormat::Dpkg,
                "Debian GCC Maintainers <debian-gcc@lists.debian.org>",
                Some("official"),
            ),
            (
                PackageFormat::Dpkg,
                "Docker <support@docker.com>",
                Some("third-party"),
            ),
            (PackageFormat::Dpkg, "GitHub", Some("third-party")),
            (PackageFormat::Dpkg, "GitHub fan", Some("official")),
            (PackageFormat::Apk, "support@docker.com", None),
            (PackageFormat::Rpmqa, "Rocky", None),
            (
                PackageFormat::Rpm,
                "Rocky Enterprise Software Foundation",
                Some("official"),
            ),
            (PackageFormat::Rpm, "Example Inc", Some("third-party")),
            (PackageFormat::Rpm, "", Some("third-party")),
        ] {
            let package = Package {
                maintainer: maintainer.to_owned(),
                ..package(format, "a", "1")
            };
            assert_eq!(class(&package), want, "{maintainer}");
        }
    }
}
