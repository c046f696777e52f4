//! A database as large as Trivy's, made up: as many flaws, packages and releases, with texts that are as
//! hard to compress as real ones.
//!
//! Counts are those of 2026, rounded up: 200,000 flaws with five references each (Trivy keeps those that an
//! advisory names; the publishers of our own facts name 118,000), 75 releases of distributions, 9 ecosystems. Words follow Zipf's law, hashes are noise. How well the texts compress was
//! fitted to real ones (docs/performance.md): 150 kB of descriptions to 0.34 by gzip, 84 kB of references
//! to 0.25. Packages that are built of one source have the same flaws, as they have wherever advisories
//! name binary packages.

mod flaws;

use std::fmt::Write as _;

use testkit::{BoltBucket, BoltItem};

/// Flaws that have an id.
const FLAWS: u64 = 200_000;
/// Different words of descriptions.
const WORDS: u64 = 20_000;

/// A product: its releases, packages of each, how many of those are built of one source, flaws of each
/// package, and how a value is written.
struct Product {
    releases: &'static [&'static str],
    packages: u64,
    siblings: u64,
    flaws: u64,
    value: fn(&str, &mut Chance, &mut String),
}

static PRODUCTS: &[Product] = &[
    Product {
        releases: &[
            "debian 8",
            "debian 9",
            "debian 10",
            "debian 11",
            "debian 12",
            "debian 13",
        ],
        packages: 3_600,
        siblings: 1,
        flaws: 10,
        value: debian,
    },
    Product {
        releases: &[
            "ubuntu 14.04-ESM",
            "ubuntu 16.04-ESM",
            "ubuntu 18.04",
            "ubuntu 20.04",
            "ubuntu 22.04",
            "ubuntu 23.10",
            "ubuntu 24.04",
            "ubuntu 24.10",
            "ubuntu 25.04",
            "ubuntu 25.10",
        ],
        packages: 4_000,
        siblings: 1,
        flaws: 14,
        value: fixed,
    },
    Product {
        releases: &["Red Hat"],
        packages: 7_000,
        siblings: 4,
        flaws: 30,
        value: red_hat,
    },
    Product {
        releases: &[
            "SUSE Linux Enterprise 11",
            "SUSE Linux Enterprise 11.1",
            "SUSE Linux Enterprise 11.2",
            "SUSE Linux Enterprise 11.3",
            "SUSE Linux Enterprise 11.4",
            "SUSE Linux Enterprise 12",
            "SUSE Linux Enterprise 12.1",
            "SUSE Linux Enterprise 12.2",
            "SUSE Linux Enterprise 12.3",
            "SUSE Linux Enterprise 12.4",
            "SUSE Linux Enterprise 12.5",
            "SUSE Linux Enterprise 15",
            "SUSE Linux Enterprise 15.1",
            "SUSE Linux Enterprise 15.2",
            "SUSE Linux Enterprise 15.3",
            "SUSE Linux Enterprise 15.4",
            "SUSE Linux Enterprise 15.5",
            "SUSE Linux Enterprise 15.6",
            "openSUSE Leap 15.3",
            "openSUSE Leap 15.4",
            "openSUSE Leap 15.5",
            "openSUSE Leap 15.6",
            "openSUSE Tumbleweed",
        ],
        packages: 5_000,
        siblings: 4,
        flaws: 8,
        value: fixed,
    },
    Product {
        releases: &[
            "Oracle Linux 5",
            "Oracle Linux 6",
            "Oracle Linux 7",
            "Oracle Linux 8",
            "Oracle Linux 9",
        ],
        packages: 2_500,
        siblings: 4,
        flaws: 14,
        value: entries,
    },
    Product {
        releases: &[
            "alma 8",
            "alma 9",
            "alma 10",
            "rocky 8",
            "rocky 9",
            "amazon linux 1",
            "amazon linux 2",
            "amazon linux 2023",
        ],
        packages: 2_500,
        siblings: 4,
        flaws: 12,
        value: entries,
    },
    Product {
        releases: &[
            "alpine 3.10",
            "alpine 3.11",
            "alpine 3.12",
            "alpine 3.13",
            "alpine 3.14",
            "alpine 3.15",
            "alpine 3.16",
            "alpine 3.17",
            "alpine 3.18",
            "alpine 3.19",
            "alpine 3.20",
            "alpine 3.21",
            "alpine 3.22",
            "alpine 3.23",
            "alpine edge",
        ],
        packages: 900,
        siblings: 1,
        flaws: 8,
        value: fixed,
    },
    Product {
        releases: &[
            "chainguard",
            "wolfi",
            "CBL-Mariner 2.0",
            "Azure Linux 3.0",
            "Photon OS 4.0",
            "Photon OS 5.0",
        ],
        packages: 4_000,
        siblings: 1,
        flaws: 8,
        value: fixed,
    },
    Product {
        releases: &[
            "composer::GitHub Security Advisory Composer",
            "go::GitHub Security Advisory Go",
            "go::The Go Vulnerability Database",
            "maven::GitHub Security Advisory Maven",
            "npm::GitHub Security Advisory Npm",
            "nuget::GitHub Security Advisory Nuget",
            "pip::GitHub Security Advisory Pip",
            "rubygems::GitHub Security Advisory RubyGems",
            "maven::GitLab Advisory Database Community",
        ],
        packages: 2_200,
        siblings: 1,
        flaws: 3,
        value: ranges,
    },
];

