//! Speed and memory as ratios against a peer or a physical limit, measured in one run.
//!
//! Each figure is the median of pairs that alternate: ours, then the peer, again and again, so that
//! whatever else the machine does hits both. The corpus must be built (`shared/corpus/make`), and
//! `pigz`, `sha256sum`, `wrk`, GNU `time`, `docker-registry` and `skopeo` installed.

mod cases;
mod manifests;
mod measure;
mod pulls;
mod secrets;
mod service;
mod serving;
mod trivy_db;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cases::{CASES, Case, Limit, Peer};
use measure::{Program, median, run};

/// Runs `bench [--corpus DIR] [--program FILE] [--rounds N] [NAME…]`.
#[expect(clippy::print_stderr, reason = "a command line tool talks on stderr")]
pub(crate) fn run_all(arguments: impl Iterator<Item = String>) -> ExitCode {
    match Bench::new(arguments).and_then(|bench| bench.report()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::from(2)
        }
    }
}

struct Bench {
    images: PathBuf,
    program: PathBuf,
    rounds: usize,
    wanted: Vec<String>,
    /// Folders of caches and unpacked layers; gone with the run.
    scratch: tempfile::TempDir,
}

impl Bench {
    fn new(mut arguments: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let mut bench = Self {
            images: PathBuf::from("../corpus-cache/images"),
            program: PathBuf::from("target/release/seaworthy"),
            rounds: 7,
            wanted: Vec::new(),
            scratch: tempfile::tempdir()?,
        };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} wants a value"));
            match argument.as_str() {
                "--corpus" => bench.images = Path::new(&value()?).join("images"),
                "--program" => bench.program = value()?.into(),
                "--rounds" => bench.rounds = value()?.parse()?,
                name => bench.wanted.push(name.to_owned()),
            }
        }
        for (path, how) in [
            (&bench.images, "build it: ../shared/corpus/make"),
            (&bench.program, "build it: cargo build --release --locked"),
        ] {
            if !path.exists() {
                return Err(format!("{} is not here; {how}", path.display()).into());
            }
        }
        Ok(bench)
    }

    /// Prints the table of docs/performance.md; says whether every limit holds.
    #[expect(clippy::print_stdout, reason = "the table is what the user asked for")]
    fn report(&self) -> Result<bool, Box<dyn Error>> {
        println!("{}\n", measure::machine()?);
        println!("| case | ours | against | figure | limit | |");
        println!("|---|---|---|---|---|---|");
        let mut holds = true;
        for case in CASES.iter().filter(|case| self.is_wanted(case.name)) {
            let (line, is_within) = self.measure(case)?;
            println!("{line}");
            holds &= is_within;
        }
        let bench = manifests::Bench {
            program: &self.program,
            images: &self.images,
            rounds: self.rounds,
            folder: self.scratch.path(),
        };
        for row in manifests::ROWS
            .iter()
            .filter(|row| self.is_wanted(row.name))
        {
            let figure = (row.measure)(&bench)?;
            let mark = mark(figure.is_within);
            let (name, limit, figure_text) = (row.name, figure.limit, figure.text);
            println!("| {name} | | - | {figure_text} | {limit} | {mark} |");
            holds &= figure.is_within;
        }
        Ok(holds)
    }

    fn is_wanted(&self, name: &str) -> bool {
        self.wanted.is_empty() || self.wanted.iter().any(|wanted| wanted == name)
    }

    fn measure(&self, case: &Case) -> Result<(String, bool), Box<dyn Error>> {
        let image = self.images.join(case.image);
        if !image.exists() {
            return Ok((
                format!("| {} | not here: {} |||||", case.name, case.image),
                true,
            ));
        }
        let layers = self.scratch.path().join("layers");
        let peer = case.peer.program(&image, &layers)?;
        let warm = self.scratch.path().join("warm");
        if case.is_warm {
            run(&self.ours(&image, &warm, case.scanners))?;
        }
        let (mut ours, mut theirs, mut peaks) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..self.rounds {
            let cold = self.scratch.path().join(format!("cold-{round}"));
            let cache = if case.is_warm { &warm } else { &cold };
            let used = run(&self.ours(&image, cache, case.scanners))?;
            ours.push(used.seconds);
            peaks.push(used.peak_kb);
            if let Some(peer) = &peer {
                theirs.push(run(peer)?.seconds);
            }
            std::fs::remove_dir_all(&cold).ok();
            if case.peer == Peer::Vulnerabilities {
                theirs.push(run(&self.ours(&image, &cold, "vuln"))?.seconds);
                std::fs::remove_dir_all(&cold).ok();
            }
        }
        std::fs::remove_dir_all(&warm).ok();
        Ok(line(
            case,
            median(&mut ours),
            median(&mut theirs),
            peaks.into_iter().max(),
        ))
    }

    fn ours(&self, image: &Path, cache: &Path, scanners: &str) -> Program {
        Program::new(&self.program)
            .arg("image")
            .arg("--quiet")
            .arg("--scanners")
            .arg(scanners)
            .arg("--cache-dir")
            .arg(cache)
            .arg("--input")
            .arg(image)
    }
}

const fn mark(is_within: bool) -> &'static str {
    if is_within { "holds" } else { "MISSED" }
}

fn line(case: &Case, ours: f64, theirs: f64, peak_kb: Option<u64>) -> (String, bool) {
    let peak_mb = peak_kb.map_or(f64::NAN, |kb| measure::to_f64(kb) / 1000.0);
    let (figure, limit, is_within) = match case.limit {
        Limit::Ratio(limit) => {
            let ratio = ours / theirs;
            (
                format!("{ratio:.2} x"),
                format!("{limit:.2} x"),
                ratio <= limit,
            )
        }
        Limit::Seconds(limit) => (
            format!("{ours:.3} s"),
            format!("{limit:.3} s"),
            ours <= limit,
        ),
        Limit::Megabytes(limit) => (
            format!("{peak_mb:.0} MB"),
            format!("{limit:.0} MB"),
            peak_mb <= limit,
        ),
    };
    let mark = mark(is_within);
    let against = if theirs.is_nan() {
        case.peer.name().to_owned()
    } else {
        format!("{} {theirs:.3} s", case.peer.name())
    };
    let text = format!(
        "| {} | {ours:.3} s, {peak_mb:.0} MB | {against} | {figure} | {limit} | {mark} |",
        case.name
    );
    (text, is_within)
}
