//! Manifests: how fast files are judged, what the whole program takes for a small one, and the service;
//! with the rows of others that have no archive of the corpus for a peer.

use std::error::Error;
use std::fs;
use std::path::Path;

use super::measure::{self, Program, median, run};
use super::{pulls, secrets, service, serving, trivy_db};

/// One figure.
pub(super) struct Row {
    pub(super) name: &'static str,
    /// Returns the line of the table, and whether the limit holds.
    pub(super) measure: fn(&Bench<'_>) -> Result<Figure, Box<dyn Error>>,
}

/// What is measured with.
pub(super) struct Bench<'b> {
    pub(super) program: &'b Path,
    /// Images of the corpus.
    pub(super) images: &'b Path,
    pub(super) rounds: usize,
    pub(super) folder: &'b Path,
}

/// A figure, its limit, and whether it holds.
pub(super) struct Figure {
    pub(super) text: String,
    pub(super) limit: String,
    pub(super) is_within: bool,
}

/// Every figure, in the order of docs/performance.md.
pub(super) static ROWS: &[Row] = &[
    Row {
        name: "scan",
        measure: |bench| speed(bench, &["scan"]),
    },
    Row {
        name: "manifest",
        measure: |bench| speed(bench, &["manifest", "--format", "json"]),
    },
    Row {
        name: "manifest-pss",
        measure: |bench| speed(bench, &["manifest", "--pss", "baseline"]),
    },
    Row {
        name: "small-manifest",
        measure: small,
    },
    Row {
        name: "http",
        measure: service::measure,
    },
    Row {
        name: "secrets-text",
        measure: secrets::measure,
    },
    Row {
        name: "trivy-db-import",
        measure: trivy_db::import,
    },
    Row {
        name: "trivy-db-match",
        measure: trivy_db::matches,
    },
    Row {
        name: "pull",
        measure: pulls::measure,
    },
    Row {
        name: "pull-again",
        measure: pulls::again,
    },
    Row {
        name: "serve",
        measure: serving::known,
    },
    Row {
        name: "serve-deployment",
        measure: serving::deployment,
    },
    Row {
        name: "serve-memory",
        measure: serving::memory,
    },
    Row {
        name: "serve-first",
        measure: serving::first,
    },
];

/// A Deployment of an ordinary size.
pub(super) const DEPLOYMENT: &str = include_str!("deployment.yaml");

const DEPLOYMENTS: usize = 1_000;

/// Megabytes of YAML in a second of one core.
const MB_PER_SECOND: f64 = 15.0;

/// Seconds and megabytes of the whole program.
const SMALL: (f64, f64) = (0.010, 15.0);

/// Judges 1,000 Deployments in one file. Seconds are those of the processor, so that other work does
/// not count; a clock of hundredths needs all rounds together.
fn speed(bench: &Bench<'_>, words: &[&str]) -> Result<Figure, Box<dyn Error>> {
    let documents: Vec<String> = (0..DEPLOYMENTS)
        .map(|number| DEPLOYMENT.replace("NUMBER", &number.to_string()))
        .collect();
    let text = documents.join("---\n");
    let file = bench.folder.join("deployments.yaml");
    fs::write(&file, &text)?;
    let program = words
        .iter()
        .fold(Program::new(bench.program), |program, word| {
            program.arg(word)
        });
    let program = program.arg(&file);
    let (mut seconds, mut bytes) = (0.0, 0);
    for _ in 0..bench.rounds {
        seconds += run(&program)?.cpu_seconds;
        bytes += text.len();
    }
    let speed = measure::to_f64(u64::try_from(bytes)?) / 1e6 / seconds;
    Ok(Figure {
        text: format!("{speed:.1} MB/s"),
        limit: format!("{MB_PER_SECOND:.0} MB/s"),
        is_within: speed >= MB_PER_SECOND,
    })
}

/// Judges one Deployment.
fn small(bench: &Bench<'_>) -> Result<Figure, Box<dyn Error>> {
    let file = bench.folder.join("deployment.yaml");
    fs::write(&file, DEPLOYMENT.replace("NUMBER", "1"))?;
    let program = Program::new(bench.program).arg("scan").arg(&file);
    let (mut seconds, mut peak_kb) = (Vec::new(), 0);
    for _ in 0..bench.rounds {
        let used = run(&program)?;
        seconds.push(used.seconds);
        peak_kb = peak_kb.max(used.peak_kb);
    }
    let (seconds, megabytes) = (median(&mut seconds), measure::to_f64(peak_kb) / 1000.0);
    let text = |seconds: f64, megabytes: f64| format!("{seconds:.3} s, {megabytes:.0} MB");
    Ok(Figure {
        text: text(seconds, megabytes),
        limit: text(SMALL.0, SMALL.1),
        is_within: seconds <= SMALL.0 && megabytes <= SMALL.1,
    })
}
