//! SUSE Linux Enterprise Micro: fixes of binary packages, by release as the image gives it.
//!
//! Source of truth: `trivy.md` §4.3.

use model::OsFamily;

use super::{Family, RPM, whole};

pub(super) static FAMILY: Family = Family {
    os: &[OsFamily::Slem],
    publisher: "suse-cvrf",
    shards: "suse-cvrf-slem-",
    release: whole,
    ..RPM
};
