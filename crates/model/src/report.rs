//! Everything that one scan learnt about one target.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    Digest, Finding, Gap, Hygiene, ImageConfig, Layer, Leak, Os, Package, Platform, WaivedFinding,
    WaivedLeak,
};

/// What was scanned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The name as the user typed it: a path, `-`, or an image name.
    pub name: String,
    /// What it is.
    pub kind: TargetKind,
}

/// What kind of thing was scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TargetKind {
    /// A container image.
    Image,
    /// An unpacked root file system.
    RootFs,
}

/// An image as its manifest, its configuration and its bytes agree it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Digest of the configuration: the image id.
    pub id: Digest,
    /// Digest of the manifest; `None` in archives of old Docker, which have none.
    pub manifest: Option<Digest>,
    /// The configuration.
    pub config: ImageConfig,
    /// What it runs on, by its configuration.
    pub platform: Platform,
    /// The layers, lowest first.
    pub layers: Vec<Layer>,
    /// Names that the archive or the registry gives this image (`alpine:3.10`), in its order.
    pub tags: Vec<String>,
    /// What a registry calls it for ever (`alpine@sha256:…`): by the digest that its name led to.
    pub digests: Vec<String>,
}

/// How old the advisories of one publisher are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DataAge {
    /// The publisher's name.
    pub publisher: String,
    /// Day of its newest entry.
    pub newest: Option<Date>,
}

/// Who vouches for a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DataOrigin {
    /// It is part of the program.
    BuiltIn,
    /// Nobody: it is a file that is not signed.
    Unsigned,
    /// Who signed it.
    Signed {
        /// By which key, and for how long.
        by: Signature,
        /// Whether the user believes that key. If not, anybody may have signed it.
        is_trusted: bool,
    },
}

/// A signature of a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The fingerprint of the key.
    pub key: String,
    /// Counts the databases of that key.
    pub generation: u64,
    /// When it was signed.
    pub created: Timestamp,
    /// Until when it may be used.
    pub expires: Timestamp,
}

/// A distribution's end of life, as it concerns this scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EolNotice {
    /// Day that decides: the last on which anyone publishes fixes without a contract.
    pub date: Date,
    /// Whether that day is past.
    pub is_past: bool,
    /// An earlier end of regular support, if there is one and it is past.
    pub regular_end: Option<Date>,
    /// Who says so.
    pub source: String,
}

/// Everything that one scan learnt about one target: facts only, before any filter.
///
/// The lists are sorted by the keys that their items document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What was scanned.
    pub target: Target,
    /// When, handed in by the caller.
    pub created: Timestamp,
    /// The image; `None` for an unpacked root.
    pub image: Option<Image>,
    /// The distribution; `None` if nothing tells.
    pub os: Option<Os>,
    /// Its end of life, if the data knows.
    pub eol: Option<EolNotice>,
    /// Installed packages.
    pub packages: Vec<Package>,
    /// Whether somebody asked what is known to be wrong with them; there are no findings if nobody did.
    pub is_matched: bool,
    /// What is known to be wrong with them.
    pub findings: Vec<Finding>,
    /// What of this somebody said not to count; none of it is in `findings`.
    pub waived: Vec<WaivedFinding>,
    /// Secrets in it; `None` if nobody looked for any.
    pub leaks: Option<Vec<Leak>>,
    /// What of these somebody said not to count.
    pub waived_leaks: Vec<WaivedLeak>,
    /// How it is built; `None` if nobody looked.
    pub hygiene: Option<Hygiene>,
    /// What was not looked at.
    pub gaps: Vec<Gap>,
    /// How old the data is that was used.
    pub data: Vec<DataAge>,
    /// Who vouches for the database that was used.
    pub origin: DataOrigin,
}

/// Findings that the user's filters took out of a report, counted by the filter that did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Hidden {
    /// By `--severity`.
    pub by_severity: usize,
    /// By `--ignore-status` or `--ignore-unfixed`.
    pub by_status: usize,
    /// How many of all these are known to be exploited.
    pub exploited: usize,
}
