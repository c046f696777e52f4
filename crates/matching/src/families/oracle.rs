//! Oracle Linux: fixes of binary packages, by the major number of the release, each for some
//! architectures and for one flavour of builds.
//!
//! Source of truth: `trivy.md` §4.3. A kernel or a library that is patched while it runs (`ksplice`),
//! and one that is certified (`fips`), have versions of their own.

use model::{Advisory, Affected, OsFamily, Package};

use super::{Family, Modules, RPM, modular_name};

pub(super) static FAMILY: Family = Family {
    key: modular_name,
    modules: Modules::Versions,
    ..TRIVYS
};

/// The same as Trivy does it, which knows no modules of Oracle's.
pub(super) const TRIVYS: Family = Family {
    os: &[OsFamily::Oracle],
    publisher: "oracle-oval",
    shards: "oracle-oval-",
    concerns,
    ..RPM
};

fn concerns(package: &Package, advisory: &Advisory) -> bool {
    let Affected::Below(fixed) = &advisory.affected else {
        return true;
    };
    flavour(fixed) == flavour(&package.version)
}

/// Which builds a version is one of.
#[derive(Debug, PartialEq, Eq)]
enum Flavour {
    Plain,
    Ksplice,
    Fips,
}

fn flavour(version: &str) -> Flavour {
    let release = version.rsplit('-').next().unwrap_or_default();
    if release.contains(".ksplice") {
        Flavour::Ksplice
    } else if release.ends_with("_fips") {
        Flavour::Fips
    } else {
        Flavour::Plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_tell_the_flavour() {
        for (version, want) in [
            ("2:2.17-157.ksplice1.el7_3.4", Flavour::Ksplice),
            ("10:3.6.16-4.0.1.el8_fips", Flavour::Fips),
            ("3.6.16-4.el8", Flavour::Plain),
            ("1.ksplice1-4.el8", Flavour::Plain),
        ] {
            assert_eq!(flavour(version), want, "{version}");
        }
    }
}
