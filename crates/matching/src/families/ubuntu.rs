//! Ubuntu: fixes of source packages, by release `YY.MM`, or `YY.MM-ESM` for who has extended maintenance.
//!
//! Source of truth: `trivy.md` §4.3, `feeds.md` §2.5.

use model::{Os, OsFamily, Package, PackageFormat};
use version::Scheme;

use super::{Family, Modules, Unfixed, source_name};

/// What stands behind the release of extended maintenance.
pub(crate) const ESM: &str = "-ESM";

pub(super) static FAMILY: Family = Family {
    os: &[OsFamily::Ubuntu],
    publisher: "ubuntu",
    shards: "ubuntu-",
    format: PackageFormat::Dpkg,
    scheme: Scheme::Dpkg,
    release,
    key: source_name,
    compared: |package| &package.source_version,
    modules: Modules::None,
    concerns: |_, _| true,
    unfixed: Unfixed::Told,
    has_zero_epochs: false,
    names_itself: false,
    covers_vendors: false,
    is_kernel,
};

fn release(os: &Os) -> Option<String> {
    if os.repository.ends_with(ESM) {
        return Some(os.repository.clone());
    }
    let (year, month) = os.version.split_once('.')?;
    let month = month.split('.').next()?;
    let is_number = |text: &str| text.len() == 2 && text.bytes().all(|it| it.is_ascii_digit());
    (is_number(year) && is_number(month)).then(|| format!("{year}.{month}"))
}

/// Everything that a kernel's source builds: `linux`, `linux-aws`, `linux-hwe-6.8`.
fn is_kernel(package: &Package) -> bool {
    let names = [
        "linux-libc-dev",
        "linux-headers-",
        "linux-image-",
        "linux-modules-",
    ];
    package.source_name == "linux" || names.iter().any(|name| package.name.starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::super::tests::os;
    use super::*;

    #[test]
    fn the_release_is_year_and_month() {
        for (version, want) in [
            ("22.04", Some("22.04")),
            ("22.04.5", Some("22.04")),
            ("24.10", Some("24.10")),
            ("", None),
            ("22", None),
            ("jammy", None),
            ("2.4", None),
        ] {
            let release = release(&os(OsFamily::Ubuntu, version));
            assert_eq!(release.as_deref(), want, "{version}");
        }
        let os = Os {
            repository: "18.04-ESM".to_owned(),
            ..os(OsFamily::Ubuntu, "18.04")
        };
        assert_eq!(release(&os).as_deref(), Some("18.04-ESM"));
    }
}
