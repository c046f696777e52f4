//! One side of a comparison: the problems of a report, be it read or made now.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;

use model::Severity;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::error::Failure;
use crate::exit::Exit;
use crate::scanned::{self, Wanted};
use crate::settings::{Environment, own_file};

/// Bytes of a report; one on 50,000 findings has some 60 MB.
const MAX_BYTES: u64 = 128 << 20;

/// `SchemaVersion` of reports.
const SCHEMA: i64 = 2;

/// One side.
#[derive(Debug)]
pub(crate) struct Side {
    /// What it is.
    pub(crate) title: String,
    /// Who vouches for the data; none if none was used, or the report does not tell.
    pub(crate) data: Option<String>,
    pub(crate) items: BTreeMap<Key, Item>,
    /// What nobody looked for; only our own reports tell.
    pub(crate) unlooked: BTreeSet<Kind>,
    /// How much was not looked at; none if the report does not tell.
    pub(crate) gaps: Option<usize>,
}

/// What is read of a report beside what Trivy has a place for.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Own {
    seaworthy: Option<Seaworthy>,
}

/// What stands under our key; of most it counts only that it is there.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Seaworthy {
    gaps: Option<Vec<IgnoredAny>>,
    examined: Examined,
    data: Vec<IgnoredAny>,
    database: Database,
    secrets: Option<IgnoredAny>,
    hygiene: Option<Hygiene>,
}

/// Who vouches for the data.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Database {
    /// `built in`, `unsigned` or `signed`.
    signature: String,
    key: String,
    trusted: bool,
    generation: u64,
}

impl Database {
    /// Returns it in the words of every report.
    fn words(&self) -> String {
        if self.signature != "signed" {
            return self.signature.clone();
        }
        let asked = if self.trusted { "" } else { " (not checked)" };
        let (key, generation) = (&self.key, self.generation);
        format!("signed by key {key}{asked}, generation {generation}")
    }
}

/// What was looked at.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Examined {
    left_out: Vec<String>,
}

/// How the image is built.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Hygiene {
    flaws: Vec<Flaw>,
}

/// What a rule found.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Flaw {
    #[serde(rename = "RuleID")]
    rule_id: String,
    severity: String,
    title: String,
    message: String,
    path: String,
    ignored: Option<IgnoredAny>,
}

/// What makes a problem the same in two reports.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    /// The package, the file, or what a rule is about.
    pub(crate) subject: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Problem,
    Secret,
    Rule,
}

impl Kind {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Problem => "problem",
            Self::Secret => "secret",
            Self::Rule => "rule",
        }
    }

    /// What is looked for, in the words of `--scanners`.
    pub(crate) const fn scanner(self) -> &'static str {
        match self {
            Self::Problem => "vuln",
            Self::Secret => "secret",
            Self::Rule => "hygiene",
        }
    }
}

/// A problem.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) key: Key,
    pub(crate) severity: Severity,
    /// Versions, or what was seen.
    pub(crate) more: String,
}

impl Side {
    /// Reads a report, or scans what lies there.
    ///
    /// # Errors
    /// It is neither a report nor an image.
    pub(crate) fn read(
        path: &str,
        wanted: &Wanted,
        environment: &Environment,
    ) -> Result<Self, Failure> {
        if is_report(path).map_err(|error| failed(path, &error.to_string()))? {
            return Self::of_report(path);
        }
        let report = scanned::report(path, wanted, environment)?;
        let bytes = scanned::json(&report).map_err(|why| failed(path, &why))?;
        Self::of(&bytes).map_err(|why| failed(path, &why))
    }

    /// Reads a report.
    ///
    /// # Errors
    /// It is none.
    fn of_report(path: &str) -> Result<Self, Failure> {
        let bytes = own_file::read(Path::new(path), MAX_BYTES);
        let bytes = bytes.map_err(|error| failed(path, &error.to_string()))?;
        Self::of(&bytes).map_err(|why| failed(path, &why))
    }

