//! SARIF 2.1.0, as Trivy writes it: a rule for each id, a result for each finding.

use std::collections::BTreeMap;
use std::io;

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

fn write(
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> Result<(), FormatError> {
    let mut rules: Vec<Value> = Vec::new();
    let mut indices: BTreeMap<String, usize> = BTreeMap::new();
    let mut results = Vec::new();
    for found in &report.results {
        for told in told(found) {
            let rule = rule(&told, &found.class);
            let index = *indices.entry(told.id.clone()).or_insert(rules.len());
            match rules.get_mut(index) {
                // the last one that is found tells what the rule is
                Some(known) => *known = rule,
                None => rules.push(rule),
            }
            results.push(result(&told, index));
        }
    }
    let mut run = json!({
        "tool": {"driver": {
            "fullName": "Trivy Vulnerability Scanner",
            "informationUri": "https://github.com/aquasecurity/trivy",
            "name": "Trivy",
            "rules": rules,
            "version": context.version,
        }},
        "results": results,
        "columnKind": "utf16CodeUnits",
    });
    if let Some(run) = run.as_object_mut() {
        if report.artifact_type == "container_image" {
            let metadata = &report.metadata;
            let properties = json!({
                "imageID": metadata.image_id,
                "imageName": report.artifact_name,
                "repoDigests": or_null(&metadata.repo_digests),
                "repoTags": or_null(&metadata.repo_tags),
            });
            run.insert("properties".to_owned(), properties);
        }
        if !context.folder.is_empty() {
            let uri = format!("file://{}/", context.folder.trim_end_matches('/'));
            let bases = json!({"ROOTPATH": {"uri": uri}});
            run.insert("originalUriBaseIds".to_owned(), bases);
        }
    }
    let document = json!({
        "version": "2.1.0",
        "$schema": "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/main/sarif-2.1/schema/sarif-schema-2.1.0.json",
        "runs": [run],
    });
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

fn told(found: &Found) -> Vec<Told<'_>> {
    let vulnerabilities = found.vulnerabilities.iter();
    let misconfigurations = found.misconfigurations.iter();
    let secrets = found.secrets.iter();
    let licenses = found.licenses.iter();
    let mut packages = Packages::new();
    for package in &found.packages {
        let key = (package.name.as_str(), package.version.as_str());
        packages.entry(key).or_insert(package);
    }
    vulnerabilities
        .map(|it| vulnerability(found, &packages, it))
        .chain(misconfigurations.map(|it| misconfiguration(found, it)))
        .chain(secrets.map(|it| secret(found, it)))
        .chain(licenses.map(|it| license(found, it)))
        .collect()
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
