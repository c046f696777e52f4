//! What a bill of materials lists: components, what contains and needs what, and what is wrong with
//! them. CycloneDX and SPDX are two ways to write it.
//!
//! Source of truth: trivy-outputs.md A.3, A.4.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use model::{ImageName, Purl};

use crate::report::{Found, Identifier, Package, Report, Vulnerability};

/// Kinds of packages that hang under the root, because no lock file holds them.
pub(crate) const AGGREGATED: [&str; 5] = ["python-pkg", "conda-pkg", "gemspec", "node-pkg", "jar"];

/// The whole of it. Components are numbered by their place; the root is the first.
#[derive(Debug, Default)]
pub(crate) struct Bom<'a> {
    pub(crate) components: Vec<Component<'a>>,
    /// From what to what, and how.
    pub(crate) relations: Vec<Relation>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Container,
    Filesystem,
    Repository,
    Vm,
    Os,
    Application,
    Library,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Relation {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) is_containment: bool,
}

/// One thing in it.
#[derive(Debug)]
pub(crate) struct Component<'a> {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) purl: Cow<'a, str>,
    /// The package that it is.
    pub(crate) package: Option<&'a Package>,
    /// The lock file that tells of it.
    pub(crate) source_file: &'a str,
    /// Sorted by name, then value; without Trivy's prefix.
    pub(crate) properties: Vec<(String, String)>,
    pub(crate) vulnerabilities: Vec<&'a Vulnerability>,
}

impl<'a> Bom<'a> {
    pub(crate) fn new(report: &'a Report) -> Self {
        let mut bom = Self::default();
        bom.components.push(root(report));
        for found in &report.results {
            let is_aggregated = AGGREGATED.contains(&found.r#type.as_str());
            if is_aggregated {
                bom.add_packages(0, found);
            } else if ["os-pkgs", "lang-pkgs"].contains(&found.class.as_str()) {
                let parent = bom.add(holder(report, found));
                bom.relate(0, parent, true);
                bom.add_packages(parent, found);
            }
        }
        bom
    }

    fn add(&mut self, component: Component<'a>) -> usize {
        self.components.push(component);
        self.components.len() - 1
    }

    fn relate(&mut self, from: usize, to: usize, is_containment: bool) {
        self.relations.push(Relation {
            from,
            to,
            is_containment,
        });
    }

    fn add_packages(&mut self, parent: usize, found: &'a Found) {
        let ids: Vec<String> = found.packages.iter().map(id).collect();
        let first = self.components.len();
        let mut wrong: BTreeMap<[&str; 2], Vec<&Vulnerability>> = BTreeMap::new();
        for it in &found.vulnerabilities {
            let key = key(&it.identifier, &it.package_path);
            wrong.entry(key).or_default().push(it);
        }
        let mut by_id = BTreeMap::new();
        let mut needed: BTreeSet<&str> = BTreeSet::new();
        for (at, (package, id)) in found.packages.iter().zip(&ids).enumerate() {
            by_id.insert(id.as_str(), first + at);
            needed.extend(package.depends_on.iter().map(String::as_str));
            let key = key(&package.identifier, &package.file_path);
            let vulnerabilities = wrong.get(&key).cloned().unwrap_or_default();
            self.components.push(Component {
                vulnerabilities,
                ..library(found, package)
            });
        }
        let has_root = found.packages.iter().any(|it| it.relationship == "root");
        for (at, (package, id)) in found.packages.iter().zip(&ids).enumerate() {
            let is_top = match package.relationship.as_str() {
                "direct" => !has_root,
                _ => !needed.contains(id.as_str()),
            };
            if is_top {
                self.relate(parent, first + at, true);
            }
            for other in &package.depends_on {
                if let Some(other) = by_id.get(other.as_str()) {
                    self.relate(first + at, *other, false);
                }
            }
        }
    }
}

/// Returns by what a finding and its package know each other.
fn key<'a>(identifier: &'a Identifier, path: &'a str) -> [&'a str; 2] {
    if identifier.uid.is_empty() {
        return [&identifier.purl, path];
    }
    [&identifier.uid, ""]
}

/// Returns the id by which packages need each other.
fn id(package: &Package) -> String {
    if package.id.is_empty() {
        return format!("{}@{}", package.name, package.version);
    }
    package.id.clone()
}

