//! `--policy FILE`, and what is wrong with the file.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, value_parser};
use jiff::civil::Date;
use pipeline::review;
use policy::image_policy::{self, ImagePolicy, Problem, Table};

use crate::error::Failure;
use crate::exit::Exit;
use crate::settings::own_file;
use crate::{platforms, registries, scan};

/// Bytes of a policy.
const MAX_BYTES: u64 = 4 << 20;

/// Problems that are told one by one.
const LISTED: usize = 20;

/// `--policy`.
pub(crate) fn arg() -> Arg {
    Arg::new("policy")
        .long("policy")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help("The policy, an ImagePolicy; `seaworthy policy schema` says what it may hold")
}

/// Options of a scan that would take something out of what a policy judges, or are for one image: one
/// password is not for the registries of all.
const WITHHELD: [&str; 8] = [
    "scanners",
    "rules",
    "rule-severity",
    "secrets-below",
    "skip-dirs",
    "skip-files",
    "username",
    "password-stdin",
];

/// Returns the options of scans, platforms and registries that leave whole what a policy judges, but for `others`.
pub(crate) fn scan_args(others: &[&str]) -> Vec<Arg> {
    let is_left = |arg: &Arg| {
        let id = arg.get_id().as_str();
        !WITHHELD.contains(&id) && !others.contains(&id)
    };
    let all = registries::args().into_iter().chain(scan::args());
    let all = all.chain([platforms::arg()]);
    all.filter(is_left).collect()
}

/// Reads the policy that is named.
///
/// # Errors
/// It cannot be read, or is wrong: the first of its problems, and how many more there are.
pub(crate) fn read(matches: &ArgMatches) -> Result<ImagePolicy, Failure> {
    let path = matches.get_one::<PathBuf>("policy");
    let missing = || {
        let failure = Failure::usage("no policy is given");
        failure.with(
            "next",
            "--policy FILE; `seaworthy policy schema` says what it may hold",
        )
    };
    let path = path.ok_or_else(missing)?;
    read_file(path)
}

/// Reads a policy.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_file(path: &Path) -> Result<ImagePolicy, Failure> {
    let (name, text) = text_of(path)?;
    review::read_policy(&name, &text).map_err(|problems| wrong(&problems))
}

/// Returns what is doubtful about the policy that is named, a line each; nothing if it cannot be read.
pub(crate) fn doubts(matches: &ArgMatches, today: Date) -> Vec<String> {
    let path = matches.get_one::<PathBuf>("policy");
    let Some(Ok((name, text))) = path.map(|path| text_of(path)) else {
        return Vec::new();
    };
    let doubts = image_policy::doubts(&name, &text, &review::rule_ids(), today);
    let line = |it: &Problem| format!("{}:{}:{}: warning: {}", it.file, it.line, it.column, it.why);
    doubts.iter().map(line).collect()
}

/// Reads a table of tests of a policy.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_table(path: &Path) -> Result<Table, Failure> {
    let (name, text) = text_of(path)?;
    Table::read(&name, &text).map_err(|problems| wrong(&problems))
}

fn text_of(path: &Path) -> Result<(String, String), Failure> {
    let name = path.display().to_string();
    let bytes = own_file::read(path, MAX_BYTES);
    let bytes = bytes.map_err(|error| Failure::new(Exit::Usage, format!("{name}: {error}")))?;
    let text = String::from_utf8(bytes)
        .map_err(|_not| Failure::usage(format!("{name}: it is no UTF-8")))?;
    Ok((name, text))
}

fn wrong(problems: &[Problem]) -> Failure {
    let mut lines = problems.iter().map(ToString::to_string);
    let failure = Failure::usage(lines.next().unwrap_or_default());
    let failure = lines
        .by_ref()
        .take(LISTED)
        .fold(failure, |failure, line| failure.with("also", line));
    match lines.count() {
        0 => failure,
        more => failure.with("also", format!("{more} more problems")),
    }
}
