//! Trivy's database: how long it takes to import one of its size, to open the result and to match an
//! image against it.

mod synthetic;

use std::error::Error;
use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use advisory::Database;
use matching::Input;
use model::{Limits, Os, OsFamily, Package, PackageFormat};

use super::manifests::{Bench, Figure};
use super::measure::{self, Program, median, run, since, timed};

/// Seconds and megabytes of an import.
const IMPORT: (f64, f64) = (30.0, 300.0);
/// Megabytes of all shards.
const SHARDS: f64 = 60.0;
/// Seconds that opening the database, and matching an image of a thousand packages, may take.
const OPEN: f64 = 0.005;
const MATCH: f64 = 0.010;
/// How often it is opened for one figure: the clock of a thread goes in steps of some milliseconds, too
/// coarse for one.
const OPENS: u32 = 50;
/// In how many of these packages are matched for one figure. Half of the work is done on another thread, so
/// the clock on the wall counts, not that of this one.
const MATCHES: u32 = 10;

/// Makes the database once for all rows.
fn source(bench: &Bench<'_>) -> Result<PathBuf, Box<dyn Error>> {
    let folder = bench.folder.join("trivy");
    if !folder.exists() {
        fs::create_dir(&folder)?;
        let bytes = testkit::bolt(4096, &synthetic::database());
        fs::write(folder.join("trivy.db"), bytes)?;
        let metadata = r#"{"Version":2,"UpdatedAt":"2026-11-20T00:00:00Z"}"#;
        fs::write(folder.join("metadata.json"), metadata)?;
    }
    Ok(folder)
}

fn imported(bench: &Bench<'_>) -> Result<(PathBuf, f64, u64), Box<dyn Error>> {
    let (from, out) = (source(bench)?, bench.folder.join("trivy.swdb"));
    fs::remove_file(&out).ok();
    let program = Program::new(bench.program)
        .arg("db")
        .arg("import")
        .arg("trivy")
        .arg(from)
        .arg("--out")
        .arg(&out);
    let used = run(&program)?;
    Ok((out, used.seconds, used.peak_kb))
}

/// Imports a database of Trivy's size.
pub(super) fn import(bench: &Bench<'_>) -> Result<Figure, Box<dyn Error>> {
    let source_bytes = fs::metadata(source(bench)?.join("trivy.db"))?.len();
    let (out, seconds, peak_kb) = imported(bench)?;
    let peak_mb = measure::to_f64(peak_kb) / 1000.0;
    let shards_mb = measure::to_f64(fs::metadata(out)?.len()) / 1e6;
    Ok(Figure {
        text: format!(
            "{:.0} MB: {seconds:.1} s, {peak_mb:.0} MB; {shards_mb:.1} MB of shards",
            measure::to_f64(source_bytes) / 1e6
        ),
        limit: format!("{:.0} s, {:.0} MB; {SHARDS:.0} MB", IMPORT.0, IMPORT.1),
        is_within: seconds <= IMPORT.0 && peak_mb <= IMPORT.1 && shards_mb <= SHARDS,
    })
}

/// Opens what was imported, and matches a thousand packages, each time anew.
pub(super) fn matches(bench: &Bench<'_>) -> Result<Figure, Box<dyn Error>> {
    if cfg!(debug_assertions) {
        return Err("this row is measured within the benchmark: build it with --release".into());
    }
    let out = bench.folder.join("trivy.swdb");
    if !out.exists() {
        imported(bench)?;
    }
    let os = debian();
    let packages: Vec<Package> = (0..1_000).map(package).collect();
    let limits = Limits::default();
    let (mut opens, mut matches, mut findings) = (Vec::new(), Vec::new(), 0);
    for _ in 0..bench.rounds.max(7) {
        let (seconds, opened) = timed(|| {
            (0..OPENS)
                .map(|_| open(&out))
                .collect::<Result<Vec<_>, _>>()
        })?;
        opens.push(seconds / f64::from(OPENS));
        let databases = opened?;
        let input = Input {
            os: Some(&os),
            packages: &packages,
            layers: &[],
            limits: &limits,
            manner: model::Manner::Own,
        };
        let day = "2026-11-25".parse()?;
        let (seconds, matched) = since(|| {
            let fresh = databases.iter().take(MATCHES.try_into().unwrap_or(0));
            fresh
                .map(|database| matching::find(&input, database, day))
                .collect::<Vec<_>>()
        });
        matches.push(seconds / f64::from(MATCHES));
        findings = matched.first().map_or(0, |matched| matched.findings.len());
    }
    let (open, matching) = (median(&mut opens), median(&mut matches));
    Ok(Figure {
        text: format!(
            "opened in {:.1} ms; 1,000 packages in {:.1} ms, {findings} findings",
            open * 1e3,
            matching * 1e3
        ),
        limit: format!("{:.0} ms; {:.0} ms", OPEN * 1e3, MATCH * 1e3),
        is_within: open <= OPEN && matching <= MATCH,
    })
}

fn open(path: &Path) -> Result<Database, Box<dyn Error>> {
    let file = File::open(path)?;
    let bytes = file.metadata()?.len();
    let read_at = move |at, buffer: &mut [u8]| file.read_exact_at(buffer, at);
    Ok(Database::from_file(read_at, bytes)?)
}

fn debian() -> Os {
    Os {
        family: OsFamily::Debian,
        version: "12.5".to_owned(),
        pretty_name: "Debian 12".to_owned(),
        like: Vec::new(),
        is_rolling: false,
        repository: String::new(),
        told_by: "etc/os-release".to_owned(),
    }
}

/// A package in the middle of its history; two are built of each source, as in images.
fn package(number: u64) -> Package {
    let source = synthetic::package(number / 2 * 7);
    let version = "8.5.1-1".to_owned();
    Package {
        name: format!("{source}-{}", number % 2),
        source_name: source,
        source_version: version.clone(),
        version,
        arch: "amd64".to_owned(),
        format: PackageFormat::Dpkg,
        path: model::ImagePath::new(b"var/lib/dpkg/status"),
        module: String::new(),
        build: None,
        licenses: Vec::new(),
        maintainer: String::new(),
        depends_on: Vec::new(),
        digest: String::new(),
        files: Vec::new(),
        checksummed_files: 0,
        layer: 0,
    }
}
