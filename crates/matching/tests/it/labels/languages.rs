//! Packages of languages. A label does not say of which language its package is: each that has an
//! advisory on such a name and such a flaw is tried.

use std::collections::{BTreeMap, BTreeSet};

use advisory::Database;
use model::{Language, PackageFormat};

use super::{Agreement, Answer, Label, MANNERS, assert_told, labels, names};
use crate::build::package;

/// Shards that speak of languages: what their names begin or end with.
const SHARDS: [(&str, Language); 15] = [
    ("ghsa-go", Language::GoBinary),
    ("ghsa-maven", Language::Jar),
    ("ghsa-npm", Language::NodePkg),
    ("ghsa-observed-go", Language::GoBinary),
    ("ghsa-observed-maven", Language::Jar),
    ("ghsa-observed-npm", Language::NodePkg),
    ("ghsa-observed-nuget", Language::NuGet),
    ("ghsa-observed-pypi", Language::PythonPkg),
    ("ghsa-observed-ruby", Language::GemSpec),
    ("ghsa-pypi", Language::PythonPkg),
    ("go", Language::GoBinary),
    ("npm-nodejs-wg", Language::NodePkg),
    ("php", Language::ComposerVendor),
    ("pypi", Language::PythonPkg),
    ("ruby", Language::GemSpec),
];

/// The advisory's own intervals leave the version out, and the label does not.
const PUBLISHER_DENIES: &str = "the advisory leaves the version out";
/// Only reports of scanners tell of the advisory, and none shows this release line.
const PARTLY_KNOWN: &str = "the facts have a part of the advisory";
/// Packages with true positives that are not found, each with the reason.
const MISSED: [(&str, &str); 14] = [
    ("Django", PUBLISHER_DENIES),
    ("cgi", PUBLISHER_DENIES),
    ("cryptiles", PUBLISHER_DENIES),
    ("github.com/opencontainers/runc", PUBLISHER_DENIES),
    ("h2", PARTLY_KNOWN),
    ("jackson-databind", PUBLISHER_DENIES),
    ("jose4j", PARTLY_KNOWN),
    ("maven-core", PARTLY_KNOWN),
    ("numpy", PUBLISHER_DENIES),
    ("org.apache.velocity:velocity", PARTLY_KNOWN),
    ("rdoc", PUBLISHER_DENIES),
    ("rexml", PUBLISHER_DENIES),
    ("spring-web", PARTLY_KNOWN),
    ("y18n", PARTLY_KNOWN),
];

/// The advisory says that the version has the flaw; people looked whether it can be reached.
const PUBLISHER_ACCUSES: &str = "the advisory says so";
/// A distribution ships it, and mended it without a new version. A label does not say who owns it.
const DISTRIBUTION_MENDED: &str = "a distribution's package holds the fix";
/// A package of another language, or a part of another program, has the same name.
const OTHER_LANGUAGE: &str = "a namesake of another language";
/// Packages with false positives that are found, each with the reason.
const ACCUSED: [(&str, &str); 20] = [
    ("PyYAML", DISTRIBUTION_MENDED),
    ("commons-httpclient", PUBLISHER_ACCUSES),
    ("diff", OTHER_LANGUAGE),
    ("dom4j", PUBLISHER_ACCUSES),
    ("github.com/containerd/containerd", PUBLISHER_ACCUSES),
    ("github.com/docker/docker", PUBLISHER_ACCUSES),
    ("github.com/opencontainers/runc", PUBLISHER_ACCUSES),
    ("guava", DISTRIBUTION_MENDED),
    ("handlebars", OTHER_LANGUAGE),
    ("httpclient", DISTRIBUTION_MENDED),
    ("ini", OTHER_LANGUAGE),
    ("jetty-server", PUBLISHER_ACCUSES),
    ("json", DISTRIBUTION_MENDED),
    ("jsoup", DISTRIBUTION_MENDED),
    ("mercurial", OTHER_LANGUAGE),
    ("netty", PUBLISHER_ACCUSES),
    ("npm", OTHER_LANGUAGE),
    ("rdoc", DISTRIBUTION_MENDED),
    ("urllib3", DISTRIBUTION_MENDED),
    ("webrick", DISTRIBUTION_MENDED),
];

