//! `seaworthy db export`: the database that is in use, whole and with its signature, as one file.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};

use super::status;
use crate::databases;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output;
use crate::settings::{self, Environment};

pub(super) fn define() -> Command {
    Command::new("export")
        .about("Write the database that is in use into one file, to carry it elsewhere")
        .after_help("Example:\n  seaworthy db export all.swdb\n  seaworthy db import all.swdb   # on the other machine")
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help("The file that is written"),
        )
        .args(databases::args())
        .arg(settings::cache_arg())
}

pub(super) fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let file: &PathBuf = matches
        .get_one("file")
        .ok_or_else(|| Failure::usage("db export FILE"))?;
    let opened = databases::open(matches, environment)?;
    databases::whole(&opened)?;
    let unwritten = |error| Failure::new(Exit::Unfinished, format!("{}: {error}", file.display()));
    output::replace(file, |out| opened.database.copy_to(out)).map_err(unwritten)?;
    output::print(&format!(
        "{}: {}\n",
        report::safe(&file.display().to_string()),
        status::summary(&opened, environment),
    ))
}
