//! A report on whatever a path is, for commands that only want to know what is in it.

use std::path::{Path, PathBuf};

use model::Report;

use crate::commands;
use crate::error::Failure;
use crate::scan::Scan;
use crate::settings::Environment;

/// What is wanted of a scan.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// What is looked for, `vuln,secret,hygiene`.
    pub(crate) scanners: &'static str,
    /// The database; the one that is built in, if none is named.
    pub(crate) db: Option<PathBuf>,
    /// The folder of the cache, if one is named.
    pub(crate) cache: Option<PathBuf>,
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
    arguments.push(format!("--scanners={}", wanted.scanners));
    for (option, value) in [("db", &wanted.db), ("cache-dir", &wanted.cache)] {
        if let Some(value) = value {
            arguments.push(format!("--{option}={}", value.display()));
        }
    }
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
