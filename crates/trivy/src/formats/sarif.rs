//! SARIF 2.1.0, as Trivy writes it: a rule for each id, a result for each finding.

use std::collections::BTreeMap;
use std::io;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::{Context, Format, FormatError};
use crate::report::{
    Found, License, Location, Misconfiguration, Package, Report, Secret, Vulnerability,
};

pub(super) static FORMAT: Format = Format {
    name: "sarif",
    is_sbom: false,
    write,
};

/// Where Trivy's own rules for secrets are.
const SECRET_RULES: &str =
    "https://github.com/aquasecurity/trivy/blob/main/pkg/fanal/secret/builtin-rules.go";

/// What a rule and a result say of one finding.
struct Told<'a> {
    id: String,
    tag: &'static str,
    severity: &'a str,
    score: String,
    scores: Map<String, Value>,
    url: &'a str,
    short: &'a str,
    full: &'a str,
    help: String,
    markdown: String,
    message: String,
    uri: String,
    place: String,
    locations: Vec<Location>,
}

/// Rules and results, each made when it is written: of 200,000 findings they take gigabytes.
struct Listed<'a> {
    findings: Vec<Finding<'a>>,
    /// The place of each finding's rule among the rules.
    rules: Vec<usize>,
    /// The finding that tells what a rule is: the last one.
    tellers: Vec<usize>,
}

impl<'a> Listed<'a> {
    fn new(report: &'a Report, packages: &'a [Packages<'a>]) -> Self {
        let targets = report.results.iter().zip(packages);
        let findings: Vec<Finding<'a>> = targets.flat_map(findings).collect();
        let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let (mut rules, mut tellers) = (Vec::new(), Vec::new());
        for (at, finding) in findings.iter().enumerate() {
            let rule = *known.entry(finding.id()).or_insert(tellers.len());
            match tellers.get_mut(rule) {
                Some(teller) => *teller = at,
                None => tellers.push(at),
            }
            rules.push(rule);
        }
        Self {
            findings,
            rules,
            tellers,
        }
    }
}

/// The rules.
struct Rules<'a>(&'a Listed<'a>);

impl Serialize for Rules<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let findings = self.0.tellers.iter();
        let findings = findings.filter_map(|at| self.0.findings.get(*at));
        serializer.collect_seq(findings.map(|it| rule(&it.told(), &it.found.class)))
    }
}

/// The results.
struct Results<'a>(&'a Listed<'a>);

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let findings = self.0.findings.iter().zip(&self.0.rules);
        serializer.collect_seq(findings.map(|(it, rule)| result(&it.told(), *rule)))
    }
}

/// The document, with its keys in the order of the alphabet.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    runs: [Run<'a>; 1],
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    column_kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    original_uri_base_ids: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Value>,
    results: Results<'a>,
    tool: Tool<'a>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    full_name: &'static str,
    information_uri: &'static str,
    name: &'static str,
    rules: Rules<'a>,
    version: &'a str,
}

fn write(
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> Result<(), FormatError> {
    let packages: Vec<Packages<'_>> = report.results.iter().map(packages).collect();
    let listed = Listed::new(report, &packages);
    let run = Run {
        column_kind: "utf16CodeUnits",
        original_uri_base_ids: (!context.folder.is_empty()).then(|| {
            let uri = format!("file://{}/", context.folder.trim_end_matches('/'));
            json!({"ROOTPATH": {"uri": uri}})
        }),
        properties: (report.artifact_type == "container_image").then(|| {
            let metadata = &report.metadata;
            json!({
                "imageID": metadata.image_id,
                "imageName": report.artifact_name,
                "repoDigests": or_null(&metadata.repo_digests),
                "repoTags": or_null(&metadata.repo_tags),
            })
        }),
        results: Results(&listed),
        tool: Tool {
            driver: Driver {
                full_name: "Trivy Vulnerability Scanner",
                information_uri: "https://github.com/aquasecurity/trivy",
                name: "Trivy",
                rules: Rules(&listed),
                version: context.version,
            },
        },
    };
    let document = Document {
        schema: "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/main/sarif-2.1/schema/sarif-schema-2.1.0.json",
        runs: [run],
        version: "2.1.0",
    };
    Ok(::report::write_go_json(&document, out)?)
}

/// Go writes a list that was never made as `null`.
fn or_null(names: &[String]) -> Value {
    if names.is_empty() {
        return Value::Null;
    }
    names.into()
}

/// Packages by name and version, the first of each.
type Packages<'a> = BTreeMap<(&'a str, &'a str), &'a Package>;

fn packages(found: &Found) -> Packages<'_> {
    let mut packages = Packages::new();
    for package in &found.packages {
        let key = (package.name.as_str(), package.version.as_str());
        packages.entry(key).or_insert(package);
    }
    packages
}