#[test]
fn findings_in_languages_agree_with_the_labels() {
    let Some(labels) = labels() else { return };
    let database = Database::embedded().unwrap();
    let known = Known::new(&database);
    for (rules, manner) in MANNERS {
        let mut agreement = Agreement::default();
        let mut elsewhere = Agreement::default();
        for label in labels.iter().filter(|label| !is_of_a_distribution(label)) {
            let here = known.named_so(label);
            let finds = |(language, name): &(Language, String)| {
                let version = label.version.trim_start_matches("go");
                let format = PackageFormat::Language(*language);
                let package = package(format, "app", name, version, name);
                let found = super::find(None, &package, &database, manner).findings;
                found.iter().any(|it| known.is_same(&it.id, label))
            };
            if here.iter().any(finds) {
                agreement.count(label, Answer::Found);
            } else if !here.is_empty() {
                agreement.count(label, Answer::Denied);
            } else if known.of(label).next().is_some() {
                elsewhere.count(label, Answer::Unknown);
            }
        }
        assert_told("languages", rules, &agreement);
        assert_told("languages, advisories on other packages", rules, &elsewhere);
        assert_eq!(agreement.missed(), names(&MISSED));
        assert_eq!(agreement.accused(), names(&ACCUSED));
    }
}

/// Whether a version is one of a package of a distribution.
fn is_of_a_distribution(label: &Label) -> bool {
    let version = label.version.as_str();
    let revision = version.rsplit_once("-r").map(|(_, revision)| revision);
    let is_apk = revision.is_some_and(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
    let marks = [
        ".el", "+el", "_el", "amzn", "ubuntu", "deb", "+dfsg", ".cm", "azl", ".fc",
    ];
    is_apk || marks.iter().any(|mark| version.contains(mark))
}

/// What the facts say of flaws in languages.
struct Known {
    /// By each name of a flaw: packages, and all names of the flaw.
    flaws: BTreeMap<String, Flaw>,
}

#[derive(Default)]
struct Flaw {
    packages: BTreeSet<(Language, String)>,
    names: BTreeSet<String>,
}

impl Known {
    fn new(database: &Database) -> Self {
        let mut flaws: BTreeMap<String, Flaw> = BTreeMap::new();
        let of_shard = |(shard, language)| {
            let packages = database.packages(shard).unwrap().into_iter();
            packages.map(move |(package, advisories)| ((language, package), advisories))
        };
        for (package, advisories) in SHARDS.into_iter().flat_map(of_shard) {
            for advisory in advisories {
                let names: Vec<&String> = advisory.aliases.iter().chain([&advisory.id]).collect();
                for name in &names {
                    let flaw = flaws.entry((*name).clone()).or_default();
                    flaw.packages.insert(package.clone());
                    flaw.names.extend(names.iter().map(|it| (*it).clone()));
                }
            }
        }
        Self { flaws }
    }

    fn of<'a>(&'a self, label: &'a Label) -> impl Iterator<Item = &'a Flaw> {
        label.ids.iter().filter_map(|id| self.flaws.get(id))
    }

    fn is_same(&self, id: &str, label: &Label) -> bool {
        self.of(label).any(|flaw| flaw.names.contains(id))
    }

    /// Returns the packages that have the label's flaw and its name; of Java, labels give the artifact
    /// without its group.
    fn named_so(&self, label: &Label) -> BTreeSet<(Language, String)> {
        let wanted = label.package.to_lowercase();
        let is_named = |(language, name): &&(Language, String)| {
            let name = name.to_lowercase();
            let artifact = name.rsplit(':').next().unwrap_or_default();
            let is_jar = *language == Language::Jar && artifact == wanted;
            let is_python = *language == Language::PythonPkg && name == wanted.replace('_', "-");
            is_jar || is_python || name == wanted
        };
        self.of(label)
            .flat_map(|flaw| flaw.packages.iter().filter(is_named).cloned())
            .collect()
    }
}
