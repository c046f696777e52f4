//! Alpine: fixes of source packages, by release `X.Y`; everything rolling is `edge`. The release is that
//! of the repositories that packages come from, where they name one.
//!
//! Source of truth: `trivy.md` §4.3, `feeds.md` §2.3. An image of `edge` says a version such as
//! `3.21.0_alpha20240807`.

use model::{Os, OsFamily, PackageFormat};
use version::Scheme;

use super::{Family, Modules, Unfixed, source_name};

pub(super) static FAMILY: Family = Family {
    os: &[OsFamily::Alpine],
    publisher: "alpine",
    shards: "alpine-",
    format: PackageFormat::Apk,
    scheme: Scheme::Apk,
    release,
    key: source_name,
    compared: |package| &package.source_version,
    modules: Modules::None,
    concerns: |_, _| true,
    unfixed: Unfixed::Told,
    has_zero_epochs: false,
    names_itself: false,
    covers_vendors: false,
    is_kernel: |package| package.name == "linux-headers",
};

fn release(os: &Os) -> Option<String> {
    if !os.repository.is_empty() {
        return Some(os.repository.clone());
    }
    if os.is_rolling || os.version.contains("_alpha") || os.version == "edge" {
        return Some("edge".to_owned());
    }
    let (major, minor) = os.version.split_once('.')?;
    let minor = minor.split('.').next()?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    (is_number(major) && is_number(minor)).then(|| format!("{major}.{minor}"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::os;
    use super::*;

    #[test]
    fn the_release_is_the_first_two_numbers() {
        for (version, want) in [
            ("3.18.4", Some("3.18")),
            ("3.18", Some("3.18")),
            ("3.21.0_alpha20240807", Some("edge")),
            ("edge", Some("edge")),
            ("", None),
            ("3", None),
            ("3.x", None),
            ("three.18", None),
        ] {
            let release = release(&os(OsFamily::Alpine, version));
            assert_eq!(release.as_deref(), want, "{version}");
        }
        for repository in ["3.17", "edge"] {
            let os = Os {
                repository: repository.to_owned(),
                ..os(OsFamily::Alpine, "3.18.4")
            };
            assert_eq!(release(&os).as_deref(), Some(repository));
        }
    }
}
