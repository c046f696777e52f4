//! How an OS package's full version splits into epoch, version and release.
//!
//! An rpm's is `[epoch:]version[-release]` in the same way. Source of truth: Debian policy 5.6.12 (`[epoch:]upstream[-revision]`); Trivy keeps an apk
//! version whole.

use model::PackageFormat;

/// A full version in its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct VersionParts<'a> {
    /// Epoch; 0 if none is given.
    pub epoch: u32,
    /// The version proper.
    pub version: &'a str,
    /// The distribution's revision; may be empty.
    pub release: &'a str,
}

impl<'a> VersionParts<'a> {
    /// Splits a full version; what looks like an epoch and is no number stays in the version.
    pub(crate) fn new(full: &'a str, format: PackageFormat) -> Self {
        match format {
            PackageFormat::Apk | PackageFormat::Language(_) => Self {
                epoch: 0,
                version: full,
                release: "",
            },
            PackageFormat::Dpkg | PackageFormat::Rpm | PackageFormat::Rpmqa => Self::dpkg(full),
        }
    }

    fn dpkg(full: &'a str) -> Self {
        let epoch = full
            .split_once(':')
            .and_then(|(epoch, rest)| Some((epoch.parse().ok()?, rest)));
        let (epoch, rest) = epoch.unwrap_or((0, full));
        let (version, release) = rest.rsplit_once('-').unwrap_or((rest, ""));
        Self {
            epoch,
            version,
            release,
        }
    }

    /// Returns the version with its release, without the epoch: what package URLs carry.
    pub(crate) fn without_epoch(self) -> String {
        if self.release.is_empty() {
            self.version.to_owned()
        } else {
            format!("{}-{}", self.version, self.release)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_as_each_format_does() {
        for (format, full, want) in [
            (PackageFormat::Apk, "1.2.3-r4", (0, "1.2.3-r4", "")),
            (PackageFormat::Dpkg, "10.1", (0, "10.1", "")),
            (PackageFormat::Dpkg, "5.0-4", (0, "5.0", "4")),
            (
                PackageFormat::Dpkg,
                "1:2.36.1-8+deb11u1",
                (1, "2.36.1", "8+deb11u1"),
            ),
            (PackageFormat::Dpkg, "2:1.2-rc1-3", (2, "1.2-rc1", "3")),
            (PackageFormat::Dpkg, "x:1-2", (0, "x:1", "2")),
            (PackageFormat::Dpkg, "", (0, "", "")),
        ] {
            let parts = VersionParts::new(full, format);
            assert_eq!((parts.epoch, parts.version, parts.release), want, "{full}");
        }
    }
}
