//! Where publishers have the files of their feeds: one row a feed.
//!
//! A feed that comes from a repository and an archive at once (Debian's lists) is not fetched: any tool does, and `db build` reads them.

/// The files of a feed.
#[derive(Debug)]
pub(crate) struct Source {
    /// The feed.
    pub(crate) feed: &'static str,
    /// Whether it is fetched where nobody said which are: what images that are read today need, as far
    /// as it is small and may be used by everybody.
    pub(crate) is_default: bool,
    files: &'static [Files],
}

/// Addresses of files.
#[derive(Debug)]
enum Files {
    /// A file of this name at this address.
    One(&'static str, &'static str),
    /// A file for each of some words, which stand for the `*` of name and address.
    Each(&'static str, &'static str, &'static [&'static str]),
    /// A file that has no name of its own: a text at the first address says it, and it lies beside.
    NamedBy(&'static str, &'static str),
    /// The errata of an rpm repository: the text at the address lists its mirrors.
    Errata(&'static str, &'static str),
}

/// A file that is to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Name and address.
    File(String, String),
    /// Name, and the address of a text that names the file beside it.
    NamedBy(String, String),
    /// Name, and the address of a list of mirrors of the rpm repository whose errata it has.
    Errata(String, String),
}

impl Wanted {
    /// Returns the name under which it is kept.
    pub(crate) fn name(&self) -> &str {
        let (Self::File(name, _) | Self::NamedBy(name, _) | Self::Errata(name, _)) = self;
        name
    }
}

impl Source {
    /// Returns the files of the feed.
    pub(crate) fn wanted(&self) -> Vec<Wanted> {
        let of = |files: &Files| match *files {
            Files::One(name, url) => vec![Wanted::File(name.to_owned(), url.to_owned())],
            Files::Each(name, url, words) => {
                let file =
                    |word: &&str| Wanted::File(name.replace('*', word), url.replace('*', word));
                words.iter().map(file).collect()
            }
            Files::NamedBy(name, url) => vec![Wanted::NamedBy(name.to_owned(), url.to_owned())],
            Files::Errata(name, url) => vec![Wanted::Errata(name.to_owned(), url.to_owned())],
        };
        self.files.iter().flat_map(of).collect()
    }
}

const ALPINE: &[&str] = &[
    "v3.10", "v3.11", "v3.12", "v3.13", "v3.14", "v3.15", "v3.16", "v3.17", "v3.18", "v3.19",
    "v3.20", "v3.21", "v3.22", "v3.23", "v3.24", "edge",
];

/// Folders of ecosystems, in alphabetical order.
const OSV: &[&str] = &[
    "Go",
    "Hex",
    "Maven",
    "NuGet",
    "Packagist",
    "Pub",
    "PyPI",
    "RubyGems",
    "SwiftURL",
    concat!("crates", ".io"),
    "npm",
];

/// Years of NVD's files; what is older stands in the first. A new one begins each January.
const NVD: &[&str] = &[
    "2002", "2003", "2004", "2005", "2006", "2007", "2008", "2009", "2010", "2011", "2012", "2013",
    "2014", "2015", "2016", "2017", "2018", "2019", "2020", "2021", "2022", "2023", "2024", "2025",
    "2026",
];

