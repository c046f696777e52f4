//! What OSV calls the ecosystems of languages, and the order and the names of their packages.
//!
//! Source of truth: OSV schema 1.7, "Defined Ecosystems"; names as `trivy.md` §5 keeps them, of Python as
//! PEP 503 writes them.

use version::Scheme;

/// An ecosystem of packages that are read and matched.
pub(super) struct Language {
    name: &'static str,
    /// What stands behind the publisher in the names of shards.
    pub(super) shelf: &'static str,
    /// What stands there in the shards of what was seen in reports.
    pub(super) observed: &'static str,
    pub(super) scheme: Scheme,
    /// The name under which advisories keep a package.
    pub(super) key: fn(&str) -> String,
}

const fn language(
    name: &'static str,
    [shelf, observed]: [&'static str; 2],
    scheme: Scheme,
    key: fn(&str) -> String,
) -> Language {
    Language {
        name,
        shelf,
        observed,
        scheme,
        key,
    }
}

static LANGUAGES: &[Language] = &[
    language(
        "Bitnami",
        ["bitnami", "bitnami"],
        Scheme::Bitnami,
        str::to_lowercase,
    ),
    language(
        "ConanCenter",
        ["conan", "conan"],
        Scheme::Lenient,
        str::to_lowercase,
    ),
    language("Go", ["go", "go"], Scheme::Lenient, str::to_owned),
    language("Hex", ["hex", "hex"], Scheme::Lenient, str::to_lowercase),
    language(
        "Julia",
        ["julia", "julia"],
        Scheme::Lenient,
        str::to_lowercase,
    ),
    language(
        "Kubernetes",
        ["kubernetes", "kubernetes"],
        Scheme::Lenient,
        str::to_lowercase,
    ),
    language(
        "Maven",
        ["maven", "maven"],
        Scheme::Maven,
        str::to_lowercase,
    ),
    language(
        "NuGet",
        ["nuget", "nuget"],
        Scheme::Lenient,
        str::to_lowercase,
    ),
    language(
        "Packagist",
        ["packagist", "php"],
        Scheme::Composer,
        str::to_lowercase,
    ),
    language("Pub", ["pub", "pub"], Scheme::Lenient, str::to_lowercase),
    language("PyPI", ["pypi", "pypi"], Scheme::Pep440, normal),
    language(
        "RubyGems",
        ["rubygems", "ruby"],
        Scheme::Gem,
        str::to_lowercase,
    ),
    language("SwiftURL", ["swifturl", "swift"], Scheme::Lenient, swift),
    language(
        concat!("crates", ".io"),
        [concat!("crates", ".io"), "rust"],
        Scheme::Lenient,
        folded,
    ),
    // bounds may lack numbers, which are zeros (feeds.md §3.2)
    language("npm", ["npm", "npm"], Scheme::Lenient, str::to_lowercase),
];

/// What the names of shards begin with that hold what was seen of GitHub's records in reports.
const EXCERPT: &str = "ghsa-observed-";

/// Ecosystems that hold no packages of images: what runs in CI, what is only built from.
const WITHOUT_PACKAGES: [&str; 5] = ["", "GIT", "GitHub Actions", "OSS-Fuzz", "VSCode"];

/// Returns the ecosystem of this name; behind a colon stands where its packages come from.
pub(super) fn of(ecosystem: &str) -> Option<&'static Language> {
    let name = ecosystem.split(':').next().unwrap_or_default();
    let mut languages = LANGUAGES.iter();
    languages.find(|language| language.name.eq_ignore_ascii_case(name))
}

impl Language {
    /// The shard of what was seen of GitHub's records in reports: an excerpt of all of them.
    pub(super) fn excerpt(&self) -> String {
        format!("{EXCERPT}{}", self.observed)
    }
}

/// Returns the shard that holds in full what a shard of what was seen in reports holds in part.
pub(crate) fn whole_of(shard: &str) -> Option<String> {
    let observed = shard.strip_prefix(EXCERPT)?;
    let mut languages = LANGUAGES.iter();
    let language = languages.find(|language| language.observed == observed)?;
    Some(format!("ghsa-{}", language.shelf))
}

/// Whether packages of an ecosystem can be in an image at all.
pub(super) fn has_packages(ecosystem: &str) -> bool {
    !WITHOUT_PACKAGES.contains(&ecosystem)
}

/// PEP 503: runs of `-`, `_` and `.` are one `-`.
fn normal(name: &str) -> String {
    let words = name.split(['-', '_', '.']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

/// Names of crates with `-` and with `_` are distinct, but only one of them can exist.
pub(crate) fn folded(name: &str) -> String {
    name.to_lowercase().replace('_', "-")
}

fn swift(name: &str) -> String {
    let name = name.strip_prefix("https://").unwrap_or(name);
    name.strip_suffix(".git").unwrap_or(name).to_owned()
}
