//! `seaworthy db import`: a database from a file that was exported elsewhere, or from another scanner's.

pub(super) mod trivy;

use std::fs::File;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};

use super::status;
use crate::databases::{self, Place, Placed, Trust};
use crate::error::Failure;
use crate::exit::Exit;
use crate::output;
use crate::scan::switch;
use crate::settings::{self, Environment};

pub(super) fn define() -> Command {
    Command::new("import")
        .about("Use a database from a file, or make one from another scanner's")
        .long_about(
            "Take a database from a file, for machines without a network: what `db export`, `db build` or `db \
             sign` wrote elsewhere. Every entry is read and every digest and the signature is checked before it \
             takes the place of the one that is in use; one that is older, or lacks more than a fifth of a shard, \
             is refused. From then on it is used by every command.",
        )
        .after_help("Example:\n  seaworthy db export all.swdb   # where there is a network\n  seaworthy db import all.swdb   # where there is none")
        .args_conflicts_with_subcommands(true)
        .subcommand_negates_reqs(true)
        .subcommand(trivy::define())
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help("A database"),
        )
        .args(target_args())
}

/// Options of commands that put a database into its place.
pub(super) fn target_args() -> Vec<Arg> {
    vec![
        Arg::new("db")
            .long("db")
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .help("Where it is put [default: db/advisories.swdb in the cache folder, where every command looks]"),
        databases::key_arg(),
        switch(
            "force",
            "false",
            "Take it even if it is older or smaller than what it replaces; signatures still count",
        ),
        settings::cache_arg(),
    ]
}

pub(super) fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    if let Some((_, matches)) = matches.subcommand() {
        return trivy::run(matches, environment);
    }
    let from: &PathBuf = matches
        .get_one("file")
        .ok_or_else(|| Failure::usage("db import FILE"))?;
    let trust = Trust::new(matches, environment)?;
    let place = databases::place(matches, environment, &trust)?;
    let read = databases::at(from)?;
    // copied first: what is checked is what is put into place, whatever becomes of the file
    let mut aside = place.aside()?;
    let copied = read.database.copy_to(aside.as_file_mut());
    let copied = copied.and_then(|()| File::sync_all(aside.as_file()));
    copied.map_err(|error| {
        Failure::new(Exit::Unfinished, format!("{}: {error}", read.place))
            .with("next", "check the file, and the space left")
    })?;
    let (opened, placed) = place.put(aside.path(), &read.place)?;
    said(&place, &opened, placed, environment)
}

/// Says what is in place now.
pub(super) fn said(
    place: &Place<'_>,
    opened: &databases::Opened,
    placed: Placed,
    environment: &Environment,
) -> Result<Exit, Failure> {
    let what = match placed {
        _ if place.is_default && databases::is_passed_over(opened) => {
            "what is built in is newer, and stays in use"
        }
        Placed::New if place.is_default => "in use from now on",
        Placed::Same if place.is_default => "it was in use already",
        Placed::New => "in use where --db names it",
        Placed::Same => "it was there already",
    };
    output::print(&format!(
        "{}: {}; {what}\n",
        report::safe(&opened.place),
        status::summary(opened, environment),
    ))
}
