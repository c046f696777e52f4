//! MinimOS: fixes of source packages; it has no releases.
//!
//! Source of truth: `trivy.md` §4.3.

use model::OsFamily;

use super::{Family, ROLLING_APK};

pub(super) static FAMILY: Family = Family {
    os: &[OsFamily::MinimOs],
    publisher: "minimos",
    shards: "minimos-",
    ..ROLLING_APK
};
