//! Whom a publisher's id means: the name and address that reports give for it.
//!
//! Source of truth: Trivy's `data-source` bucket, as its test database holds it, and the sources
//! of trivy-db for those that it lacks (Azure Linux, Chainguard, Wolfi).

/// A publisher of advisories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DataSource {
    /// Trivy's id.
    pub id: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// Where it publishes.
    pub url: &'static str,
}

/// Returns whom an id means. Red Hat is not listed: its findings carry no source in Trivy.
pub(crate) fn find(id: &str) -> Option<&'static DataSource> {
    SOURCES.iter().find(|source| source.id == id)
}

const fn source(id: &'static str, name: &'static str, url: &'static str) -> DataSource {
    DataSource { id, name, url }
}

static SOURCES: &[DataSource] = &[
    source(
        "alma",
        "AlmaLinux Product Errata",
        "https://errata.almalinux.org/",
    ),
    source("alpine", "Alpine Secdb", "https://secdb.alpinelinux.org/"),
    source(
        "amazon",
        "Amazon Linux Security Center",
        "https://alas.aws.amazon.com/",
    ),
    source(
        "azure",
        "Azure Linux Vulnerability Data",
        "https://github.com/microsoft/AzureLinuxVulnerabilityData",
    ),
    source(
        "cbl-mariner",
        "CBL-Mariner Vulnerability Data",
        "https://github.com/microsoft/CBL-MarinerVulnerabilityData",
    ),
    source(
        "chainguard",
        "Chainguard Security Data",
        "https://packages.cgr.dev/chainguard/security.json",
    ),
    source(
        "debian",
        "Debian Security Tracker",
        "https://salsa.debian.org/security-tracker-team/security-tracker",
    ),
    source(
        "oracle-oval",
        "Oracle Linux OVAL definitions",
        "https://linux.oracle.com/security/oval/",
    ),
    source(
        "photon",
        "Photon OS CVE metadata",
        "https://packages.broadcom.com/photon/photon_cve_metadata/",
    ),
    source(
        "rocky",
        "Rocky Linux updateinfo",
        "https://download.rockylinux.org/pub/rocky/",
    ),
    source(
        "suse-cvrf",
        "SUSE CVRF",
        "https://ftp.suse.com/pub/projects/security/cvrf/",
    ),
    source(
        "ubuntu",
        "Ubuntu CVE Tracker",
        "https://git.launchpad.net/ubuntu-cve-tracker",
    ),
    source(
        "wolfi",
        "Wolfi Secdb",
        "https://packages.wolfi.dev/os/security.json",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_sorted_and_unique() {
        assert!(SOURCES.is_sorted_by(|a, b| a.id < b.id));
        assert_eq!(find("debian").unwrap().name, "Debian Security Tracker");
        assert_eq!(find("redhat"), None);
    }
}
