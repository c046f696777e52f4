//! AlmaLinux: fixes of binary packages, by the major number of the release.
//!
//! Source of truth: `trivy.md` §4.3, `feeds.md` §2.6. Builds of modules say so in their release; a fix of
//! one is no fix of a plain build.

use model::{Advisory, Affected, OsFamily, Package};

use super::{Family, Modules, RPM, modular_name};

pub(super) static FAMILY: Family = Family {
    modules: Modules::Versions,
    ..ALMA
};

const ALMA: Family = Family {
    os: &[OsFamily::Alma],
    publisher: "alma",
    shards: "alma-",
    key: modular_name,
    has_zero_epochs: true,
    ..RPM
};

/// The same as Trivy does it, which leaves out builds of modules without a label of their stream.
pub(super) static TRIVYS: Family = Family { concerns, ..ALMA };

fn concerns(package: &Package, advisory: &Advisory) -> bool {
    let is_modular = |version: &str| version.contains(".module_el");
    let Affected::Below(fixed) = &advisory.affected else {
        return true;
    };
    is_modular(fixed) == is_modular(&package.version)
        && (!package.module.is_empty() || !is_modular(&package.version))
}