/// A finding, in its target.
struct Finding<'a> {
    found: &'a Found,
    packages: &'a Packages<'a>,
    kind: Kind<'a>,
}

enum Kind<'a> {
    Vulnerability(&'a Vulnerability),
    Misconfiguration(&'a Misconfiguration),
    Secret(&'a Secret),
    License(&'a License),
}

/// Returns the findings of a target.
fn findings<'a>(
    (found, packages): (&'a Found, &'a Packages<'a>),
) -> impl Iterator<Item = Finding<'a>> {
    let vulnerabilities = found.vulnerabilities.iter().map(Kind::Vulnerability);
    let misconfigurations = found.misconfigurations.iter().map(Kind::Misconfiguration);
    let secrets = found.secrets.iter().map(Kind::Secret);
    let licenses = found.licenses.iter().map(Kind::License);
    let all = vulnerabilities.chain(misconfigurations);
    let all = all.chain(secrets).chain(licenses);
    all.map(move |kind| Finding {
        found,
        packages,
        kind,
    })
}

impl<'a> Finding<'a> {
    /// Returns what names its rule: of a license the package and its name.
    fn id(&self) -> (&'a str, &'a str) {
        match self.kind {
            Kind::Vulnerability(it) => (&it.id, ""),
            Kind::Misconfiguration(it) => (&it.id, ""),
            Kind::Secret(it) => (&it.rule_id, ""),
            Kind::License(it) => (&it.package_name, &it.name),
        }
    }

    fn told(&self) -> Told<'a> {
        match self.kind {
            Kind::Vulnerability(it) => vulnerability(self.found, self.packages, it),
            Kind::Misconfiguration(it) => misconfiguration(self.found, it),
            Kind::Secret(it) => secret(self.found, it),
            Kind::License(it) => license(self.found, it),
        }
    }
}

fn vulnerability<'a>(found: &'a Found, packages: &Packages<'a>, it: &'a Vulnerability) -> Told<'a> {
    let (id, severity, package) = (&it.id, &it.severity, &it.package_name);
    let (fixed, url, text) = (&it.fixed_version, &it.primary_url, &it.description);
    let installed = &it.installed_version;
    let uri = match it.package_path.as_str() {
        "" => path(&found.target, &found.class),
        file => path(file, &found.class),
    };
    let (scores, score) = scores(it);
    let same = packages.get(&(package.as_str(), installed.as_str()));
    Told {
        id: id.clone(),
        tag: "vulnerability",
        severity,
        score,
        scores,
        url,
        short: &it.title,
        full: if text.is_empty() { &it.title } else { text },
        help: format!(
            "Vulnerability {id}\nSeverity: {severity}\nPackage: {package}\nFixed Version: {fixed}\nLink: [{id}]({url})\n{text}"
        ),
        markdown: format!(
            "**Vulnerability {id}**\n| Severity | Package | Fixed Version | Link |\n| --- | --- | --- | --- |\n|{severity}|{package}|{fixed}|[{id}]({url})|\n\n{text}"
        ),
        message: format!(
            "Package: {package}\nInstalled Version: {installed}\nVulnerability {id}\nSeverity: {severity}\nFixed Version: {fixed}\nLink: [{id}]({url})"
        ),
        place: format!("{uri}: {package}@{installed}"),
        locations: same.map(|it| it.locations.clone()).unwrap_or_default(),
        uri,
    }
}

