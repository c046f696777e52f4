//! A budget for false positives: no finding that the table of reviewed verdicts does not list.
//!
//! A row of `verdicts.tsv` says what must stand at the place of a finding, and what around it, for the
//! finding to be true, and why it is then. Both are looked up in the plain JSON of the object: no rule
//! is asked. Columns: rule; end of the pointer, `#` for an index; alternatives of the value there between `¦`, `-`
//! for none, `*` for any text; what is around; why.

use std::collections::BTreeSet;

use manifest::checks::CHECKS;
use manifest::judge::{Settings, judge};
use manifest::{Input, Object};
use model::Misconfiguration;
use serde_json::Value;

const VERDICTS: &str = include_str!("verdicts.tsv");

#[test]
fn every_finding_is_one_that_somebody_reviewed() {
    let mut seen = BTreeSet::new();
    let mut unlisted = Vec::new();
    for (name, bytes) in manifests() {
        let input = manifest::read(&name, &bytes, &yaml::Limits::default());
        for (object, what) in judge(&input.objects, &Settings::default()).found {
            let evidence = Evidence::new(&input, object, &what);
            match VERDICTS.lines().position(|row| evidence.is_in(row)) {
                Some(row) => _ = seen.insert(row),
                None => unlisted.push(format!("{name}: {evidence:?}")),
            }
        }
    }
    assert!(unlisted.is_empty(), "{}", unlisted.join("\n"));
    if testkit::shared("conformance/kubesec.tar.gz").is_some() {
        let dead = VERDICTS.lines().enumerate();
        let dead: Vec<&str> = dead
            .filter(|(row, _)| !seen.contains(row))
            .map(|(_, row)| row)
            .collect();
        assert!(dead.is_empty(), "rows without a finding: {dead:#?}");
    }
}

/// Returns the files of the conformance data, and the examples of all rules, each a call of its own.
fn manifests() -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for (archive, folders) in [
        ("kubesec", &["/assets/", "/probes/"][..]),
        ("pod-security-standards", &["/fixtures/"]),
    ] {
        let Some(path) = testkit::shared(&format!("conformance/{archive}.tar.gz")) else {
            continue;
        };
        let is_manifest = |name: &str| {
            folders.iter().any(|folder| name.contains(folder))
                && [".yaml", ".yml", ".json"]
                    .iter()
                    .any(|end| name.ends_with(end))
        };
        let files = testkit::members(&path).unwrap();
        all.extend(files.into_iter().filter(|(name, _)| is_manifest(name)));
    }
    for check in CHECKS {
        let examples = check.bad.iter().chain(check.good);
        all.extend(
            examples.map(|text| (check.rule.id.to_owned(), check.example(text).into_bytes())),
        );
    }
    all
}

/// What stands where a finding is.
#[derive(Debug)]
struct Evidence {
    id: &'static str,
    tail: String,
    value: String,
    around: String,
}

impl Evidence {
    fn new(input: &Input, object: &Object, what: &Misconfiguration) -> Self {
        let root = object.root.to_json();
        let pointer = &what.spot.pointer;
        let parts: Vec<&str> = pointer.split('/').collect();
        let name = |part: &&str| {
            if part.parse::<usize>().is_ok() {
                "#".to_owned()
            } else {
                (*part).to_owned()
            }
        };
        let tail: Vec<String> = parts
            .iter()
            .skip(parts.len().saturating_sub(3))
            .map(name)
            .collect();
        Self {
            id: what.rule.id,
            tail: tail.join("/"),
            // the value says too little of what the schema finds
            value: match what.rule.id {
                "API-FIELD" => what.message.clone(),
                _ => show(root.pointer(pointer)),
            },
            around: around(input, &root, what.rule.id, &parts),
        }
    }

    fn is_in(&self, row: &str) -> bool {
        let mut columns = row.split('\t');
        let mut next = || columns.next().unwrap_or_default();
        next() == self.id
            && next() == self.tail
            && next()
                .split(" ¦ ")
                .any(|pattern| fits(pattern, &self.value))
            && next() == self.around
            && !next().is_empty()
    }
}

/// Whether a text fits a pattern in which a leading `*`, within quotes or not, is any text.
fn fits(pattern: &str, text: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_prefix("\"*")) {
        (Some(end), _) => text.ends_with(end),
        (_, Some(end)) => text.starts_with('"') && text.ends_with(end),
        _ => pattern == text,
    }
}

fn show(value: Option<&Value>) -> String {
    let text = value.map_or("-".to_owned(), Value::to_string);
    text.chars().take(100).collect()
}

/// Returns what may make the finding false: the parts of an image's name, the value of the pod that a container inherits, how many
/// containers mount a volume, or other objects of the call.
fn around(input: &Input, root: &Value, id: &str, parts: &[&str]) -> String {
    let split = |name: &str| {
        let at = parts.iter().position(|part| part.ends_with(name))?;
        let (pod, rest) = parts.split_at(at);
        Some((pod.join("/"), rest))
    };
    if parts.last() == Some(&"image") {
        return named(root.pointer(&parts.join("/")));
    }
    if let Some((pod, rest)) = split("ontainers") {
        let inherited = format!("{pod}/{}", rest.get(2..).unwrap_or_default().join("/"));
        let inherited = root.pointer(&inherited).map(|value| format!("pod {value}"));
        return inherited.unwrap_or_default();
    }
    if let Some((pod, rest)) = split("volumes") {
        let name = format!("{pod}/{}/name", rest[..2].join("/"));
        return format!("mounts {}", mounts(root, &pod, root.pointer(&name)));
    }
    let kinds: &[&str] = match id.split('-').next().unwrap_or_default() {
        "NET" => &["NetworkPolicy"],
        "REL" => &["PodDisruptionBudget", "HorizontalPodAutoscaler"],
        "SA" => &["ServiceAccount"],
        _ => &[],
    };
    let others = input
        .objects
        .iter()
        .filter(|other| kinds.contains(&other.kind()));
    let told: BTreeSet<String> = others
        .map(|other| {
            let token = other.root.to_json();
            match token.get("automountServiceAccountToken") {
                Some(value) => format!("{} {value}", other.kind()),
                None => other.kind().to_owned(),
            }
        })
        .collect();
    told.into_iter().collect::<Vec<_>>().join(", ")
}

/// Returns which parts an image's name has.
fn named(image: Option<&Value>) -> String {
    let name = image.and_then(Value::as_str).unwrap_or_default();
    let (name, digest) = name.split_once('@').unwrap_or((name, ""));
    let (registry, rest) = name.split_once('/').unwrap_or(("", name));
    let parts = [
        ("registry", registry.contains(['.', ':'])),
        ("tag", rest.contains(':')),
        ("digest", !digest.is_empty()),
    ];
    let parts = parts.iter().filter(|(_, is_there)| *is_there);
    let parts: Vec<&str> = parts.map(|(part, _)| *part).collect();
    match &parts[..] {
        [] => "names no part".to_owned(),
        some => format!("names {}", some.join(", ")),
    }
}

/// Counts the mounts of a volume of the pod at this pointer.
fn mounts(root: &Value, pod: &str, volume: Option<&Value>) -> usize {
    let lists = ["containers", "initContainers", "ephemeralContainers"];
    let items =
        |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let containers = lists
        .iter()
        .flat_map(|list| items(root.pointer(&format!("{pod}/{list}"))));
    let mounts = containers.flat_map(|container| {
        let of = |list| items(container.get(list));
        [of("volumeMounts"), of("volumeDevices")].concat()
    });
    mounts.filter(|mount| mount.get("name") == volume).count()
}
