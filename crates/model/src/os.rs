//! The distribution that an image is made of.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Declares each family with the name that Trivy and package URLs use.
macro_rules! families {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A distribution whose advisories have their own keys.
        ///
        /// The names are Trivy's (trivy.md §4.1); a derivative that has none there is
        /// [`OsFamily::Other`] with its own os-release `ID`.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum OsFamily {
            $($(#[$doc])* $variant,)*
            /// Any other distribution, by its os-release `ID`.
            Other(String),
        }

        impl OsFamily {
            /// Returns the family's name.
            pub fn name(&self) -> &str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::Other(id) => id,
                }
            }

            /// Returns the family of this name; unknown ones become `Other`.
            pub fn from_name(name: &str) -> Self {
                match name {
                    $($name => Self::$variant,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }
    };
}

families! {
    /// AlmaLinux.
    Alma = "alma",
    /// Alpine.
    Alpine = "alpine",
    /// Amazon Linux.
    Amazon = "amazon",
    /// Azure Linux 3 and later.
    AzureLinux = "azurelinux",
    /// Bottlerocket.
    Bottlerocket = "bottlerocket",
    /// CBL-Mariner 1 and 2.
    CblMariner = "cbl-mariner",
    /// CentOS Linux.
    CentOs = "centos",
    /// CentOS Stream.
    CentOsStream = "centos-stream",
    /// Chainguard.
    Chainguard = "chainguard",
    /// Debian.
    Debian = "debian",
    /// Echo.
    Echo = "echo",
    /// Fedora.
    Fedora = "fedora",
    /// MinimOS.
    MinimOs = "minimos",
    /// openSUSE Leap.
    OpenSuseLeap = "opensuse-leap",
    /// openSUSE Tumbleweed.
    OpenSuseTumbleweed = "opensuse-tumbleweed",
    /// Oracle Linux.
    Oracle = "oracle",
    /// Photon OS.
    Photon = "photon",
    /// Red Hat Enterprise Linux.
    RedHat = "redhat",
    /// Rocky Linux.
    Rocky = "rocky",
    /// SUSE Linux Enterprise Micro.
    Slem = "slem",
    /// SUSE Linux Enterprise Server.
    Sles = "sles",
    /// Ubuntu.
    Ubuntu = "ubuntu",
    /// Wolfi.
    Wolfi = "wolfi",
}

impl fmt::Display for OsFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What an image says it is, and where it says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Os {
    /// The family.
    pub family: OsFamily,
    /// The release as its own files give it: `12.5`, `3.18.4`, `2 (Karoo)`, `trixie/sid`; empty for
    /// rolling releases without one.
    pub version: String,
    /// What people call it (`PRETTY_NAME`), or family and version.
    pub pretty_name: String,
    /// The family that a derivative is built on (`ID_LIKE`), for the gap that says it was not
    /// matched as that.
    pub like: Vec<String>,
    /// Whether it has no releases (Wolfi, Tumbleweed, Debian sid, Alpine edge).
    pub is_rolling: bool,
    /// The release of the repositories that its packages come from, `3.18` or `edge`; empty where they
    /// name none, or are not asked: only Alpine's are, and Ubuntu's of extended maintenance, `18.04-ESM`.
    pub repository: String,
    /// The file that told, such as `etc/os-release`.
    pub told_by: String,
}

impl Os {
    /// Returns the part of the version before the first `.`: `12` of `12.5`.
    pub fn major(&self) -> &str {
        self.version.split('.').next().unwrap_or_default()
    }

    /// Returns the first two parts of the version: `3.18` of `3.18.4`.
    pub fn minor(&self) -> String {
        self.version
            .split('.')
            .take(2)
            .collect::<Vec<_>>()
            .join(".")
    }
}