fn misconfiguration<'a>(found: &'a Found, it: &'a Misconfiguration) -> Told<'a> {
    let (id, severity, title, url) = (&it.id, &it.severity, &it.title, &it.primary_url);
    let (kind, message, text) = (&it.r#type, &it.message, &it.description);
    let uri = found.target.replace('\\', "/");
    Told {
        id: id.clone(),
        tag: "misconfiguration",
        severity,
        score: score(severity).to_owned(),
        scores: Map::new(),
        url,
        short: title,
        full: text,
        help: format!(
            "Misconfiguration {id}\nType: {kind}\nSeverity: {severity}\nCheck: {title}\nMessage: {message}\nLink: [{id}]({url})\n{text}"
        ),
        markdown: format!(
            "**Misconfiguration {id}**\n| Type | Severity | Check | Message | Link |\n| --- | --- | --- | --- | --- |\n|{kind}|{severity}|{title}|{message}|[{id}]({url})|\n\n{text}"
        ),
        message: format!(
            "Artifact: {uri}\nType: {}\nVulnerability {id}\nSeverity: {severity}\nMessage: {message}\nLink: [{id}]({url})",
            found.r#type
        ),
        place: uri.clone(),
        uri,
        locations: vec![Location {
            start_line: it.cause_metadata.start_line,
            end_line: it.cause_metadata.end_line,
        }],
    }
}

fn secret<'a>(found: &'a Found, it: &'a Secret) -> Told<'a> {
    let (title, severity, text) = (&it.title, &it.severity, &it.r#match);
    Told {
        id: it.rule_id.clone(),
        tag: "secret",
        severity,
        score: score(severity).to_owned(),
        scores: Map::new(),
        url: SECRET_RULES,
        short: title,
        full: text,
        help: format!("Secret {title}\nSeverity: {severity}\nMatch: {text}"),
        markdown: format!(
            "**Secret {title}**\n| Severity | Match |\n| --- | --- |\n|{severity}|{text}|"
        ),
        message: format!(
            "Artifact: {}\nType: {}\nSecret {title}\nSeverity: {severity}\nMatch: {text}",
            found.target, found.r#type
        ),
        uri: path(&found.target, &found.class),
        place: path(&found.target, &found.class),
        locations: vec![Location {
            start_line: it.start_line,
            end_line: it.end_line,
        }],
    }
}

fn license<'a>(found: &'a Found, it: &'a License) -> Told<'a> {
    let (name, kind, package, file) = (&it.name, &it.category, &it.package_name, &it.file_path);
    Told {
        id: format!("{package}:{name}"),
        tag: "license",
        severity: &it.severity,
        score: score(&it.severity).to_owned(),
        scores: Map::new(),
        url: &it.link,
        short: name,
        full: name,
        help: format!("License {name}\nClassification: {kind}\nPkgName: {package}\nPath: {file}"),
        markdown: format!(
            "**License {name}**\n| PkgName | Classification | Path |\n| --- | --- | --- |\n|{package}|{kind}|{file}|"
        ),
        message: format!(
            "Artifact: {}\nLicense {name}\nPkgName: {package}\n Classification: {kind}\n Path: {file}",
            found.target
        ),
        uri: path(&found.target, &found.class),
        place: String::new(),
        locations: Vec::new(),
    }
}

fn rule(told: &Told<'_>, class: &str) -> Value {
    let mut properties = told.scores.clone();
    properties.insert("precision".to_owned(), "very-high".into());
    properties.insert("security-severity".to_owned(), told.score.clone().into());
    let tags = json!([told.tag, "security", told.severity]);
    properties.insert("tags".to_owned(), tags);
    let mut rule = json!({
        "id": told.id,
        "name": name(class),
        "shortDescription": {"text": told.short},
        "fullDescription": {"text": told.full},
        "defaultConfiguration": {"level": level(told.severity)},
        "help": {"text": told.help, "markdown": told.markdown},
        "properties": properties,
    });
    if let Some(rule) = rule.as_object_mut().filter(|_| !told.url.is_empty()) {
        rule.insert("helpUri".to_owned(), told.url.into());
    }
    rule
}

fn result(told: &Told<'_>, index: usize) -> Value {
    let whole = [Location::default()];
    let locations = match told.locations.as_slice() {
        [] => whole.as_slice(),
        locations => locations,
    };
    let locations = locations.iter().map(|location| {
        // what has no line stands in the first
        let line = |line: i64| {
            let is_nowhere = *location == Location::default();
            if is_nowhere { 1 } else { line }
        };
        json!({
            "physicalLocation": {
                "artifactLocation": {"uri": told.uri, "uriBaseId": "ROOTPATH"},
                "region": {
                    "startLine": line(location.start_line),
                    "startColumn": 1,
                    "endLine": line(location.end_line),
                    "endColumn": 1,
                },
            },
            "message": {"text": told.place},
        })
    });
    json!({
        "ruleId": told.id,
        "ruleIndex": index,
        "level": level(told.severity),
        "message": {"text": told.message},
        "locations": locations.collect::<Vec<_>>(),
    })
}

fn name(class: &str) -> &'static str {
    match class {
        "os-pkgs" => "OsPackageVulnerability",
        "lang-pkgs" => "LanguageSpecificPackageVulnerability",
        "config" => "Misconfiguration",
        "secret" => "Secret",
        "license" | "license-file" => "License",
        _ => "UnknownIssue",
    }
}

fn level(severity: &str) -> &'static str {
    match severity {
        "CRITICAL" | "HIGH" => "error",
        "MEDIUM" => "warning",
        "LOW" | "UNKNOWN" => "note",
        _ => "none",
    }
}

