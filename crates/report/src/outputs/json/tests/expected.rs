//! The facts in a report that Trivy wrote, as a model of ours.

use std::sync::Arc;

use model::{
    Digest, Finding, Image, ImageConfig, ImagePath, Layer, Os, OsFamily, Package, PackageFormat,
    Platform, Rating, Report, Score, Severity, Target, TargetKind,
};

use super::ordered::Ordered;
use crate::outputs::tests::{clean, finding, os, package};

/// What our facts do not hold.
const LACKING: [&str; 6] = [
    "Title",
    "Description",
    "CweIDs",
    "References",
    "PublishedDate",
    "LastModifiedDate",
];

/// Whether all its OS packages come from formats that the model knows.
pub(super) fn is_of_our_formats(report: &Ordered) -> bool {
    os_packages(report)
        .iter()
        .all(|package| format(package).is_some())
}

/// Returns the expected report without keys, and without results, of what we do not look for.
pub(super) fn without_what_we_lack(mut report: Ordered) -> Ordered {
    for result in report.list_mut("Results") {
        for found in result.list_mut("Vulnerabilities") {
            for key in LACKING {
                found.remove(key);
            }
        }
    }
    let mut results = report.remove("Results");
    if let Some(Ordered::List(results)) = &mut results {
        results.retain(|result| result.text("Class") == "os-pkgs");
    }
    if let (Ordered::Map(entries), Some(Ordered::List(results))) = (&mut report, results)
        && !results.is_empty()
    {
        entries.push(("Results".to_owned(), Ordered::List(results)));
    }
    report
}

pub(super) fn to_model(report: &Ordered) -> Report {
    let metadata = report.get("Metadata");
    let layers: Vec<Layer> = metadata
        .map(|metadata| metadata.list("Layers").iter().map(layer).collect())
        .unwrap_or_default();
    let packages: Vec<Package> = os_packages(report)
        .iter()
        .map(|expected| to_package(expected, &layers))
        .collect();
    let findings = os_result(report)
        .map(|result| result.list("Vulnerabilities"))
        .unwrap_or_default()
        .iter()
        .map(|expected| to_finding(expected, &packages))
        .collect();
    Report {
        target: Target {
            name: report.text("ArtifactName").to_owned(),
            kind: match report.text("ArtifactType") {
                "filesystem" => TargetKind::RootFs,
                _ => TargetKind::Image,
            },
        },
        os: metadata.and_then(|metadata| to_os(metadata.get("OS")?)),
        eol: None,
        image: metadata.and_then(|metadata| to_image(metadata, layers)),
        packages,
        findings,
        ..clean()
    }
}

fn os_result(report: &Ordered) -> Option<&Ordered> {
    let mut results = report.list("Results").iter();
    results.find(|result| result.text("Class") == "os-pkgs")
}

fn os_packages(report: &Ordered) -> &[Ordered] {
    os_result(report).map_or(&[], |result| result.list("Packages"))
}

fn format(package: &Ordered) -> Option<PackageFormat> {
    match package.text("AnalyzedBy") {
        "apk" => Some(PackageFormat::Apk),
        "dpkg" => Some(PackageFormat::Dpkg),
        _ => None,
    }
}

fn to_os(expected: &Ordered) -> Option<Os> {
    let family = OsFamily::from_name(expected.text("Family"));
    (family.name() != "none").then(|| os(family, expected.text("Name")))
}

fn to_image(metadata: &Ordered, layers: Vec<Layer>) -> Option<Image> {
    let config: ImageConfig =
        serde_json::from_str(&serde_json::to_string(metadata.get("ImageConfig")?).unwrap())
            .unwrap();
    Some(Image {
        id: metadata.text("ImageID").parse().unwrap(),
        manifest: None,
        config,
        platform: Platform::default(),
        layers,
        tags: texts(metadata.list("RepoTags")),
        digests: texts(metadata.list("RepoDigests")),
    })
}

fn layer(expected: &Ordered) -> Layer {
    let diff_id: Digest = expected.text("DiffID").parse().unwrap();
    let digest = expected.text("Digest");
    Layer {
        digest: digest.parse().unwrap_or(diff_id),
        stored_bytes: 0,
        is_compressed: !digest.is_empty(),
        diff_id,
        tar_bytes: number(expected, "Size"),
        created_by: String::new(),
        is_base: None,
    }
}

