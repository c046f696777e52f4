//! Bottlerocket: fixes of binary packages; all releases are one stream.
//!
//! Source of truth: `trivy.md` §4.3.

use model::OsFamily;

use super::{Family, ROLLING, RPM};

pub(super) static FAMILY: Family = Family {
    os: &[OsFamily::Bottlerocket],
    publisher: "bottlerocket",
    shards: "bottlerocket-",
    release: ROLLING,
    ..RPM
};
