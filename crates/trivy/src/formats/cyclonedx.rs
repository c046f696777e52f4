//! CycloneDX 1.7 in JSON: components, what they need, and what is wrong with them.
//!
//! Source of truth: trivy-outputs.md A.3. What Trivy draws at random is a hash here.

mod vulnerability;

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde::Serialize;

use self::vulnerability::{Affected, Vulnerability};
use super::{Context, Format, FormatError, document_uuid, time, uuid};
use crate::bom::{Bom, Component, Kind};
use crate::licenses;
use crate::report::Report;

pub(super) static FORMAT: Format = Format {
    name: "cyclonedx",
    is_sbom: true,
    write,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    bom_format: &'static str,
    spec_version: &'static str,
    serial_number: String,
    version: u8,
    metadata: Metadata<'a>,
    components: Vec<Listed<'a>>,
    dependencies: Vec<Dependency<'a>>,
    vulnerabilities: Vec<Vulnerability<'a>>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    timestamp: String,
    tools: Tools<'a>,
    component: Listed<'a>,
}

#[derive(Serialize)]
struct Tools<'a> {
    components: [Tool<'a>; 1],
}

#[derive(Serialize)]
struct Tool<'a> {
    r#type: &'static str,
    manufacturer: Named<'static>,
    group: &'static str,
    name: &'static str,
    version: &'a str,
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
}

/// A component, as it is written.
#[derive(Serialize)]
struct Listed<'a> {
    #[serde(rename = "bom-ref")]
    bom_ref: &'a str,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    supplier: Option<Named<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    group: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    version: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hashes: Vec<Hash<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    licenses: Vec<License<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    purl: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    properties: Vec<Property<'a>>,
}

#[derive(Serialize)]
struct Hash<'a> {
    alg: &'static str,
    content: &'a str,
}

