//! Rocky Linux: fixes of binary packages, by the major number of the release, each for some
//! architectures.
//!
//! Source of truth: `trivy.md` §4.3.

use model::OsFamily;

use super::{Family, RPM, modular_name};

pub(super) static FAMILY: Family = Family {
    os: &[OsFamily::Rocky],
    publisher: "rocky",
    shards: "rocky-",
    key: modular_name,
    has_zero_epochs: true,
    ..RPM
};
