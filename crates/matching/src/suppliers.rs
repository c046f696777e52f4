//! Who rebuilds packages of distributions and publishes advisories of their own on them: Root.io, Seal.
//! Their word is asked before the distribution's, whose fixes are not theirs.
//!
//! Source of truth: `trivy.md` §4.3. One package of Root.io tells that all of an image are; Seal's have names
//! that begin so, and the others are the distribution's.

use std::collections::BTreeMap;
use std::sync::Arc;

use advisory::Database;
use model::{GapKind, Os, OsFamily, Package, PackageFormat, counted};
use version::Scheme;

use crate::families::{Family, RPM, Unfixed, source_name};
use crate::gaps::Gaps;
use crate::release::{self, Release};
use crate::{Input, families, unread};

/// Packages that are held against the same advisories, by their places in the list.
pub(crate) struct Share {
    pub(crate) release: Release,
    pub(crate) packages: Vec<usize>,
}

/// What the packages of suppliers have in common: names and versions of sources.
const SUPPLIED: Family = Family {
    key: source_name,
    compared: |package| &package.source_version,
    unfixed: Unfixed::Told,
    is_kernel: |_| false,
    ..RPM
};

static ROOT_IO_DPKG: Family = Family {
    publisher: "rootio",
    shards: "rootio-",
    names_itself: true,
    format: PackageFormat::Dpkg,
    scheme: Scheme::Dpkg,
    ..SUPPLIED
};
static ROOT_IO_APK: Family = Family {
    format: PackageFormat::Apk,
    scheme: Scheme::Apk,
    ..ROOT_IO_DPKG
};

static SEAL_DPKG: Family = Family {
    publisher: "seal",
    shards: "seal-",
    format: PackageFormat::Dpkg,
    scheme: Scheme::Dpkg,
    covers_vendors: true,
    ..SUPPLIED
};
static SEAL_APK: Family = Family {
    format: PackageFormat::Apk,
    scheme: Scheme::Apk,
    ..SEAL_DPKG
};
static SEAL_RPM: Family = Family {
    format: PackageFormat::Rpm,
    scheme: Scheme::Rpm,
    ..SEAL_DPKG
};

/// Returns which advisories each package is held against; whatever stands in the way becomes a gap.
pub(crate) fn shares(input: &Input<'_>, database: &Database, gaps: &mut Gaps) -> Vec<Share> {
    let mut shares = Vec::new();
    let mut others: Vec<usize> = (0..input.packages.len()).collect();
    if let Some(os) = input.os {
        if let Some(release) = root_io(input, os, database, gaps) {
            return vec![Share {
                release,
                packages: others,
            }];
        }
        for (shard, packages) in sealed(input, os) {
            others.retain(|index| !packages.contains(index));
            if !database.has_shard(&shard) {
                unknown("Seal", &packages, &shard, gaps);
            } else if let Some(family) = seal(os) {
                let release = release_of(family, shard, database, gaps);
                shares.push(Share { release, packages });
            }
        }
    }
    if let Some(release) = release::of(input, database, gaps) {
        shares.push(Share {
            release,
            packages: others,
        });
    }
    shares
}

/// Returns Root.io's release of an image of theirs. Where the database does not know it, the
/// distribution's advisories are asked, but in Trivy's manner.
fn root_io(input: &Input<'_>, os: &Os, database: &Database, gaps: &mut Gaps) -> Option<Release> {
    let family = if os.family == OsFamily::Alpine {
        &ROOT_IO_APK
    } else if [OsFamily::Debian, OsFamily::Ubuntu].contains(&os.family) {
        &ROOT_IO_DPKG
    } else {
        return None;
    };
    let is_theirs = |package: &&Package| {
        let is_marked = package.version.contains(".root.io");
        (package.format == PackageFormat::Dpkg && is_marked)
            || (package.format == PackageFormat::Apk && is_root_io_apk(&package.version))
    };
    let first = input.packages.iter().find(is_theirs)?;
    let number = if os.family == OsFamily::Debian {
        os.major().to_owned()
    } else {
        os.minor()
    };
    let shard = format!("{}{}-{number}", family.shards, os.family.name());
    if !database.has_shard(&shard) && !input.manner.is_trivy() {
        let why = format!(
            "Root.io rebuilt packages of this image, and there are no advisories of theirs on {shard}; they are \
             held against the distribution's, which do not know what Root.io mended"
        );
        let hides = "known problems of these packages, and that some are mended";
        gaps.add(GapKind::Uncovered, first.label(), why, hides);
        return None;
    }
    Some(release_of(family, shard, database, gaps))
}

