//! A report on whatever a path is, for commands that only want to know what is in it.

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use model::Report;
use report::{Answer, Answers, Output, View};

use crate::commands;
use crate::error::Failure;
use crate::scan::{self, Scan};
use crate::settings::Environment;

/// What is wanted of a scan.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// Its options.
    options: Vec<String>,
}

impl Wanted {
    /// Returns a scan for `vuln,secret,hygiene` or some of them, with the data and the cache that were
    /// asked for.
    pub(crate) fn new(matches: &ArgMatches, scanners: &str) -> Self {
        let mut options = vec![format!("--scanners={scanners}")];
        for name in ["db", "cache-dir"] {
            let path = matches.get_one::<PathBuf>(name);
            options.extend(path.map(|path| format!("--{name}={}", path.display())));
        }
        let keys = scan::list_of::<String>(matches, "db-key").into_iter();
        options.extend(keys.map(|key| format!("--db-key={key}")));
        Self { options }
    }
}

/// Scans an archive, a layout or an unpacked root.
///
/// # Errors
/// Those of `image --input` and `rootfs`.
pub(crate) fn report(
    path: &str,
    wanted: &Wanted,
    environment: &Environment,
) -> Result<Report, Failure> {
    let is_root = Path::new(path).is_dir() && !Path::new(path).join("index.json").exists();
    let mut arguments = vec!["seaworthy".to_owned()];
    arguments.push(if is_root { "rootfs" } else { "image" }.to_owned());
    arguments.push("--quiet".to_owned());
    arguments.extend(wanted.options.iter().cloned());
    if is_root {
        arguments.extend(["--".to_owned(), path.to_owned()]);
    } else {
        arguments.push(format!("--input={path}"));
    }
    let matches = commands::definition().try_get_matches_from(arguments);
    let matches = matches.map_err(|error| Failure::usage(error.to_string()))?;
    let (_, matches) = matches
        .subcommand()
        .ok_or_else(|| Failure::usage("nothing to scan"))?;
    let scan = Scan::new(matches, environment, Vec::new())?;
    let reports = if is_root {
        commands::scan_rootfs(&scan, matches)?
    } else {
        commands::scan_image(&scan, matches, environment)?
    };
    let mut reports = reports.into_iter();
    let mut report = reports
        .next()
        .ok_or_else(|| Failure::usage("nothing was scanned"))?;
    scan.describe(&mut report);
    Ok(report)
}

/// Returns a report as JSON of seaworthy, which is what Trivy would write, and more.
///
/// # Errors
/// It cannot be written.
pub(crate) fn json(report: &Report) -> Result<Vec<u8>, String> {
    let json: Output = "json"
        .parse()
        .map_err(|error: report::UnknownOutput| error.to_string())?;
    let answers = Answers {
        each: &[(Answer::Image(report), View::default())],
        is_list: false,
    };
    let mut bytes = Vec::new();
    report::write(json, &answers, &mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}
