//! Azure Linux: fixes of source packages, by release `X.Y`, and what has none.
//!
//! Source of truth: `trivy.md` §4.3.

use model::OsFamily;

use super::{Family, RPM, Unfixed, minor, source_name};

pub(super) static FAMILY: Family = Family {
    os: &[OsFamily::AzureLinux],
    publisher: "azure",
    shards: "azurelinux-",
    release: minor,
    key: source_name,
    compared: |package| &package.source_version,
    unfixed: Unfixed::Told,
    has_zero_epochs: true,
    ..RPM
};