/// Whether a version of apk ends as Root.io's do: `-r10071`.
fn is_root_io_apk(version: &str) -> bool {
    let mut revisions = version.split("-r").skip(1);
    revisions.any(|revision| {
        let digits: Vec<u8> = revision.bytes().take(5).collect();
        matches!(*digits, [a, b'0', b'0', b'7', b] if a.is_ascii_digit() && b.is_ascii_digit())
    })
}

/// Returns Seal's packages by the shards that speak of them.
fn sealed(input: &Input<'_>, os: &Os) -> BTreeMap<String, Vec<usize>> {
    let mut sealed: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let Some(family) = seal(os) else {
        return sealed;
    };
    for (index, package) in input.packages.iter().enumerate() {
        let is_language = matches!(package.format, PackageFormat::Language(_));
        if is_language
            || ![&package.name, &package.source_name]
                .iter()
                .any(|it| is_sealed(it))
        {
            continue;
        }
        let release = match (family.scheme, red_hat(&package.source_version)) {
            (Scheme::Apk, _) => "alpine".to_owned(),
            (Scheme::Dpkg, _) => "debian".to_owned(),
            (_, "") => "Red-Hat".to_owned(),
            (_, number) => format!("Red-Hat-{number}"),
        };
        let shard = format!("{}{release}", family.shards);
        sealed.entry(shard).or_default().push(index);
    }
    sealed
}

fn is_sealed(name: &str) -> bool {
    let start = name.get(..5);
    start.is_some_and(|start| start.eq_ignore_ascii_case("seal-"))
}

fn seal(os: &Os) -> Option<&'static Family> {
    const RPMS: [OsFamily; 4] = [
        OsFamily::CblMariner,
        OsFamily::CentOs,
        OsFamily::Oracle,
        OsFamily::RedHat,
    ];
    if os.family == OsFamily::Alpine {
        Some(&SEAL_APK)
    } else if [OsFamily::Debian, OsFamily::Ubuntu].contains(&os.family) {
        Some(&SEAL_DPKG)
    } else {
        RPMS.contains(&os.family).then_some(&SEAL_RPM)
    }
}

/// Returns the number of the release that an rpm was built for: `6` of `1.12-10.el6+sp1`.
fn red_hat(version: &str) -> &str {
    let release = version.rsplit_once('-').map_or("", |(_, release)| release);
    let number = release.split_once("el").map_or("", |(_, number)| number);
    number.split(['_', '+']).next().unwrap_or_default()
}

fn release_of(
    family: &'static Family,
    shard: String,
    database: &Database,
    gaps: &mut Gaps,
) -> Release {
    let source = database.source(&shard).unwrap_or_else(|error| {
        unread(&error, gaps);
        None
    });
    // where a supplier rates no flaw, the distribution that it builds on does
    let base = source.as_ref().map(|source| source.base_id.as_str());
    let publisher = families::publisher(base.unwrap_or_default()).unwrap_or(family.publisher);
    Release {
        family,
        shard,
        source: source.map(Arc::new),
        publisher,
    }
}

fn unknown(supplier: &str, packages: &[usize], shard: &str, gaps: &mut Gaps) {
    let packages = counted(packages.len(), "package");
    let why = format!(
        "{supplier} publishes {packages} with fixes of its own; there are no advisories on them"
    );
    gaps.add(
        GapKind::Uncovered,
        shard,
        why,
        "all known problems of these packages",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_tell_root_io() {
        for (version, want) in [
            ("643-r00072", true),
            ("1.2.3-r10071", true),
            ("1.2.3-r20072", true),
            ("1.2.3-r100710", true),
            ("1.2.3-r1007", false),
            ("1.2.3-r0", false),
            ("10071", false),
            ("", false),
        ] {
            assert_eq!(is_root_io_apk(version), want, "{version}");
        }
    }

    #[test]
    fn releases_tell_red_hats_number() {
        for (version, want) in [
            ("1.12-10.el6", "6"),
            ("1:1.12-9.el10_0.1", "10"),
            ("1.12-3.el8+sp1", "8"),
            ("1.12-3", ""),
            ("el6", ""),
        ] {
            assert_eq!(red_hat(version), want, "{version}");
        }
    }
}