/// Makes the whole database.
pub(super) fn database() -> BoltBucket {
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let words: Vec<String> = (0..WORDS).map(|_| flaws::word(&mut chance)).collect();
    let mut root = BoltBucket::new();
    for product in PRODUCTS {
        for release in product.releases {
            root.insert(release.as_bytes().to_vec(), packages(product, &mut chance));
        }
    }
    let mut known = BoltBucket::new();
    for number in 0..FLAWS {
        let id = id(number);
        let value = flaws::flaw(&id, &words, &mut chance);
        known.insert(id.into_bytes(), BoltItem::Value(value.into_bytes()));
    }
    root.insert(b"vulnerability".to_vec(), BoltItem::Bucket(known));
    root.insert(b"Red Hat CPE".to_vec(), streams());
    root
}

/// Returns the name of a package of a release: the same everywhere, as distributions share sources.
pub(super) fn package(number: u64) -> String {
    format!(
        "lib{}",
        spelled(number.wrapping_mul(2_654_435_761) % 100_000_007)
    )
}

fn packages(product: &Product, chance: &mut Chance) -> BoltItem {
    let mut packages = BoltBucket::new();
    for source in 0..product.packages / product.siblings {
        let flaws = flaws_of(product, chance);
        let name = package(source);
        for sibling in 1..product.siblings {
            let name = format!("{name}-{}", spelled(sibling));
            packages.insert(name.into_bytes(), BoltItem::Bucket(flaws.clone()));
        }
        packages.insert(name.into_bytes(), BoltItem::Bucket(flaws));
    }
    BoltItem::Bucket(packages)
}

fn flaws_of(product: &Product, chance: &mut Chance) -> BoltBucket {
    let mut flaws = BoltBucket::new();
    // a few packages have most of the flaws
    let count = 1 + product.flaws * 4 * chance.below(100) / (50 + 4 * chance.below(100));
    // an upload fixes several
    let uploads: Vec<String> = (0..=count / 4).map(|_| version(chance)).collect();
    for _ in 0..count {
        let id = id(chance.below(FLAWS));
        let upload = usize::try_from(chance.below(1 + count / 4)).unwrap_or(0);
        let version = uploads.get(upload).map_or("0", String::as_str);
        let mut value = String::new();
        (product.value)(version, chance, &mut value);
        flaws.insert(id.into_bytes(), BoltItem::Value(value.into_bytes()));
    }
    flaws
}

