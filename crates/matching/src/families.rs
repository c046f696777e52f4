//! The distributions whose advisories we know how to apply: a file and a line each.

use std::borrow::Cow;

use model::{Advisory, Manner, Os, OsFamily, Package, PackageFormat};
use version::Scheme;

/// How the advisories of one distribution apply to its packages.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) os: &'static [OsFamily],
    /// Trivy's id of the publisher.
    pub(crate) publisher: &'static str,
    /// What the names of its shards begin with; the release stands behind it.
    pub(crate) shards: &'static str,
    /// The packages that its advisories speak of.
    pub(crate) format: PackageFormat,
    /// The order of its versions.
    pub(crate) scheme: Scheme,
    /// What stands behind the beginning in the name of a release's shard: `12`, `3.18`, `edge`;
    /// `None` if the image does not tell its release.
    pub(crate) release: fn(&Os) -> Option<String>,
    /// The name under which advisories keep a package.
    pub(crate) key: fn(&Package) -> Cow<'_, str>,
    /// The version that is compared with the one that holds the fix.
    pub(crate) compared: fn(&Package) -> &str,
    /// What tells builds of a module from others.
    pub(crate) modules: Modules,
    /// Whether an advisory on the package speaks of this build of it, beyond architectures and streams.
    pub(crate) concerns: fn(&Package, &Advisory) -> bool,
    /// What it says of flaws without a fix.
    pub(crate) unfixed: Unfixed,
    /// Whether it writes an epoch of zero where others write none; nobody wants to read it.
    pub(crate) has_zero_epochs: bool,
    /// Whether severities that its advisories give have its own name, whatever it builds on.
    pub(crate) names_itself: bool,
    /// Whether it speaks of packages that their vendors publish, too.
    pub(crate) covers_vendors: bool,
    /// Whether a package is headers or an image of a kernel, which is never the running one.
    pub(crate) is_kernel: fn(&Package) -> bool,
}

/// What tells builds of modules, and their streams, apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Modules {
    /// There are none, or nobody asks.
    None,
    /// The name under which advisories keep them.
    Named,
    /// That name, or only the version ([`crate::modules`]).
    Versions,
}

/// What is made of an advisory that names no fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unfixed {
    /// The package has the flaw.
    Told,
    /// It has, unless another advisory on the flaw names a fix.
    UnlessFixed,
    /// Nothing: the publisher tells fixes only.
    NotTold,
}

/// Declares each module and lists its `FAMILY`.
macro_rules! families {
    ($($name:ident,)*) => {
        $(mod $name;)*

        /// Every family, in alphabetical order.
        pub(crate) static FAMILIES: &[&Family] = &[$(&$name::FAMILY),*];
    };
}

families! {
    alma,
    alpine,
    amazon,
    azurelinux,
    bottlerocket,
    cbl_mariner,
    chainguard,
    debian,
    echo,
    minimos,
    opensuse_leap,
    opensuse_tumbleweed,
    oracle,
    photon,
    redhat,
    rocky,
    slem,
    sles,
    ubuntu,
    wolfi,
}

pub(crate) use ubuntu::ESM;

/// Those that Trivy compares in another way.
static TRIVYS: &[&Family] = &[
    &alma::TRIVYS,
    &amazon::TRIVYS,
    &oracle::TRIVYS,
    &redhat::TRIVYS,
    &rocky::TRIVYS,
];

/// What stands for the release where one list speaks of all releases.
pub(crate) const ALL: &str = "all";

/// What most distributions of rpm packages have in common: names and versions of binary packages.
pub(crate) const RPM: Family = Family {
    os: &[],
    publisher: "",
    shards: "",
    format: PackageFormat::Rpm,
    scheme: Scheme::Rpm,
    release: major,
    key: |package| Cow::Borrowed(&package.name),
    compared: |package| &package.version,
    modules: Modules::None,
    concerns: |_, _| true,
    unfixed: Unfixed::NotTold,
    has_zero_epochs: false,
    names_itself: false,
    covers_vendors: false,
    is_kernel: is_rpm_kernel,
};

/// What the kin of Wolfi have in common: one stream of apk packages.
const ROLLING_APK: Family = Family {
    os: &[],
    publisher: "",
    shards: "",
    format: PackageFormat::Apk,
    scheme: Scheme::Apk,
    release: ROLLING,
    key: source_name,
    compared: |package| &package.version,
    modules: Modules::None,
    concerns: |_, _| true,
    unfixed: Unfixed::NotTold,
    has_zero_epochs: false,
    names_itself: false,
    covers_vendors: false,
    is_kernel: |package| package.name == "linux-headers",
};

impl Family {
    /// Returns the names under which advisories may keep a package, which are one or two.
    pub(crate) fn keys<'a>(&self, package: &'a Package) -> impl Iterator<Item = Cow<'a, str>> {
        let key = (self.key)(package);
        let is_told = self.modules == Modules::Versions && key != package.name;
        let own = is_told.then_some(Cow::Borrowed(&*package.name));
        std::iter::once(key).chain(own)
    }
}

/// Returns how the advisories of a distribution apply; `None` if we have none.
pub(crate) fn of(os: &Os, manner: Manner) -> Option<&'static Family> {
    let trivys: &[&Family] = if manner.is_trivy() { TRIVYS } else { &[] };
    trivys
        .iter()
        .chain(FAMILIES)
        .copied()
        .find(|family| family.os.contains(&os.family))
}

