//! Rocky Linux: fixes of binary packages, by the major number of the release, each for some
//! architectures.
//!
//! Source of truth: `trivy.md` §4.3. Packages for every architecture have entries of their own.

use model::{Advisory, OsFamily, Package};

use super::{Family, Modules, RPM, modular_name};

pub(super) static FAMILY: Family = Family {
    modules: Modules::Versions,
    ..TRIVYS
};

/// The same as Trivy does it, which compares builds of modules with all others.
pub(super) const TRIVYS: Family = Family {
    os: &[OsFamily::Rocky],
    publisher: "rocky",
    shards: "rocky-",
    key: modular_name,
    has_zero_epochs: true,
    concerns,
    ..RPM
};

fn concerns(package: &Package, advisory: &Advisory) -> bool {
    // a list of packages may not tell the architecture
    let is_told = !package.arch.is_empty() && !advisory.arches.is_empty();
    !is_told || advisory.arches.contains(&package.arch)
}
