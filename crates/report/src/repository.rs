//! Whether a package is the distribution's own or comes from a vendor's repository.
//!
//! Source of truth: Trivy's list of maintainers (trivy.md §4.2). Unlike Trivy, nothing is left out
//! of matching because of it; it is only printed.

use model::{Package, PackageFormat};

/// Returns who publishes a package by its maintainer's word; `None` where the format does not say.
pub(crate) fn class(package: &Package) -> Option<&'static str> {
    match package.format {
        PackageFormat::Apk => None,
        PackageFormat::Dpkg if is_third_party(&package.maintainer) => Some("third-party"),
        PackageFormat::Dpkg => Some("official"),
    }
}

fn is_third_party(maintainer: &str) -> bool {
    matches!(maintainer, "GitHub" | "HashiCorp")
        || THIRD_PARTIES.iter().any(|part| maintainer.contains(part))
}

/// Parts of a maintainer that mean a vendor's own repository rather than the distribution.
static THIRD_PARTIES: &[&str] = &[
    "@cloudflare.com",
    "@datadoghq.com",
    "@hashicorp.com",
    "@konghq.com",
    "@microsoft.com",
    "@mongodb.com",
    "@nodesource.com",
    "@nvidia.com",
    "@openrobotics.org",
    "@osrfoundation.org",
    "Google Cloud CLI Authors",
    "contact@grafana.com",
    "dev@couchdb.apache.org",
    "developers@lists.mariadb.org",
    "info@elastic.co",
    "info@tailscale.com",
    "nginx-packaging@f5.com",
    "sapmachine@sap.com",
    "support@docker.com",
    "support@gitlab.com",
    "support@influxdb.com",
];

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
        ] {
            let package = Package {
                maintainer: maintainer.to_owned(),
                ..package(format, "a", "1")
            };
            assert_eq!(class(&package), want, "{maintainer}");
        }
    }
}