/// Returns Trivy's id of a publisher that is known here.
pub(crate) fn publisher(id: &str) -> Option<&'static str> {
    let publishers = FAMILIES.iter().map(|family| family.publisher);
    publishers.into_iter().find(|publisher| *publisher == id)
}

pub(crate) fn source_name(package: &Package) -> Cow<'_, str> {
    Cow::Borrowed(&package.source_name)
}

/// Returns the name of an rpm with its module before it, which Red Hat and its kin keep apart:
/// `nodejs:18::npm`.
fn modular_name(package: &Package) -> Cow<'_, str> {
    let mut parts = package.module.split(':');
    match (parts.next(), parts.next()) {
        (Some(module), Some(stream)) => Cow::Owned(format!("{module}:{stream}::{}", package.name)),
        _ => Cow::Borrowed(&package.name),
    }
}

/// The major number of a release.
fn major(os: &Os) -> Option<String> {
    number(os.major()).map(str::to_owned)
}

/// The first two numbers of a release.
fn minor(os: &Os) -> Option<String> {
    let (major, minor) = os.version.split_once('.')?;
    let minor = minor.split('.').next()?;
    Some(format!("{}.{}", number(major)?, number(minor)?))
}

/// The release as the image gives it.
fn whole(os: &Os) -> Option<String> {
    (!os.version.is_empty()).then(|| os.version.clone())
}

/// What stands for the release of what has none.
const ROLLING: fn(&Os) -> Option<String> = |_| Some("rolling".to_owned());

fn number(text: &str) -> Option<&str> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

fn is_rpm_kernel(package: &Package) -> bool {
    let names = ["kernel-headers", "kernel-devel", "linux-glibc-devel"];
    names.iter().any(|name| package.name.starts_with(name))
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A distribution for tests of the rows.
    pub(crate) fn os(family: OsFamily, version: &str) -> Os {
        Os {
            family,
            version: version.to_owned(),
            pretty_name: String::new(),
            like: Vec::new(),
            is_rolling: false,
            repository: String::new(),
            told_by: "etc/os-release".to_owned(),
        }
    }

    #[test]
    fn rows_are_found_and_no_two_share_a_distribution_or_a_shard() {
        let mut seen = BTreeSet::new();
        for family in FAMILIES {
            assert!(seen.insert(family.shards), "{}", family.shards);
            for os in family.os {
                let found = of(&self::os(os.clone(), "1"), Manner::Own).unwrap();
                assert_eq!(found.shards, family.shards);
            }
        }
        assert!(of(&os(OsFamily::Fedora, "40"), Manner::Own).is_none());
    }

    #[test]
    fn trivy_compares_amazons_versions_in_debians_order() {
        let os = os(OsFamily::Amazon, "2 (Karoo)");
        let scheme = |manner| of(&os, manner).map(|family| family.scheme);
        assert_eq!(scheme(Manner::Own), Some(Scheme::Rpm));
        assert_eq!(scheme(Manner::Trivy), Some(Scheme::Dpkg));
    }

    #[test]
    fn releases_are_what_the_names_of_shards_end_in() {
        for (family, version, want) in [
            (OsFamily::Alma, "8.10", Some("alma-8")),
            (OsFamily::Amazon, "2 (Karoo)", Some("amazon-2")),
            (OsFamily::Amazon, "2023.3.20240108", Some("amazon-2023")),
            (OsFamily::Amazon, "2018.03", Some("amazon-1")),
            (OsFamily::AzureLinux, "3.0.20240824", Some("azurelinux-3.0")),
            (
                OsFamily::Bottlerocket,
                "1.34.0",
                Some("bottlerocket-rolling"),
            ),
            (
                OsFamily::CblMariner,
                "2.0.20240123",
                Some("cbl-mariner-2.0"),
            ),
            (OsFamily::CentOs, "7.6.1810", Some("redhat-all")),
            (OsFamily::Chainguard, "20230214", Some("chainguard-rolling")),
            (OsFamily::Echo, "1", Some("echo-rolling")),
            (OsFamily::MinimOs, "20250101", Some("minimos-rolling")),
            (OsFamily::OpenSuseLeap, "15.5", Some("suse-cvrf-leap-15.5")),
            (
                OsFamily::OpenSuseTumbleweed,
                "20240101",
                Some("suse-cvrf-tumbleweed"),
            ),
            (OsFamily::Oracle, "8.4", Some("oracle-oval-8")),
            (OsFamily::Photon, "4.0", Some("photon-4.0")),
            (OsFamily::RedHat, "9.4", Some("redhat-all")),
            (OsFamily::Rocky, "9.3", Some("rocky-9")),
            (OsFamily::Slem, "5.4", Some("suse-cvrf-slem-5.4")),
            (OsFamily::Sles, "15.3", Some("suse-cvrf-sles-15.3")),
            (OsFamily::Wolfi, "20230201", Some("wolfi-rolling")),
            (OsFamily::Alma, "", None),
            (OsFamily::Photon, "4", None),
            (OsFamily::Sles, "", None),
            (OsFamily::RedHat, "", None),
        ] {
            let os = os(family, version);
            let family = of(&os, Manner::Own).unwrap();
            let shard = (family.release)(&os).map(|release| format!("{}{release}", family.shards));
            assert_eq!(shard.as_deref(), want, "{} {version}", os.family);
        }
    }
}
