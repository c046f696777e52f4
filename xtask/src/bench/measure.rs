//! Running a program and measuring its wall time and peak memory.

use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Instant;

/// A program with its arguments.
pub(super) struct Program {
    words: Vec<OsString>,
}

/// What one run took.
pub(super) struct Used {
    pub(super) seconds: f64,
    /// Of all processors, in hundredths.
    pub(super) cpu_seconds: f64,
    pub(super) peak_kb: u64,
}

impl Program {
    pub(super) fn new(name: impl Into<OsString>) -> Self {
        Self {
            words: vec![name.into()],
        }
    }

    pub(super) fn arg(mut self, word: impl Into<OsString>) -> Self {
        self.words.push(word.into());
        self
    }
}

/// Runs a program under GNU `time`, whose own cost (a fork) is in both figures of a pair.
#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark starts programs and reads the clock"
)]
pub(super) fn run(program: &Program) -> Result<Used, Box<dyn Error>> {
    let mut command = Command::new("time");
    command
        .args(["-f", "%M %U %S"])
        .args(&program.words)
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let start = Instant::now();
    let output = command
        .output()
        .map_err(|error| format!("GNU time: {error}"))?;
    let seconds = start.elapsed().as_secs_f64();
    let text = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{:?} failed: {text}", program.words).into());
    }
    let last = text.lines().last().unwrap_or_default();
    let (peak_kb, cpu_seconds) = figures(last).ok_or_else(|| format!("GNU time said `{last}`"))?;
    Ok(Used {
        seconds,
        cpu_seconds,
        peak_kb,
    })
}

/// Does something within this thread and returns the seconds of a processor that it took, so that other
/// work does not count.
pub(super) fn timed<T>(work: impl FnOnce() -> T) -> Result<(f64, T), Box<dyn Error>> {
    let start = nanoseconds()?;
    let done = work();
    let spent = nanoseconds()?.saturating_sub(start);
    Ok((to_f64(spent) / 1e9, done))
}

/// Does something and returns the seconds of the clock that it took.
#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
pub(super) fn since<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let done = work();
    (start.elapsed().as_secs_f64(), done)
}

/// Returns for how long this thread has run.
#[expect(clippy::disallowed_methods, reason = "a file of the running system")]
fn nanoseconds() -> Result<u64, Box<dyn Error>> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split(' ').next().unwrap_or_default().parse()?)
}

/// Returns the middle value; not a number if there is none.
pub(super) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "figures for people"
)]
pub(super) const fn to_f64(value: u64) -> f64 {
    value as f64
}

/// Reads the peak in kilobytes, and seconds of the program and of the system for it.
fn figures(line: &str) -> Option<(u64, f64)> {
    let (peak_kb, seconds) = line.split_once(' ')?;
    let (user, system) = seconds.split_once(' ')?;
    let seconds = user.parse::<f64>().ok()? + system.parse::<f64>().ok()?;
    Some((peak_kb.parse().ok()?, seconds))
}

/// Says on what machine the figures were made.
#[expect(clippy::disallowed_methods, reason = "two files of the running system")]
pub(super) fn machine() -> Result<String, Box<dyn Error>> {
    let cpu = fs::read_to_string("/proc/cpuinfo")?;
    let field = |name: &str| {
        let line = cpu.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let cores = cpu
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count();
    let has_sha = field("flags").is_some_and(|flags| flags.split(' ').any(|f| f == "sha_ni"));
    let sha = if has_sha { "with" } else { "without" };
    let load = fs::read_to_string("/proc/loadavg")?;
    let load = load.split(' ').next().unwrap_or_default().to_owned();
    Ok(format!(
        "{}, {cores} cores, {sha} SHA instructions, load {load} at the start.",
        field("model name").unwrap_or_default()
    ))
}