fn root(report: &Report) -> Component<'_> {
    let metadata = &report.metadata;
    let mut properties = vec![property("SchemaVersion", report.schema_version.to_string())];
    let kind = match report.artifact_type.as_str() {
        "container_image" => Kind::Container,
        "vm" => Kind::Vm,
        "repository" => Kind::Repository,
        _ => Kind::Filesystem,
    };
    if kind == Kind::Container {
        properties.push(property("ImageID", metadata.image_id.clone()));
        properties.push(property("Reference", metadata.reference.clone()));
        let labels = metadata.image_config.config.labels.iter();
        properties.extend(labels.map(|(name, value)| (format!("Labels:{name}"), value.clone())));
    }
    if metadata.size != 0 {
        properties.push(property("Size", metadata.size.to_string()));
    }
    for (name, values) in [
        ("RepoDigest", &metadata.repo_digests),
        ("DiffID", &metadata.diff_ids),
        ("RepoTag", &metadata.repo_tags),
    ] {
        properties.extend(values.iter().map(|value| property(name, value.clone())));
    }
    Component {
        kind,
        name: report.artifact_name.clone(),
        group: String::new(),
        version: String::new(),
        purl: Cow::Owned(image_purl(report).unwrap_or_default()),
        package: None,
        source_file: "",
        properties: told(properties),
        vulnerabilities: Vec::new(),
    }
}

/// Returns the package URL of an image that a registry gave; none of any other.
fn image_purl(report: &Report) -> Option<String> {
    let (name, digest) = report.metadata.repo_digests.first()?.split_once('@')?;
    let image: ImageName = name.parse().ok()?;
    let registry = match image.registry() {
        "docker.io" => "index.docker.io",
        registry => registry,
    };
    let encoded = |text: &str| text.replace(':', "%3A").replace('/', "%2F");
    let last = image.repository().rsplit('/').next()?.to_lowercase();
    let architecture = report.metadata.image_config.architecture();
    Some(format!(
        "pkg:oci/{last}@{}?arch={architecture}&repository_url={}",
        encoded(digest),
        encoded(&format!("{registry}/{}", image.repository())),
    ))
}

/// Returns what holds the packages of a target: the operating system, or a lock file.
fn holder<'a>(report: &Report, found: &'a Found) -> Component<'a> {
    let os = report.metadata.os.as_ref();
    let is_os = found.class == "os-pkgs";
    let (name, version) = match os.filter(|_| is_os) {
        Some(os) => (os.family.clone(), os.name.clone()),
        None => (found.target.clone(), String::new()),
    };
    Component {
        kind: if is_os { Kind::Os } else { Kind::Application },
        name,
        group: String::new(),
        version,
        purl: Cow::Borrowed(""),
        package: None,
        source_file: "",
        properties: told(vec![
            property("Type", found.r#type.clone()),
            property("Class", found.class.clone()),
        ]),
        vulnerabilities: Vec::new(),
    }
}

fn library<'a>(found: &'a Found, package: &'a Package) -> Component<'a> {
    let mut name = package.name.clone();
    let mut group = String::new();
    let mut version = package.full_version();
    if let Some(purl) = Purl::read(&package.identifier.purl) {
        version = match purl.qualifier("epoch") {
            Some(epoch) if epoch != "0" => format!("{epoch}:{}", purl.version),
            _ => purl.version.clone(),
        };
        if ["maven", "npm"].contains(&purl.kind.as_str()) {
            (group, name) = (purl.namespace, purl.name);
        }
    }
    let is_locked = found.class == "lang-pkgs" && !AGGREGATED.contains(&found.r#type.as_str());
    Component {
        kind: Kind::Library,
        name,
        group,
        version,
        purl: Cow::Borrowed(&package.identifier.purl),
        package: Some(package),
        source_file: if is_locked { &found.target } else { "" },
        properties: package_properties(found, package),
        vulnerabilities: Vec::new(),
    }
}

fn package_properties(found: &Found, package: &Package) -> Vec<(String, String)> {
    let epoch = match package.src_epoch {
        0 => String::new(),
        epoch => epoch.to_string(),
    };
    let mut properties = vec![
        property("PkgID", package.id.clone()),
        property("PkgType", found.r#type.clone()),
        property("FilePath", package.file_path.clone()),
        property("SrcName", package.src_name.clone()),
        property("SrcVersion", package.src_version.clone()),
        property("SrcRelease", package.src_release.clone()),
        property("SrcEpoch", epoch),
        property("Modularitylabel", package.modularity_label.clone()),
        property("LayerDigest", package.layer.digest.clone()),
        property("LayerDiffID", package.layer.diff_id.clone()),
    ];
    if let Some(build) = &package.build_info {
        properties.push(property("NVR", build.nvr.clone()));
        properties.push(property("Arch", build.arch.clone()));
        let sets = build.content_sets.iter();
        properties.extend(sets.map(|set| property("ContentSet", set.clone())));
    }
    told(properties)
}

fn property(name: &str, value: String) -> (String, String) {
    (name.to_owned(), value)
}

fn told(mut properties: Vec<(String, String)>) -> Vec<(String, String)> {
    properties.retain(|(_, value)| !value.is_empty());
    properties.sort();
    properties
}