    fn of(bytes: &[u8]) -> Result<Self, String> {
        if bytes.trim_ascii_start().starts_with(b"[") {
            let why = "it is a list of reports: make one of each platform, with --platform";
            return Err(why.to_owned());
        }
        // what Trivy has no place for stands under a key of ours
        let own: Own = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let own = own.seaworthy;
        let report = trivy::Report::read(bytes)?;
        // without it, any JSON would be a report in which nothing was found
        if report.schema_version != SCHEMA {
            return Err(format!("it is no report: it has no SchemaVersion {SCHEMA}"));
        }
        let os = report.metadata.os.as_ref();
        let os = os.map_or_else(String::new, |os| format!(" ({} {})", os.family, os.name));
        let listed = problems(&report)
            .chain(secrets(&report))
            .chain(flaws(own.as_ref()));
        let data = own.as_ref().filter(|own| !own.data.is_empty());
        Ok(Self {
            data: data.map(|own| own.database.words()),
            title: format!("{}{os}", report.artifact_name),
            items: listed.map(|item| (item.key.clone(), item)).collect(),
            unlooked: unlooked(own.as_ref()),
            gaps: own.as_ref().and_then(|own| Some(own.gaps.as_ref()?.len())),
        })
    }
}

fn failed(path: &str, why: &str) -> Failure {
    let failure = Failure::new(Exit::Unfinished, format!("{path}: {why}"));
    failure.with(
        "next",
        "name an archive, a folder, or a JSON report of seaworthy or Trivy",
    )
}

/// Whether a file begins as a report, or a list of reports, does; a folder does not.
fn is_report(path: &str) -> std::io::Result<bool> {
    if Path::new(path).is_dir() {
        return Ok(false);
    }
    let mut head = [0; 64];
    let length = own_file::open(Path::new(path))?.read(&mut head)?;
    let head = head.get(..length).unwrap_or_default();
    Ok(head.trim_ascii_start().starts_with(b"{") || head.trim_ascii_start().starts_with(b"["))
}

/// Returns what nobody looked for. Who looked says what there is, were it nothing; Trivy has no rules about
/// images.
fn unlooked(own: Option<&Seaworthy>) -> BTreeSet<Kind> {
    let is_left_out = |kind: &Kind| match (kind, own) {
        (Kind::Problem, Some(own)) => own.examined.left_out.iter().any(|it| it == "vuln"),
        (Kind::Secret, Some(own)) => own.secrets.is_none(),
        (Kind::Rule, Some(own)) => own.hygiene.is_none(),
        (Kind::Problem | Kind::Secret, None) => false,
        (Kind::Rule, None) => true,
    };
    let kinds = [Kind::Problem, Kind::Secret, Kind::Rule].into_iter();
    kinds.filter(is_left_out).collect()
}

/// Names what nobody looked for: `hygiene, secret`.
pub(crate) fn scanners_of(kinds: &BTreeSet<Kind>) -> String {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.scanner()).collect();
    names.join(", ")
}

fn severity(text: &str) -> Severity {
    text.parse().unwrap_or(Severity::Unknown)
}

fn problems(report: &trivy::Report) -> impl Iterator<Item = Item> {
    let found = report
        .results
        .iter()
        .flat_map(|found| &found.vulnerabilities);
    found.map(|it| Item {
        key: Key {
            kind: Kind::Problem,
            id: it.id.clone(),
            subject: match it.package_path.as_str() {
                "" => it.package_name.clone(),
                path => format!("{} ({path})", it.package_name),
            },
        },
        severity: severity(&it.severity),
        more: match it.fixed_version.as_str() {
            "" => format!("{}, no fix", it.installed_version),
            fixed => format!("{}, fixed in {fixed}", it.installed_version),
        },
    })
}

fn secrets(report: &trivy::Report) -> impl Iterator<Item = Item> {
    let targets = report.results.iter();
    targets.flat_map(|found| {
        found.secrets.iter().map(|it| Item {
            key: Key {
                kind: Kind::Secret,
                id: it.rule_id.clone(),
                subject: found.target.clone(),
            },
            severity: severity(&it.severity),
            more: format!("line {}", it.start_line),
        })
    })
}

/// Returns what rules found in the way the image is built, but for what is ignored.
fn flaws(own: Option<&Seaworthy>) -> impl Iterator<Item = Item> {
    let flaws = own.and_then(|own| own.hygiene.as_ref());
    let flaws = flaws.into_iter().flat_map(|hygiene| &hygiene.flaws);
    flaws.filter(|it| it.ignored.is_none()).map(|it| {
        let subject = if it.path.is_empty() {
            &it.title
        } else {
            &it.path
        };
        Item {
            key: Key {
                kind: Kind::Rule,
                id: it.rule_id.clone(),
                subject: subject.clone(),
            },
            severity: severity(&it.severity),
            more: it.message.clone(),
        }
    })
}
