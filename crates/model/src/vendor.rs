//! Packages that a vendor publishes in a repository of its own, known by their maintainer.
//!
//! A distribution's advisories say nothing about them: the names may be the distribution's, the
//! fixes are not. Source of truth: Trivy's list (trivy.md §4.2), so that the same packages are
//! matched.

use crate::{Package, PackageFormat};

/// Parts of a maintainer's line that mean a vendor.
const VENDORS: &[&str] = &[
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

/// Whole lines that do.
const VENDOR_LINES: &[&str] = &["GitHub", "HashiCorp"];

impl Package {
    /// Whether a vendor publishes it rather than the distribution; apk does not tell.
    pub fn is_of_vendor(&self) -> bool {
        let maintainer = self.maintainer.as_str();
        match self.format {
            PackageFormat::Apk => false,
            PackageFormat::Dpkg => {
                VENDOR_LINES.contains(&maintainer)
                    || VENDORS.iter().any(|part| maintainer.contains(part))
            }
        }
    }
}
