//! `seaworthy db import trivy`: a database from another scanner's.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use advisory::trivy::{self, Imported};
use advisory::{Database, ShardStatus, write};
use clap::{Arg, ArgMatches, Command, value_parser};
use jiff::ToSpan as _;
use jiff::civil::Date;
use model::counted;

use super::super::build;

use crate::databases;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output;
use crate::settings::Environment;
use crate::trivy_files::{self, Found};

pub(super) fn define() -> Command {
    Command::new("trivy")
                .about("Make a database from Trivy's, with all that it covers")
                .long_about(
                    "Make a database from Trivy's: every distribution and language, with severities, titles and \
                     references. Ends of life, known exploits and their likelihood, which it does not have, are taken \
                     from the database that is built in, or from --db. No network is used. A value that makes no sense \
                     is left out and told; where FILE holds a newer database, or a publisher of whom more than a fifth \
                     would vanish, it stays as it is.",
                )
                .after_help(
                    "Examples:\n  seaworthy db import trivy ~/.cache/trivy/db --out my.swdb\n  oras copy --to-oci-layout \
                     ghcr.io/aquasecurity/trivy-db:2 layout && tar -cf trivy-db.tar -C layout .\n  seaworthy db import \
                     trivy trivy-db.tar --out my.swdb\n  seaworthy image --input app.tar --db my.swdb",
                )
                .arg(
                    Arg::new("from")
                        .value_name("PATH")
                        .required(true)
                        .value_parser(value_parser!(PathBuf))
                        .help("Folder with trivy.db and metadata.json, trivy.db itself, or an archive of its OCI artifact"),
                )
                .arg(build::out_arg())
                .args(build::base_args())
}

pub(super) fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let old = databases::base(matches, environment)?.database;
    let path = |name: &str| {
        let path = matches.get_one::<PathBuf>(name).cloned();
        path.ok_or_else(|| Failure::usage(format!("--{name} is missing")))
    };
    let (from, out) = (path("from")?, path("out")?);
    let (count, updated) = import(&from, &out, &old, environment)?;
    said(&out, count, updated)
}

/// Makes a database of Trivy's; returns the number of its shards, and of which day it is.
///
/// # Errors
/// What lies there is no such database, or is older or much smaller than the one it would replace.
pub(crate) fn import(
    from: &Path,
    out: &Path,
    old: &Database,
    environment: &Environment,
) -> Result<(usize, Option<Date>), Failure> {
    let Found { file, updated } = trivy_files::open(from, out)?;
    let failed = |why: String| {
        let message = format!("{}: {why}", from.display());
        Failure::new(Exit::Unfinished, message).with("next", "fetch Trivy's database again")
    };
    // a day to come would make every true database too old
    let tomorrow = environment.today().saturating_add(1.day());
    if let Some(day) = updated.filter(|day| *day > tomorrow) {
        return Err(failed(format!(
            "it says that it is of {day}, a day to come"
        )));
    }
    let mut bolt = advisory::bolt::Bolt::open(file).map_err(|error| failed(error.to_string()))?;
    let imported = trivy::import(&mut bolt, updated).map_err(|error| failed(error.to_string()))?;
    tell(&imported);
    refuse_less(&imported, updated, out)?;
    let shards = beside(old, &imported)?;
    let unwritten = |error| Failure::new(Exit::Unfinished, format!("{}: {error}", out.display()));
    output::replace(out, |file| write::database_to(&shards, file)).map_err(unwritten)?;
    Ok((imported.shards.len(), updated))
}

fn tell(imported: &Imported) {
    for problem in &imported.problems {
        output::warn(&format!("left out: {}\n", problem.replace('\n', " ")));
    }
    let more = imported
        .problem_count
        .saturating_sub(imported.problems.len());
    if more > 0 {
        output::warn(&format!("left out: {} more\n", counted(more, "value")));
    }
}

/// Returns all shards of the new database: those that were imported, and what they have nothing of.
fn beside<'a>(old: &'a Database, imported: &'a Imported) -> Result<Vec<Cow<'a, [u8]>>, Failure> {
    let kept = old.shard_bytes()?;
    let kept = kept.into_iter().filter(|(name, _)| trivy::stays(name));
    let imported = imported.shards.iter();
    Ok(imported
        .map(|shard| Cow::Borrowed(shard.as_slice()))
        .chain(kept.map(|(_, bytes)| bytes))
        .collect())
}

/// Refuses to replace a database by one that is older, or of which much is missing.
fn refuse_less(imported: &Imported, updated: Option<Date>, out: &Path) -> Result<(), Failure> {
    if !out.exists() {
        return Ok(());
    }
    let before = databases::at(out)?.database;
    let refused = |why: String| {
        let message = format!("{}: {why}; nothing was written", out.display());
        Failure::new(Exit::Unfinished, message).with(
            "next",
            "fetch Trivy's database again and whole, or name another file with --out",
        )
    };
    let shards = before.shards();
    let own = shards.iter().filter(|shard| !trivy::stays(&shard.name));
    let newest = own.filter_map(|shard| shard.newest).max();
    match (newest, updated) {
        (Some(newest), Some(updated)) if updated < newest => {
            return Err(refused(format!(
                "it is of {newest}, and this one of {updated}"
            )));
        }
        (Some(newest), None) => {
            return Err(refused(format!(
                "it is of {newest}, and no metadata.json says of which day this one is"
            )));
        }
        _ => {}
    }
    let after: Vec<ShardStatus> = imported
        .shards
        .iter()
        .filter_map(|shard| ShardStatus::of(shard))
        .collect();
    // what is kept beside what is imported has not shrunk
    let mut before = before.shards();
    before.retain(|shard| !trivy::stays(&shard.name));
    if let Some(first) = write::shrunken(&before, &after).first() {
        return Err(refused(format!(
            "{}: {} entries would be left of {}",
            first.name, first.after, first.before
        )));
    }
    Ok(())
}

fn said(out: &Path, count: usize, updated: Option<Date>) -> Result<Exit, Failure> {
    let database = databases::at(out)?.database;
    let shards = database.shards();
    let entries: usize = shards.iter().map(|shard| shard.count).sum();
    let bytes: usize = shards.iter().map(|shard| shard.stored_bytes).sum();
    let day = updated.map_or_else(|| "an unknown day".to_owned(), |day| day.to_string());
    output::print(&format!(
        "{}: {entries} entries, {} kB; {} of Trivy's database of {day}\n",
        report::safe(&out.display().to_string()),
        bytes.div_ceil(1000),
        counted(count, "shard"),
    ))
}
