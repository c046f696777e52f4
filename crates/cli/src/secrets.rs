//! By which rules secrets are looked for.

use std::path::{Path, PathBuf};

use archive::read_at_most;
use clap::{Arg, ArgMatches};
use pipeline::{Secrets, Telling};
use secret::{Engine, Rules};

use crate::error::Failure;
use crate::scan::flag;
use crate::scanners;
use crate::settings::own_file;

/// Bytes of a file of rules.
const MAX_BYTES: u64 = 1 << 20;

/// The options about secrets.
pub(crate) fn args() -> Vec<Arg> {
    let heading = "What to look for";
    vec![
        Arg::new("secret-rules")
            .long("secret-rules")
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .help("Rules for secrets that are added or disabled, in YAML")
            .help_heading(heading),
        Arg::new("secrets-below")
            .long("secrets-below")
            .value_name("WORD")
            .value_parser(["report", "ignore"])
            .default_value("report")
            .help("Secrets in files that a layer above removed, which everybody can still read")
            .help_heading(heading),
        crate::scan::switch(
            "secrets-owned",
            "false",
            "Report secrets of files that are as their packages brought them, too",
        )
        .help_heading(heading),
    ]
}

/// Returns how secrets are looked for, if they are.
///
/// # Errors
/// The file of rules cannot be read, or makes no sense.
pub(crate) fn secrets(matches: &ArgMatches) -> Result<Option<Secrets>, Failure> {
    let rules = match matches.get_one::<PathBuf>("secret-rules") {
        Some(path) => read(path)?,
        None => Rules::default(),
    };
    if !scanners::is_wanted(matches, "secret") {
        return Ok(None);
    }
    let below = matches
        .try_get_one::<String>("secrets-below")
        .ok()
        .flatten();
    Ok(Some(Secrets {
        engine: Engine::new(rules),
        below: telling(below.is_none_or(|word| word == "report")),
        owned: telling(flag(matches, "secrets-owned")),
    }))
}

const fn telling(is_told: bool) -> Telling {
    if is_told {
        Telling::Told
    } else {
        Telling::LeftOut
    }
}

fn read(path: &Path) -> Result<Rules, Failure> {
    let failed = |why: String| {
        Failure::usage(format!("{}: {why}", path.display()))
            .with("next", "see docs/secrets.md for what it may hold")
    };
    let file = own_file::open(path).map_err(|error| failed(error.to_string()))?;
    let bytes = read_at_most(file, MAX_BYTES).map_err(|error| failed(error.to_string()))?;
    Rules::read(&bytes).map_err(|problem| failed(problem.to_string()))
}
