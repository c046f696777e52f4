//! A package that is installed in an image.

use serde::{Deserialize, Serialize};

use crate::{ImagePath, Language};

/// The database or file format that told of a package, by Trivy's analyzer names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PackageFormat {
    /// Alpine's `installed`.
    Apk,
    /// Debian's `status` and `status.d`.
    Dpkg,
    /// Red Hat's and its kin's database.
    Rpm,
    /// The list that `rpm -qa` printed when an image without rpm's own database was built.
    Rpmqa,
    /// A file of a programming language.
    Language(Language),
}

impl PackageFormat {
    /// Returns Trivy's analyzer name (`AnalyzedBy`).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Apk => "apk",
            Self::Dpkg => "dpkg",
            Self::Rpm => "rpm",
            Self::Rpmqa => "rpmqa",
            Self::Language(language) => language.name(),
        }
    }

    /// Returns the package URL type.
    pub const fn purl_type(self) -> &'static str {
        match self {
            Self::Apk => "apk",
            Self::Dpkg => "deb",
            Self::Rpm | Self::Rpmqa => "rpm",
            Self::Language(language) => language.purl_type(),
        }
    }
}

/// Where Red Hat built a layer from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Build {
    /// Repositories that it took packages from.
    pub content_sets: Vec<String>,
    /// Name, version and release of the image: `ubi8-container-8.5-200`; may be empty.
    pub nvr: String,
    /// Its architecture; may be empty.
    pub arch: String,
}

/// A package at a version, with where it came from.
///
/// Lists of packages sort by name, version, architecture and path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Package {
    /// Name as its database gives it.
    pub name: String,
    /// Full version string as its database gives it, epoch and release included.
    pub version: String,
    /// Architecture in the database's words; may be empty.
    pub arch: String,
    /// Which format told.
    pub format: PackageFormat,
    /// Path of the file that told.
    pub path: ImagePath,
    /// Name of the source package; the binary's own if the database names none.
    pub source_name: String,
    /// Version of the source package; the binary's own if the database names none.
    pub source_version: String,
    /// Stream of modules that it belongs to, as its header says: `nodejs:18:…`; mostly empty.
    pub module: String,
    /// What Red Hat says of the image build that brought it.
    pub build: Option<Build>,
    /// Licences as the database gives them.
    pub licenses: Vec<String>,
    /// Who maintains it; may be empty.
    pub maintainer: String,
    /// Ids (`name@version`) of packages that it needs and that are here, sorted.
    pub depends_on: Vec<String>,
    /// Checksum of the package that its database gives, `sha1:…` or `md5:…`; may be empty.
    pub digest: String,
    /// Files that it owns: those with a checksum first, in the database's order, then all others.
    pub files: Vec<ImagePath>,
    /// How many of `files` have a checksum; what Trivy calls `InstalledFiles`.
    pub checksummed_files: usize,
    /// 0-based index of the lowest layer from which it stands without a break; 0 where there are
    /// no layers.
    pub layer: usize,
}

impl Package {
    /// Returns the id that Trivy gives it: `name@version`, of an rpm without the epoch and with the
    /// architecture; empty if it gives none.
    pub fn id(&self) -> String {
        match self.format {
            PackageFormat::Rpmqa => String::new(),
            PackageFormat::Rpm => {
                let epoch = self.version.split_once(':');
                let version = epoch.map_or(self.version.as_str(), |(_, version)| version);
                format!("{}@{version}.{}", self.name, self.arch)
            }
            PackageFormat::Apk | PackageFormat::Dpkg | PackageFormat::Language(_) => self.label(),
        }
    }

    /// Returns what people are told of it: `name@version`.
    pub fn label(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }
}