/// A licence: by SPDX's id, else by its name; or one expression for all.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum License<'a> {
    License(LicenseName<'a>),
    Expression(String),
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum LicenseName<'a> {
    Id(&'a str),
    Name(&'a str),
}

#[derive(Serialize)]
struct Property<'a> {
    name: String,
    value: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Dependency<'a> {
    r#ref: &'a str,
    depends_on: BTreeSet<&'a str>,
}

/// Returns the serial number of a report's document, a UUID.
pub(crate) fn serial(report: &Report) -> String {
    document_uuid(report, "bom")
}

fn write(
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> Result<(), FormatError> {
    let bom = Bom::new(report);
    let scan = [report.report_id.as_str(), &report.created_at];
    let refs = refs(&bom, &scan);
    let mut listed: Vec<Listed<'_>> = bom
        .components
        .iter()
        .zip(&refs)
        .map(|(component, bom_ref)| Listed::new(component, bom_ref))
        .collect();
    let component = listed.remove(0);
    listed.sort_by_key(|it| it.bom_ref);
    let document = Document {
        schema: "http://cyclonedx.org/schema/bom-1.7.schema.json",
        bom_format: "CycloneDX",
        spec_version: "1.7",
        serial_number: format!("urn:uuid:{}", serial(report)),
        version: 1,
        metadata: Metadata {
            timestamp: time(context.now, "%Y-%m-%dT%H:%M:%S+00:00"),
            tools: Tools {
                components: [Tool {
                    r#type: "application",
                    manufacturer: Named {
                        name: "Aqua Security Software Ltd.",
                    },
                    group: "aquasecurity",
                    name: "trivy",
                    version: context.version,
                }],
            },
            component,
        },
        components: listed,
        dependencies: dependencies(&bom, &refs),
        vulnerabilities: vulnerabilities(&bom, &refs),
    };
    Ok(::report::write_go_json(&document, out)?)
}

/// Returns the name of each component: its package URL where no other has the same.
fn refs(bom: &Bom<'_>, scan: &[&str; 2]) -> Vec<String> {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for component in &bom.components {
        *count.entry(&component.purl).or_default() += 1;
    }
    let name = |(at, component): (usize, &Component<'_>)| {
        let given = component.package.map_or("", |it| &it.identifier.bom_ref);
        if !given.is_empty() {
            return given.to_owned();
        }
        let purl: &str = &component.purl;
        if !purl.is_empty() && count.get(purl) == Some(&1) {
            return purl.to_owned();
        }
        uuid(&[scan[0], scan[1], "component", &at.to_string()])
    };
    bom.components.iter().enumerate().map(name).collect()
}

fn dependencies<'a>(bom: &Bom<'_>, refs: &'a [String]) -> Vec<Dependency<'a>> {
    let mut needs: Vec<BTreeSet<&str>> = vec![BTreeSet::new(); refs.len()];
    for relation in &bom.relations {
        if let (Some(from), Some(to)) = (needs.get_mut(relation.from), refs.get(relation.to)) {
            from.insert(to);
        }
    }
    let pairs = refs.iter().zip(needs);
    let mut dependencies: Vec<_> = pairs
        .map(|(name, depends_on)| Dependency {
            r#ref: name,
            depends_on,
        })
        .collect();
    dependencies.sort_by_key(|it| it.r#ref);
    dependencies
}

/// Returns what is wrong, each problem once, with all that it affects.
fn vulnerabilities<'a>(bom: &Bom<'a>, refs: &'a [String]) -> Vec<Vulnerability<'a>> {
    let mut by_id: BTreeMap<&str, Vulnerability<'a>> = BTreeMap::new();
    for (component, bom_ref) in bom.components.iter().zip(refs) {
        for it in &component.vulnerabilities {
            let known = by_id
                .entry(&it.id)
                .or_insert_with(|| Vulnerability::new(it));
            known.add(it, Affected::new(bom_ref, &it.installed_version));
        }
    }
    by_id.into_values().map(Vulnerability::sorted).collect()
}

impl<'a> Listed<'a> {
    fn new(component: &'a Component<'a>, bom_ref: &'a str) -> Self {
        let package = component.package;
        let maintainer = package.map_or("", |it| &it.maintainer);
        let licenses = package.map_or(&[][..], |it| &it.licenses);
        let properties = component.properties.iter();
        Self {
            bom_ref,
            r#type: match component.kind {
                Kind::Container | Kind::Vm => "container",
                Kind::Filesystem | Kind::Repository | Kind::Application => "application",
                Kind::Os => "operating-system",
                Kind::Library => "library",
            },
            supplier: Some(Named { name: maintainer }).filter(|it| !it.name.is_empty()),
            group: &component.group,
            name: &component.name,
            version: &component.version,
            hashes: package
                .and_then(|it| hash(&it.digest))
                .into_iter()
                .collect(),
            licenses: licenses_of(licenses),
            purl: &component.purl,
            properties: properties
                .map(|(name, value)| Property {
                    name: format!("aquasecurity:trivy:{name}"),
                    value,
                })
                .collect(),
        }
    }
}

/// Returns licences by their names; all of them as one expression where each is valid and one is more
/// than a name.
fn licenses_of(names: &[String]) -> Vec<License<'_>> {
    let is_valid = |name: &&String| licenses::is_expression(name);
    let is_name = |name: &&String| licenses::id(name).is_some();
    if names.iter().all(|name| is_valid(&name)) && !names.iter().all(|name| is_name(&name)) {
        return vec![License::Expression(licenses::joined(names))];
    }
    let named = |name| {
        License::License(licenses::id(name).map_or(LicenseName::Name(name), LicenseName::Id))
    };
    names.iter().map(|name| named(name.as_str())).collect()
}

fn hash(digest: &str) -> Option<Hash<'_>> {
    let (algorithm, content) = digest.split_once(':')?;
    let alg = match algorithm {
        "sha1" => "SHA-1",
        "sha256" => "SHA-256",
        "sha512" => "SHA-512",
        "md5" => "MD5",
        _ => return None,
    };
    Some(Hash { alg, content })
}
