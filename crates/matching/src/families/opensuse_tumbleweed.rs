//! openSUSE Tumbleweed: fixes of binary packages; it has no releases.
//!
//! Source of truth: `trivy.md` §4.3.

use model::OsFamily;

use super::{Family, RPM};

pub(super) static FAMILY: Family = Family {
    os: &[OsFamily::OpenSuseTumbleweed],
    publisher: "suse-cvrf",
    shards: "suse-cvrf-",
    release: |_| Some("tumbleweed".to_owned()),
    ..RPM
};
