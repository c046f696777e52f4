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

/// Beginnings of the vendors of distributions of rpm packages.
const DISTRIBUTIONS: [&str; 13] = [
    "AlmaLinux",
    "Amazon Linux",
    "Amazon.com",
    "CentOS",
    "CloudLinux",
    "Fedora Project",
    "Microsoft Corporation",
    "Oracle America",
    "Red Hat",
    "Rocky",
    "SUSE",
    "VMware",
    "openSUSE",
];

/// Whole lines that do.
const VENDOR_LINES: &[&str] = &["GitHub", "HashiCorp"];

impl Package {
    /// Whether a vendor publishes it rather than the distribution; apk does not tell, nor do packages of
    /// languages and lists of rpm's, and an rpm without a vendor may be anybody's.
    pub fn is_of_vendor(&self) -> bool {
        let maintainer = self.maintainer.as_str();
        match self.format {
            PackageFormat::Apk | PackageFormat::Rpmqa | PackageFormat::Language(_) => false,
            PackageFormat::Rpm => {
                let is_of = |name: &str| maintainer.starts_with(name);
                !maintainer.is_empty() && !DISTRIBUTIONS.iter().any(|name| is_of(name))
            }
            PackageFormat::Dpkg => {
                VENDOR_LINES.contains(&maintainer)
                    || VENDORS.iter().any(|part| maintainer.contains(part))
            }
        }
    }

    /// Whether it is an rpm that names no vendor, which Trivy takes for a vendor's; Amazon's name none, and
    /// their releases tell.
    pub fn is_of_nobody(&self) -> bool {
        self.format == PackageFormat::Rpm
            && self.maintainer.is_empty()
            && !self.version.contains("amzn")
    }
}