fn to_package(expected: &Ordered, layers: &[Layer]) -> Package {
    let format = format(expected).unwrap();
    let name = expected.text("Name");
    let id = expected.text("ID");
    let version = id.strip_prefix(name).unwrap().strip_prefix('@').unwrap();
    let files: Vec<ImagePath> = texts(expected.list("InstalledFiles"))
        .iter()
        .map(|path| ImagePath::new(path.as_bytes()))
        .collect();
    let diff_id = expected
        .get("Layer")
        .map(|layer| layer.text("DiffID").to_owned());
    Package {
        arch: expected.text("Arch").to_owned(),
        source_name: expected.text("SrcName").to_owned(),
        source_version: joined(
            number(expected, "SrcEpoch"),
            expected.text("SrcVersion"),
            expected.text("SrcRelease"),
        ),
        licenses: texts(expected.list("Licenses")),
        maintainer: expected.text("Maintainer").to_owned(),
        depends_on: texts(expected.list("DependsOn")),
        digest: expected.text("Digest").to_owned(),
        checksummed_files: files.len(),
        files,
        layer: diff_id.map_or(0, |diff_id| {
            let is_it = |layer: &Layer| layer.diff_id.to_string() == diff_id;
            layers.iter().position(is_it).unwrap()
        }),
        ..package(format, name, version)
    }
}

fn joined(epoch: u64, version: &str, release: &str) -> String {
    let epoch = if epoch == 0 {
        String::new()
    } else {
        format!("{epoch}:")
    };
    let release = if release.is_empty() {
        String::new()
    } else {
        format!("-{release}")
    };
    format!("{epoch}{version}{release}")
}

fn to_finding(expected: &Ordered, packages: &[Package]) -> Finding {
    let is_it = |package: &Package| package.id() == expected.text("PkgID");
    let status = expected.text("Status");
    let source = expected
        .get("DataSource")
        .map_or("", |source| source.text("ID"));
    Finding {
        vendor_ids: texts(expected.list("VendorIDs")),
        installed: expected.text("InstalledVersion").to_owned(),
        fixed: expected.text("FixedVersion").to_owned(),
        status: status.parse().unwrap_or_default(),
        severity: expected.text("Severity").parse().unwrap(),
        severity_source: expected.text("SeveritySource").to_owned(),
        ratings: ratings(expected),
        publisher: source.to_owned(),
        source: None,
        since: None,
        details: None,
        ..finding(
            expected.text("VulnerabilityID"),
            packages.iter().position(is_it).unwrap(),
        )
    }
}

/// Returns each source's word, with one entry for each version of CVSS.
fn ratings(expected: &Ordered) -> Vec<Arc<Rating>> {
    let mut ratings = Vec::new();
    for (source, severity) in expected.entries("VendorSeverity") {
        let Ordered::Number(severity) = severity else {
            panic!("{severity:?}");
        };
        let severity = Severity::ALL[usize::try_from(severity.as_u64().unwrap()).unwrap()];
        let rating = |vector: &str, score: Option<&Ordered>| Rating {
            source: source.clone(),
            severity,
            score: score.map(tenths),
            vector: (!vector.is_empty()).then(|| vector.to_owned()),
            estimated: false,
        };
        let cvss = expected.get("CVSS").and_then(|cvss| cvss.get(source));
        let before = ratings.len();
        for version in ["V2", "V3", "V40"] {
            let Some(cvss) = cvss else { continue };
            let vector = cvss.text(&format!("{version}Vector"));
            if !vector.is_empty() {
                ratings.push(rating(vector, cvss.get(&format!("{version}Score"))));
            }
        }
        if ratings.len() == before {
            ratings.push(rating("", None));
        }
    }
    ratings.into_iter().map(Arc::new).collect()
}

fn tenths(score: &Ordered) -> Score {
    let is_it = |&tenths: &u8| score == &Ordered::number(Score(tenths).to_f64());
    Score((0..=100).find(is_it).unwrap())
}

fn texts(list: &[Ordered]) -> Vec<String> {
    let text = |value: &Ordered| {
        let Ordered::Text(text) = value else {
            panic!("{value:?}");
        };
        text.clone()
    };
    list.iter().map(text).collect()
}

fn number(value: &Ordered, key: &str) -> u64 {
    match value.get(key) {
        Some(Ordered::Number(number)) => number.as_u64().unwrap(),
        _ => 0,
    }
}
