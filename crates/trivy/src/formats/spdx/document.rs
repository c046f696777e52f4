//! The document: what SPDX says of each component of a bill of materials.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::ids;
use crate::bom::{Bom, Component, Kind};
use crate::formats::{Context, document_uuid, time};
use crate::licenses;
use crate::report::Report;

/// Properties that stand elsewhere in the document.
const ELSEWHERE: [&str; 5] = [
    "SrcName",
    "SrcRelease",
    "SrcEpoch",
    "SrcVersion",
    "FilePath",
];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "SPDX's keys")]
pub(in crate::formats) struct Document<'a> {
    pub(super) spdx_version: &'static str,
    pub(super) data_license: &'static str,
    #[serde(rename = "SPDXID")]
    pub(super) id: &'static str,
    pub(super) name: &'a str,
    pub(super) document_namespace: String,
    pub(super) creation_info: Creation,
    pub(super) packages: Vec<Element<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) files: Vec<File<'a>>,
    #[serde(
        rename = "hasExtractedLicensingInfos",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub(super) other_licenses: Vec<OtherLicense>,
    pub(super) relationships: Vec<Relationship>,
}

#[derive(Serialize)]
pub(super) struct Creation {
    pub(super) creators: [String; 2],
    pub(super) created: String,
}

/// A package, as SPDX calls whatever a document lists.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Element<'a> {
    pub(super) name: String,
    #[serde(rename = "SPDXID")]
    pub(super) id: String,
    #[serde(rename = "versionInfo", skip_serializing_if = "String::is_empty")]
    pub(super) version: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) supplier: String,
    pub(super) download_location: String,
    pub(super) files_analyzed: bool,
    #[serde(
        rename = "packageVerificationCode",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) verification_code: Option<Code>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) checksums: Vec<Checksum<'a>>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) source_info: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) license_concluded: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) license_declared: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) external_refs: Vec<ExternalRef>,
    #[serde(rename = "primaryPackagePurpose")]
    pub(super) purpose: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) annotations: Vec<Annotation>,
}

#[derive(Serialize)]
pub(super) struct Code {
    #[serde(rename = "packageVerificationCodeValue")]
    pub(super) value: String,
}

#[derive(Serialize, Clone)]
pub(super) struct Checksum<'a> {
    pub(super) algorithm: &'static str,
    #[serde(rename = "checksumValue")]
    pub(super) value: &'a str,
}

#[derive(Serialize)]
pub(super) struct ExternalRef {
    #[serde(rename = "referenceCategory")]
    pub(super) category: &'static str,
    #[serde(rename = "referenceType")]
    pub(super) kind: &'static str,
    #[serde(rename = "referenceLocator")]
    pub(super) locator: String,
}

#[derive(Serialize)]
pub(super) struct Annotation {
    pub(super) annotator: String,
    #[serde(rename = "annotationDate")]
    pub(super) date: String,
    #[serde(rename = "annotationType")]
    pub(super) kind: &'static str,
    pub(super) comment: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct File<'a> {
    #[serde(rename = "fileName")]
    pub(super) name: &'a str,
    #[serde(rename = "SPDXID")]
    pub(super) id: String,
    pub(super) checksums: Vec<Checksum<'a>>,
    copyright_text: &'static str,
}

/// A licence that SPDX does not list.
#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase")]
pub(super) struct OtherLicense {
    #[serde(rename = "licenseId")]
    pub(super) id: String,
    pub(super) extracted_text: String,
    pub(super) name: String,
}

#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Relationship {
    #[serde(rename = "spdxElementId")]
    pub(super) element: String,
    #[serde(rename = "relatedSpdxElement")]
    pub(super) related: String,
    #[serde(rename = "relationshipType")]
    pub(super) kind: &'static str,
}

impl<'a> Document<'a> {
    pub(in crate::formats) fn new(report: &'a Report, context: &Context<'_>) -> Self {
        let bom = Bom::new(report);
        let now = time(context.now, "%Y-%m-%dT%H:%M:%SZ");
        let tool = format!("Tool: trivy-{}", context.version);
        let mut document = Self {
            spdx_version: "SPDX-2.3",
            data_license: "CC0-1.0",
            id: "SPDXRef-DOCUMENT",
            name: &report.artifact_name,
            document_namespace: namespace(report),
            creation_info: Creation {
                creators: ["Organization: aquasecurity".to_owned(), tool.clone()],
                created: now.clone(),
            },
            packages: Vec::new(),
            files: Vec::new(),
            other_licenses: Vec::new(),
            relationships: Vec::new(),
        };
        let mut others = BTreeMap::new();
        let ids: Vec<String> = bom.components.iter().map(ids::element).collect();
        for (component, id) in bom.components.iter().zip(&ids) {
            let file = document.add_file(component, id);
            let mut element = element(component, id, &mut others);
            element.download_location = download_location(report);
            element.files_analyzed = file.is_some();
            element.verification_code = file;
            element.annotations = annotations(component, &tool, &now);
            document.packages.push(element);
        }
        document.relate(&bom, &ids);
        document.other_licenses = others.into_values().collect();
        document.packages.sort_by(|a, b| {
            let key = |it: &Element<'_>| (it.purpose, it.name.clone(), it.id.clone());
            key(a).cmp(&key(b))
        });
        document
            .files
            .sort_by(|a, b| (a.name, &a.id).cmp(&(b.name, &b.id)));
        document.relationships.sort();
        document
    }

