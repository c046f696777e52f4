//! Packages as the distribution's own tools list them: name, version, source, architecture, layer.

use std::collections::BTreeSet;
use std::io::BufReader;
use std::path::Path;

use archive::{Codec, decode, read_at_most};
use model::Limits;
use serde_json::Value;

use crate::program::{Sandbox, list, text};

/// The truth's name, the image's file, and what chooses the image in it.
const IMAGES: &[(&str, &str, &str)] = &[
    ("alpine-310", "alpine-310.tar", ""),
    ("alpine-311", "alpine-311.tar.gz", ""),
    ("alpine-locks", "alpine-locks.tar", ""),
    ("bookworm-app", "bookworm-app-docker25-gz.tar", ""),
    ("bookworm-base", "bookworm-base.tar", ""),
    ("bookworm-base-updated", "bookworm-base-updated.tar", ""),
    ("chainguard", "chainguard.tar", ""),
    ("child", "child.tar", ""),
    ("child-on-updated", "child-on-updated.tar", ""),
    ("db-in-layer", "db-in-layer.tar", ""),
    ("distroless-like", "distroless-like.tar", ""),
    (
        "multi-arch.amd64",
        "multi-arch-dir",
        "--platform linux/amd64",
    ),
    (
        "multi-arch.arm64",
        "multi-arch.tar",
        "--platform linux/arm64",
    ),
    ("multi-image.1-alpine310", "multi-image.tar", "#1"),
    ("multi-image.2-alpine311", "multi-image.tar", "#2"),
    ("multi-image.3-tool", "multi-image.tar", "#3"),
    ("secrets-below", "secrets-below.tar", ""),
    ("services", "services.tar", ""),
    ("slim-good", "slim-good.tar", ""),
    ("stress-sparse", "stress-sparse.tar", ""),
    ("trixie-minimal", "trixie-minimal.tar", ""),
    ("wolfi", "wolfi.tar", ""),
];

#[test]
fn slow_packages_are_those_that_the_distribution_lists() {
    for (name, file, choice) in IMAGES {
        compare(name, file, choice);
    }
}

#[test]
fn slow_a_million_files_hide_no_package() {
    compare("stress-million", "stress-million.tar", "");
}

#[test]
fn no_truth_is_forgotten() {
    let Some(folder) = testkit::corpus("truth") else {
        return;
    };
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let Some(name) = file.strip_suffix(".tsv.gz") else {
            continue;
        };
        let is_compared = name == "stress-million" || IMAGES.iter().any(|image| image.0 == name);
        let has_packages = truth(name).is_some_and(|rows| !rows.is_empty());
        assert_eq!(is_compared, has_packages, "{name}");
    }
}

/// Compares the packages of an image with the truth, both ways.
fn compare(name: &str, file: &str, choice: &str) {
    let (Some(image), Some(want)) = (testkit::corpus(&format!("images/{file}")), truth(name))
    else {
        return;
    };
    let arguments = format!("image --input {} {choice} -f json", image.display());
    let report = Sandbox::new().run(&arguments).json();
    let got: Vec<String> = list(&report, "/Results/0/Packages")
        .iter()
        .map(|package| row(package, &report))
        .collect();
    assert_eq!(
        got.len(),
        want.len(),
        "{name}: a package is there twice, or missing"
    );
    let got: BTreeSet<String> = got.into_iter().collect();
    let (more, missing): (Vec<_>, Vec<_>) = (
        got.difference(&want).collect(),
        want.difference(&got).collect(),
    );
    assert!(
        more.is_empty() && missing.is_empty(),
        "{name}: not in the truth {more:#?}, only in the truth {missing:#?}"
    );
}

/// Returns `type name version source source_version arch layer` of the packages of an image.
fn truth(name: &str) -> Option<BTreeSet<String>> {
    let lines = lines(&testkit::corpus(&format!("truth/{name}.tsv.gz"))?);
    let rows = lines.iter().filter_map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        let is_compared = matches!(columns.first(), Some(&"deb" | &"apk"));
        is_compared.then(|| columns[..7].join(" "))
    });
    Some(rows.collect())
}

/// Returns a package of the report in the truth's form.
fn row(package: &Value, report: &Value) -> String {
    let layer = list(report, "/Metadata/DiffIDs")
        .iter()
        .position(|id| text(package, "/Layer/DiffID") == id);
    let version = |prefix: &str| {
        let part = |name: &str| package.get(format!("{prefix}{name}"));
        let epoch = part("Epoch").map_or_else(String::new, |epoch| format!("{epoch}:"));
        let plain = |name| part(name).and_then(Value::as_str);
        let release = plain("Release").map_or_else(String::new, |release| format!("-{release}"));
        format!("{epoch}{}{release}", plain("Version").unwrap_or_default())
    };
    [
        match text(package, "/AnalyzedBy") {
            "dpkg" => "deb",
            other => other,
        },
        text(package, "/Name"),
        &version(""),
        text(package, "/SrcName"),
        &version("Src"),
        text(package, "/Arch"),
        &layer.map_or_else(String::new, |layer| layer.to_string()),
    ]
    .join(" ")
}

fn lines(path: &Path) -> Vec<String> {
    let limits = Limits::default();
    let source = BufReader::new(std::fs::File::open(path).unwrap());
    let text = read_at_most(decode(Codec::Gzip, source, &limits).unwrap(), 1 << 30).unwrap();
    String::from_utf8(text)
        .unwrap()
        .lines()
        .map(ToOwned::to_owned)
        .collect()
}
