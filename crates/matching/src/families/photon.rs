//! Photon OS: fixes, by release `X.Y` and source package, but at versions of binary packages.
//!
//! Source of truth: `trivy.md` §4.3.

use model::OsFamily;

use super::{Family, RPM, minor, source_name};

pub(super) static FAMILY: Family = Family {
    os: &[OsFamily::Photon],
    publisher: "photon",
    shards: "photon-",
    release: minor,
    key: source_name,
    ..RPM
};