/// Every feed that is fetched, in alphabetical order.
pub(crate) static SOURCES: &[Source] = &[
    Source {
        feed: "alpine",
        is_default: true,
        files: &[
            Files::Each(
                "*-main.json",
                "https://secdb.alpinelinux.org/*/main.json",
                ALPINE,
            ),
            Files::Each(
                "*-community.json",
                "https://secdb.alpinelinux.org/*/community.json",
                ALPINE,
            ),
        ],
    },
    Source {
        feed: "amazon",
        is_default: false,
        files: &[
            Files::Errata(
                "al2-updateinfo.xml",
                "https://cdn.amazonlinux.com/2/core/latest/x86_64/mirror.list",
            ),
            Files::Errata(
                "al2023-updateinfo.xml",
                "https://cdn.amazonlinux.com/al2023/core/mirrors/latest/x86_64/mirror.list",
            ),
        ],
    },
    Source {
        feed: "azure",
        is_default: false,
        files: &[Files::Each(
            "*-oval.xml",
            "https://raw.githubusercontent.com/microsoft/AzureLinuxVulnerabilityData/main/*-oval.xml",
            &["azurelinux-3.0", "cbl-mariner-1.0", "cbl-mariner-2.0"],
        )],
    },
    Source {
        feed: "debian",
        is_default: true,
        files: &[Files::One(
            "tracker.json",
            "https://security-tracker.debian.org/tracker/data/json",
        )],
    },
    Source {
        feed: "endoflife",
        is_default: true,
        files: &[Files::One(
            "full.json",
            "https://endoflife.date/api/v1/products/full",
        )],
    },
    Source {
        feed: "epss",
        is_default: true,
        files: &[Files::One(
            "scores.csv.gz",
            "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz",
        )],
    },
    Source {
        feed: "kev",
        is_default: true,
        files: &[Files::One(
            "kev.json",
            "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json",
        )],
    },
    Source {
        feed: "nvd",
        is_default: false,
        files: &[Files::Each(
            "nvdcve-2.0-*.json.gz",
            "https://nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-*.json.gz",
            NVD,
        )],
    },
    Source {
        feed: "oracle",
        is_default: false,
        files: &[Files::One(
            "elsa-all.xml.bz2",
            "https://linux.oracle.com/security/oval/com.oracle.elsa-all.xml.bz2",
        )],
    },
    Source {
        feed: "osv",
        is_default: false,
        files: &[Files::Each(
            "*.zip",
            "https://storage.googleapis.com/osv-vulnerabilities/*/all.zip",
            OSV,
        )],
    },
    Source {
        feed: "photon",
        is_default: false,
        files: &[Files::Each(
            "cve_data_photon*.json",
            "https://packages.broadcom.com/photon/photon_cve_metadata/cve_data_photon*.json",
            &["1.0", "2.0", "3.0", "4.0", "5.0"],
        )],
    },
    Source {
        feed: "php",
        is_default: false,
        files: &[Files::One(
            "security-advisories.tar.gz",
            "https://codeload.github.com/FriendsOfPHP/security-advisories/tar.gz/refs/heads/master",
        )],
    },
    Source {
        feed: "redhat",
        is_default: false,
        files: &[
            Files::NamedBy(
                "vex.tar.zst",
                "https://security.access.redhat.com/data/csaf/v2/vex/archive_latest.txt",
            ),
            Files::One(
                "repository-to-cpe.json",
                "https://security.access.redhat.com/data/metrics/repository-to-cpe.json",
            ),
        ],
    },
    Source {
        feed: "ruby",
        is_default: false,
        files: &[Files::One(
            "ruby-advisory-db.tar.gz",
            "https://codeload.github.com/rubysec/ruby-advisory-db/tar.gz/refs/heads/master",
        )],
    },
    Source {
        feed: "rust",
        is_default: false,
        files: &[Files::One(
            "advisory-db.tar.gz",
            "https://codeload.github.com/rustsec/advisory-db/tar.gz/refs/heads/main",
        )],
    },
    Source {
        feed: "suse",
        is_default: false,
        files: &[Files::Each(
            "*.xml.bz2",
            "https://ftp.suse.com/pub/projects/security/oval/*.xml.bz2",
            &[
                "opensuse.leap.15.6",
                "opensuse.tumbleweed",
                "suse.linux.enterprise.server.12",
                "suse.linux.enterprise.server.15",
            ],
        )],
    },
    Source {
        feed: "ubuntu",
        is_default: false,
        files: &[Files::One(
            "osv-all.tar.xz",
            "https://security-metadata.canonical.com/osv/osv-all.tar.xz",
        )],
    },
    Source {
        feed: "ubuntu-vex",
        is_default: false,
        files: &[Files::One(
            "vex-all.tar.xz",
            "https://security-metadata.canonical.com/vex/vex-all.tar.xz",
        )],
    },
    Source {
        feed: "wolfi",
        is_default: false,
        files: &[
            Files::One("wolfi.json", "https://packages.wolfi.dev/os/security.json"),
            Files::One(
                "chainguard.json",
                "https://packages.cgr.dev/chainguard/security.json",
            ),
        ],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_row_is_a_feed_and_its_files_are_such_as_the_feed_takes() {
        let mut before = "";
        for source in SOURCES {
            assert!(source.feed > before, "{} stands out of order", source.feed);
            before = source.feed;
            let feed = advisory::feeds::FEEDS
                .iter()
                .find(|feed| feed.name == source.feed);
            let feed = feed.unwrap_or_else(|| panic!("{}: there is no such feed", source.feed));
            let mut names = BTreeSet::new();
            for wanted in source.wanted() {
                let (Wanted::File(name, url)
                | Wanted::NamedBy(name, url)
                | Wanted::Errata(name, url)) = wanted;
                assert!(
                    net::Url::parse(&url).is_ok() && url.starts_with("https://"),
                    "{url}"
                );
                assert!(!url.contains('*') && !name.contains(['*', '/']), "{url}");
                let plain = [".bz2", ".gz", ".xz", ".zst"];
                let plain = plain
                    .iter()
                    .find_map(|end| name.strip_suffix(end))
                    .unwrap_or(&name);
                let is_packed = [".tar", ".zip"].iter().any(|end| plain.ends_with(end));
                assert!(
                    is_packed || feed.takes(plain),
                    "{name} is no file of {}",
                    source.feed
                );
                assert!(names.insert(name), "{url}: two files of one name");
            }
            assert!(!names.is_empty());
        }
    }
}
