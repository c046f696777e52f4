//! What was asked for: flags, else the environment, else a configuration file, else the default.
//!
//! The command line is parsed twice. The first pass finds `--config` and what was given as flags;
//! then every other option that the environment or a configuration file sets is added as a flag,
//! and the second pass reads all of it, with one set of rules and errors.

mod config_file;
mod environment;

use std::ffi::OsString;
use std::fs::File;
use std::path::PathBuf;

use advisory::Database;
use archive::read_at_most;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::commands;
use crate::error::Failure;
use crate::exit::Exit;

pub(crate) use environment::Environment;

/// Bytes of a database file: ten times a database of every publisher.
const MAX_DATABASE_BYTES: u64 = 256 << 20;

/// Options of every command.
pub(crate) fn global_args() -> Vec<Arg> {
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .help(help)
            .global(true)
            .action(ArgAction::Set)
            .num_args(0..=1)
            .default_missing_value("true")
            .default_value("false")
            .hide_default_value(true)
            .hide_possible_values(true)
            .require_equals(true)
            .value_name("BOOL")
            .value_parser(value_parser!(bool))
    };
    vec![
        Arg::new("config")
            .long("config")
            .short('c')
            .value_name("FILE")
            .global(true)
            .value_parser(value_parser!(PathBuf))
            .help("Configuration file [default: the nearest seaworthy.yaml]"),
        flag("quiet", "Write nothing but the report and errors").short('q'),
        flag("debug", "Say what is done, on standard error").short('d'),
        flag("no-progress", "Show no progress line"),
        Arg::new("color")
            .long("color")
            .value_name("WHEN")
            .global(true)
            .value_parser(["auto", "always", "never"])
            .default_value("auto")
            .help("When to use colour"),
    ]
}

/// `--cache-dir`.
pub(crate) fn cache_arg() -> Arg {
    Arg::new("cache-dir")
        .long("cache-dir")
        .value_name("DIR")
        .value_parser(value_parser!(PathBuf))
        .help("Folder of the cache [default: seaworthy in the user's cache folder]")
}

/// `--db`.
pub(crate) fn db_arg() -> Arg {
    Arg::new("db")
        .long("db")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help("Advisory database [default: the one that is built in]")
}

/// Parses the command line.
pub(crate) fn parse(environment: &Environment) -> Result<ArgMatches, Failure> {
    let definition = commands::definition();
    let first = definition
        .clone()
        .try_get_matches_from(environment.arguments())
        .map_err(show)?;
    let (path, command) = chosen(&definition, &first);
    let config = config_file::read(first.get_one::<PathBuf>("config"), environment, &definition)?;
    let mut arguments: Vec<OsString> = environment.arguments().to_vec();
    let mut origins = Vec::new();
    for option in command.get_opts().chain(definition.get_opts()) {
        let Some(name) = option.get_long().filter(|name| *name != "config") else {
            continue;
        };
        if path.value_source(option.get_id().as_str()) == Some(ValueSource::CommandLine) {
            continue;
        }
        let found = environment
            .option(name)
            .map(|value| {
                (
                    vec![value],
                    format!("environment {}", environment::variable(name)),
                )
            })
            .or_else(|| {
                config
                    .get(name)
                    .map(|(value, origin)| (value.clone(), origin.clone()))
            });
        if let Some((values, origin)) = found {
            arguments.extend(
                values
                    .iter()
                    .map(|value| format!("--{name}={value}").into()),
            );
            origins.push(origin);
        }
    }
    if origins.is_empty() {
        return Ok(first);
    }
    definition.try_get_matches_from(arguments).map_err(|error| {
        let text = error.render().to_string();
        let line = text
            .lines()
            .next()
            .unwrap_or_default()
            .trim_start_matches("error: ")
            .to_owned();
        origins.dedup();
        Failure::usage(line).with("set by", origins.join(", "))
    })
}

/// Returns the innermost command that was chosen, with what it matched.
fn chosen<'a>(definition: &'a Command, matches: &'a ArgMatches) -> (&'a ArgMatches, &'a Command) {
    let (mut matches, mut command) = (matches, definition);
    while let Some((name, inner)) = matches.subcommand() {
        let Some(found) = command.find_subcommand(name) else {
            break;
        };
        (matches, command) = (inner, found);
    }
    (matches, command)
}

/// Help and version are no failures; errors have clap's own form, which proposes what was meant.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the form that `map_err` wants"
)]
fn show(error: clap::Error) -> Failure {
    let is_help = matches!(
        error.kind(),
        ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    let _nobody_reads = error.print();
    let is_asked = is_help && error.kind() != ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    Failure::new(if is_asked { Exit::Passed } else { Exit::Usage }, "")
}

/// Returns the folder of the cache, `None` if no home is known.
pub(crate) fn cache_folder(matches: &ArgMatches, environment: &Environment) -> Option<PathBuf> {
    matches
        .get_one::<PathBuf>("cache-dir")
        .cloned()
        .or_else(|| environment.cache_folder())
}

/// Opens the database that was asked for, and says where it is.
pub(crate) fn database(matches: &ArgMatches) -> Result<(Database, String), Failure> {
    let Some(path) = matches.get_one::<PathBuf>("db") else {
        return Ok((Database::embedded()?, "built in".to_owned()));
    };
    let place = path.display().to_string();
    let failed = |error: std::io::Error| {
        Failure::new(Exit::Unfinished, format!("database {place}: {error}")).with(
            "next",
            "check --db, or leave it out to use the database that is built in",
        )
    };
    let file = File::open(path).map_err(failed)?;
    let bytes = read_at_most(file, MAX_DATABASE_BYTES).map_err(failed)?;
    let database = Database::from_bytes(bytes)
        .map_err(|error| Failure::from(error).with("found in", place.clone()))?;
    Ok((database, place))
}