    /// Lists the file that a package is, if it has a digest; returns the code that proves it.
    fn add_file(&mut self, component: &Component<'a>, id: &str) -> Option<Code> {
        let package = component.package?;
        let sum = checksum(&package.digest).filter(|_| !package.file_path.is_empty())?;
        let file = File {
            name: &package.file_path,
            id: ids::file(&package.file_path),
            checksums: vec![sum.clone()],
            copyright_text: "",
        };
        self.relationships.push(Relationship {
            element: id.to_owned(),
            related: file.id.clone(),
            kind: "CONTAINS",
        });
        let code = Code {
            value: ids::verification_code(sum.algorithm, sum.value),
        };
        self.files.push(file);
        Some(code)
    }

    fn relate(&mut self, bom: &Bom<'_>, ids: &[String]) {
        let root = ids.first().cloned().unwrap_or_default();
        let mut known = BTreeSet::new();
        known.insert((self.id.to_owned(), root, "DESCRIBES"));
        for relation in &bom.relations {
            if let (Some(from), Some(to)) = (ids.get(relation.from), ids.get(relation.to)) {
                let kind = if relation.is_containment {
                    "CONTAINS"
                } else {
                    "DEPENDS_ON"
                };
                known.insert((from.clone(), to.clone(), kind));
            }
        }
        let known = known.into_iter();
        self.relationships
            .extend(known.map(|(element, related, kind)| Relationship {
                element,
                related,
                kind,
            }));
    }
}

/// Returns an address that no other document has.
fn namespace(report: &Report) -> String {
    let kind = match report.artifact_type.as_str() {
        "container_image" => "container_image",
        "vm" => "vm",
        "repository" => "repository",
        _ => "filesystem",
    };
    let name = report
        .artifact_name
        .replace("https://", "")
        .replace("http://", "");
    let id = document_uuid(report, "spdx");
    format!("http://trivy.dev/{kind}/{name}-{id}")
}

fn download_location(report: &Report) -> String {
    match report.artifact_type.as_str() {
        "repository" => format!("git+{}", report.artifact_name),
        _ => "NONE".to_owned(),
    }
}

fn element<'a>(
    component: &Component<'a>,
    id: &str,
    others: &mut BTreeMap<String, OtherLicense>,
) -> Element<'a> {
    let package = component.package;
    let advisories = component.vulnerabilities.iter();
    let purl = Some(&component.purl).filter(|purl| !purl.is_empty());
    let purl = purl.map(|purl| ExternalRef {
        category: "PACKAGE-MANAGER",
        kind: "purl",
        locator: purl.to_string(),
    });
    let license = match (component.kind, package) {
        (Kind::Library, Some(package)) => license(&package.licenses, others),
        _ => "NOASSERTION".to_owned(),
    };
    // what is a file of its own tells its digest there
    let own = package.filter(|package| package.file_path.is_empty());
    Element {
        name: match component.group.as_str() {
            "" => component.name.clone(),
            group if component.purl.starts_with("pkg:maven/") => {
                format!("{group}:{}", component.name)
            }
            group => format!("{group}/{}", component.name),
        },
        id: id.to_owned(),
        version: component.version.clone(),
        supplier: match package.map(|package| package.maintainer.as_str()) {
            None => String::new(),
            Some("") => "NOASSERTION".to_owned(),
            Some(maintainer) => format!("Organization: {maintainer}"),
        },
        download_location: String::new(),
        files_analyzed: false,
        verification_code: None,
        checksums: own
            .and_then(|it| checksum(&it.digest))
            .into_iter()
            .collect(),
        source_info: source_info(component),
        license_concluded: license.clone(),
        license_declared: license,
        external_refs: purl
            .into_iter()
            .chain(advisories.map(|it| ExternalRef {
                category: "SECURITY",
                kind: "advisory",
                locator: it.primary_url.clone(),
            }))
            .collect(),
        purpose: match component.kind {
            Kind::Container => "CONTAINER",
            Kind::Filesystem | Kind::Repository | Kind::Vm => "SOURCE",
            Kind::Os => "OPERATING-SYSTEM",
            Kind::Application => "APPLICATION",
            Kind::Library => "LIBRARY",
        },
        annotations: Vec::new(),
    }
}

/// Returns all licences of a package as one expression; those that SPDX does not list get a name there.
fn license(names: &[String], others: &mut BTreeMap<String, OtherLicense>) -> String {
    if names.is_empty() {
        return "NOASSERTION".to_owned();
    }
    let mut listed = Vec::new();
    for name in names {
        if licenses::is_expression(name) {
            listed.push(licenses::id(name).map_or_else(|| name.clone(), str::to_owned));
            continue;
        }
        let text = format!("This component is licensed under {name:?}");
        let id = ids::license(name, &text);
        listed.push(id.clone());
        let other = OtherLicense {
            id: id.clone(),
            extracted_text: text,
            name: name.clone(),
        };
        others.insert(id, other);
    }
    licenses::joined(&listed)
}

fn source_info(component: &Component<'_>) -> String {
    match component.package {
        Some(package) if !package.src_name.is_empty() => {
            let (name, version) = (&package.src_name, package.source_version());
            format!("built package from: {name} {version}")
        }
        _ if !component.source_file.is_empty() => {
            format!("package found in: {}", component.source_file)
        }
        _ => String::new(),
    }
}

fn annotations(component: &Component<'_>, tool: &str, now: &str) -> Vec<Annotation> {
    let properties = component.properties.iter();
    properties
        .filter(|(name, _)| !ELSEWHERE.contains(&name.as_str()))
        .map(|(name, value)| Annotation {
            annotator: tool.to_owned(),
            date: now.to_owned(),
            kind: "OTHER",
            comment: format!("{name}: {value}"),
        })
        .collect()
}

fn checksum(digest: &str) -> Option<Checksum<'_>> {
    let (algorithm, value) = digest.split_once(':')?;
    let algorithm = match algorithm {
        "sha1" => "SHA1",
        "sha256" => "SHA256",
        "md5" => "MD5",
        _ => return None,
    };
    Some(Checksum { algorithm, value })
}
