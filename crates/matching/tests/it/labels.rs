//! Human verdicts on what scanners reported in real images: a true positive should be found, a
//! false one should not.
//!
//! Source of truth: `advisories/facts/match-labels`, 2024-09: image, flaw, package, version, `TP`,
//! `FP` or `??`. What is printed here stands in `docs/accuracy.md`, which these tests read.

#[path = "labels/distributions.rs"]
mod distributions;
#[path = "labels/languages.rs"]
mod languages;

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};

use advisory::Database;
use matching::{Input, Matched};
use model::{Limits, Manner, Os, Package};

/// How findings and labels agree.
#[derive(Debug, Default)]
struct Agreement {
    /// True positives that were found.
    confirmed: usize,
    /// True positives that the facts know, and that were not found.
    missed: Vec<(String, String)>,
    /// True positives that the facts do not know.
    unknown: usize,
    /// False positives that were not found.
    avoided: usize,
    /// False positives that were found.
    accused: Vec<(String, String)>,
}

impl Agreement {
    fn count(&mut self, label: &Label, answer: Answer) {
        let what = (label.package.clone(), label.ids[0].clone());
        match (label.is_true, answer) {
            (true, Answer::Found) => self.confirmed += 1,
            (true, Answer::Denied) => self.missed.push(what),
            (true, Answer::Unknown) => self.unknown += 1,
            (false, Answer::Denied | Answer::Unknown) => self.avoided += 1,
            (false, Answer::Found) => self.accused.push(what),
        }
    }

    fn missed(&self) -> BTreeSet<&str> {
        self.missed.iter().map(|(name, _)| name.as_str()).collect()
    }

    fn accused(&self) -> BTreeSet<&str> {
        self.accused.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Returns the figures as cells of the table in `docs/accuracy.md`.
    fn cells(&self) -> String {
        format!(
            "{} | {} | {} | {} | {}",
            self.confirmed,
            self.missed.len(),
            self.unknown,
            self.avoided,
            self.accused.len()
        )
    }
}

/// What we say of a labelled flaw in a package.
#[derive(Debug, Clone, Copy)]
enum Answer {
    /// It has the flaw.
    Found,
    /// The facts know the flaw in such packages, and this version has it not.
    Denied,
    /// The facts do not know the flaw in such packages.
    Unknown,
}

/// Returns the packages of an explanation.
fn names<'a>(explained: &'a [(&'a str, &'a str)]) -> BTreeSet<&'a str> {
    explained.iter().map(|(name, _)| *name).collect()
}

/// A verdict.
#[derive(Debug)]
struct Label {
    image: String,
    /// The flaw's names: what the scanner called it, and its CVE where it has one.
    ids: Vec<String>,
    package: String,
    version: String,
    is_true: bool,
}

/// Returns the verdicts that are certain, each once.
fn labels() -> Option<Vec<Label>> {
    let path = testkit::shared("advisories/facts/match-labels.tsv.zst")?;
    let file = std::fs::File::open(path).unwrap();
    let lines = BufReader::new(zstd::Decoder::new(file).unwrap()).lines();
    let mut seen = BTreeSet::new();
    let lines = lines.skip(1).map(Result::unwrap);
    let once = lines.filter(|line| seen.insert(line.clone()));
    Some(once.filter_map(|line| label(&line)).collect())
}

fn label(line: &str) -> Option<Label> {
    let cells: Vec<&str> = line.split('\t').collect();
    let is_true = match cells[5] {
        "TP" => true,
        "FP" => false,
        _ => return None,
    };
    let mut ids = vec![cells[2].to_owned(), cells[1].to_owned()];
    ids.retain(|id| !id.is_empty());
    Some(Label {
        image: cells[0].to_owned(),
        ids,
        package: cells[3].to_owned(),
        version: cells[4].to_owned(),
        is_true,
    })
}

/// The two ways of judging that are told beside each other.
const MANNERS: [(&str, Manner); 2] = [("ours", Manner::Own), ("Trivy's", Manner::Trivy)];

fn find(os: Option<&Os>, package: &Package, database: &Database, manner: Manner) -> Matched {
    let input = Input {
        os,
        packages: std::slice::from_ref(package),
        layers: &[],
        limits: &Limits::default(),
        manner,
    };
    matching::find(&input, database, "2026-12-01".parse().unwrap())
}

/// Fails unless the page says what was counted.
fn assert_told(kind: &str, rules: &str, agreement: &Agreement) {
    let row = format!("| {kind} | {rules} | {} |", agreement.cells());
    println!("{row}");
    let page = include_str!("../../../../docs/accuracy.md");
    assert!(
        page.lines().any(|line| line == row),
        "docs/accuracy.md lacks the row {row}"
    );
}