fn score(severity: &str) -> &'static str {
    match severity {
        "CRITICAL" => "9.5",
        "HIGH" => "8.0",
        "MEDIUM" => "5.5",
        "LOW" => "2.0",
        _ => "0.0",
    }
}

/// Returns the scores of the source whose severity counts, and the one that is shown.
fn scores(it: &Vulnerability) -> (Map<String, Value>, String) {
    let mut scores = Map::new();
    let mut shown = score(&it.severity).to_owned();
    let Some(cvss) = it.cvss.get(&it.severity_source) else {
        return (scores, shown);
    };
    for (name, vector) in [
        ("cvssv2_vector", &cvss.v2_vector),
        ("cvssv3_vector", &cvss.v3_vector),
        ("cvssv40_vector", &cvss.v40_vector),
    ] {
        if !vector.is_empty() {
            scores.insert(name.to_owned(), vector.as_str().into());
        }
    }
    for (name, score) in [
        ("cvssv2_score", cvss.v2_score),
        ("cvssv3_baseScore", cvss.v3_score),
        ("cvssv40_baseScore", cvss.v40_score),
    ] {
        if score > 0.0 {
            scores.insert(name.to_owned(), score.into());
        }
    }
    if cvss.v3_score > 0.0 {
        shown = format!("{:.1}", cvss.v3_score);
    }
    (scores, shown)
}

/// Returns a target as a relative address: of an image its repository, without registry and tag.
fn path(target: &str, class: &str) -> String {
    if class != "os-pkgs" {
        return target.to_owned();
    }
    let name = target.split_once(" (").map_or(target, |(name, _)| name);
    let name = match name.parse::<model::ImageName>() {
        Ok(image) => image.repository().to_owned(),
        Err(_) => name.to_owned(),
    };
    name.replace('\\', "/")
}
