//! Echo: fixes of source packages of a rebuilt Debian, and what has none; it has no releases.
//!
//! Source of truth: `trivy.md` §4.3.

use model::{OsFamily, PackageFormat};
use version::Scheme;

use super::{Family, ROLLING, RPM, Unfixed, source_name};

pub(super) static FAMILY: Family = Family {
    os: &[OsFamily::Echo],
    publisher: "echo",
    shards: "echo-",
    format: PackageFormat::Dpkg,
    scheme: Scheme::Dpkg,
    release: ROLLING,
    key: source_name,
    compared: |package| &package.source_version,
    unfixed: Unfixed::Told,
    covers_vendors: true,
    is_kernel: |package| package.name == "linux-libc-dev",
    ..RPM
};