/// Returns the id of a flaw: each year has more of them than the one before.
fn id(number: u64) -> String {
    let year = (number * YEARS * YEARS / FLAWS).isqrt();
    let before = FLAWS * year * year / (YEARS * YEARS);
    format!("CVE-{}-{:04}", 1999 + year, number.saturating_sub(before))
}

/// The years from 1999 on that have flaws.
const YEARS: u64 = 28;

fn version(chance: &mut Chance) -> String {
    format!(
        "{}.{}.{}-{}",
        chance.below(9),
        chance.below(30),
        chance.below(20),
        chance.below(12)
    )
}

fn debian(version: &str, chance: &mut Chance, value: &mut String) {
    if chance.below(4) > 0 {
        let _ = write!(value, "{{\"FixedVersion\":\"{version}+deb12u1\"}}");
    } else {
        let _ = write!(
            value,
            "{{\"Severity\":{},\"Status\":{}}}",
            1 + chance.below(3),
            2 + 3 * chance.below(2)
        );
    }
}

fn fixed(version: &str, _: &mut Chance, value: &mut String) {
    let _ = write!(value, "{{\"FixedVersion\":\"{version}\"}}");
}

fn entries(version: &str, chance: &mut Chance, value: &mut String) {
    let erratum = 2015 + chance.below(12);
    let _ = write!(
        value,
        "{{\"FixedVersion\":\"{version}.el8\",\"Entries\":[{{\"FixedVersion\":\"{version}.el8\",\"Arches\":[\"x86_64\",\"aarch64\"],\"VendorIDs\":[\"ELSA-{erratum}-{}\"]}}]}}",
        chance.below(9_999)
    );
}

fn red_hat(version: &str, chance: &mut Chance, value: &mut String) {
    let first = chance.below(900);
    let streams: Vec<String> = (0..8 + chance.below(24))
        .map(|step| (first + step * 3).to_string())
        .collect();
    let fix = if chance.below(3) > 0 {
        format!(
            "\"FixedVersion\":\"0:{version}.el{}\",",
            6 + chance.below(4)
        )
    } else {
        String::new()
    };
    let _ = write!(
        value,
        "{{\"Entries\":[{{{fix}\"Affected\":[{}],\"Arches\":[\"aarch64\",\"ppc64le\",\"s390x\",\"x86_64\"],\"Cves\":[{{\"Severity\":{}}}]}}]}}",
        streams.join(","),
        1 + chance.below(4)
    );
}

fn ranges(_: &str, chance: &mut Chance, value: &mut String) {
    let (from, to) = (chance.below(5), chance.below(30));
    let _ = write!(
        value,
        "{{\"VulnerableVersions\":[\"\\u003e= {from}.0.0, \\u003c {from}.{to}.1\"],\"PatchedVersions\":[\"{from}.{to}.1\"],\"VendorIDs\":[\"GHSA-{}-{}\"]}}",
        chance.hex(4),
        chance.hex(4)
    );
}

fn streams() -> BoltItem {
    let repositories = (0..3_000_u64).map(|number| {
        let value = format!("[{},{}]", number % 900, (number + 3) % 900);
        let name = format!(
            "rhel-{}-for-x86_64-{}-rpms",
            6 + number % 4,
            spelled(number)
        );
        (name.into_bytes(), BoltItem::Value(value.into_bytes()))
    });
    let repositories = BoltItem::Bucket(repositories.collect());
    BoltItem::Bucket([(b"repository".to_vec(), repositories)].into())
}

fn spelled(mut number: u64) -> String {
    let mut text = String::new();
    while number > 0 {
        text.push(char::from(b'a' + u8::try_from(number % 26).unwrap_or(0)));
        number /= 26;
    }
    text
}

/// Numbers that look like chance and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }

    fn hex(&mut self, digits: usize) -> String {
        let digit =
            |_| char::from_digit(u32::try_from(self.below(16)).unwrap_or(0), 16).unwrap_or('0');
        (0..digits).map(digit).collect()
    }
}
