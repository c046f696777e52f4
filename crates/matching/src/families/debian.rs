//! Debian: fixes of source packages, by the major number of the release.
//!
//! Source of truth: `trivy.md` §4.3, `feeds.md` §2.2. Testing and sid say `trixie/sid` in
//! `etc/debian_version` and have no number.

use model::{Os, OsFamily, Package, PackageFormat};
use version::Scheme;

use super::{Family, Modules, Unfixed, source_name};

pub(super) static FAMILY: Family = Family {
    os: &[OsFamily::Debian],
    publisher: "debian",
    shards: "debian-",
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
    if os.is_rolling || os.version.ends_with("sid") {
        return Some("sid".to_owned());
    }
    let major = os.major();
    let is_number = !major.is_empty() && major.bytes().all(|it| it.is_ascii_digit());
    is_number.then(|| major.to_owned())
}

/// Everything that the kernel's source builds: `linux-libc-dev` is in every image that compiles.
fn is_kernel(package: &Package) -> bool {
    package.source_name == "linux"
        || package.name == "linux-libc-dev"
        || package.name.starts_with("linux-headers-")
}

#[cfg(test)]
mod tests {
    use super::super::tests::os;
    use super::*;

    #[test]
    fn the_release_is_the_major_number() {
        for (version, want) in [
            ("12.5", Some("12")),
            ("12", Some("12")),
            ("trixie/sid", Some("sid")),
            ("sid", Some("sid")),
            ("", None),
            ("bookworm", None),
        ] {
            let release = release(&os(OsFamily::Debian, version));
            assert_eq!(release.as_deref(), want, "{version}");
        }
    }
}
