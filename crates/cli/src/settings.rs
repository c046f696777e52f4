//! What was asked for: flags, else the environment, else a configuration file, else the default.
//!
//! The command line is parsed twice. The first pass finds `--config` and what was given as flags;
//! then every other option that the environment or a configuration file sets is added as a flag,
//! and the second pass reads all of it, with one set of rules and errors.

mod closest;
mod config_file;
mod environment;
pub(crate) mod own_file;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use pipeline::Redactor;

use crate::commands;
use crate::error::Failure;
use crate::exit::Exit;

pub(crate) use environment::Environment;

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
        config_arg().short('c'),
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

/// `--config`, without a short name: `lint` has another use for it.
pub(crate) fn config_arg() -> Arg {
    Arg::new("config")
        .long("config")
        .value_name("FILE")
        .global(true)
        .value_parser(value_parser!(PathBuf))
        .help("Configuration file [default: the nearest seaworthy.yaml]")
}

/// `--cache-dir`.
pub(crate) fn cache_arg() -> Arg {
    Arg::new("cache-dir")
        .long("cache-dir")
        .value_name("DIR")
        .value_parser(value_parser!(PathBuf))
        .help("Folder of the cache [default: seaworthy in the user's cache folder]")
}

/// Parses the command line.
pub(crate) fn parse(environment: &Environment) -> Result<ArgMatches, Failure> {
    parse_as(commands::definition(), environment, show)
}

/// Parses a command line of these commands; `show` makes a failure of what clap says.
pub(crate) fn parse_as(
    definition: Command,
    environment: &Environment,
    show: fn(clap::Error) -> Failure,
) -> Result<ArgMatches, Failure> {
    let given = commands::lint::spelled_out(environment);
    let first = definition
        .clone()
        .try_get_matches_from(&given)
        .map_err(show)?;
    let known = options(&definition);
    environment.check_names(&known)?;
    let config_path = first.get_one::<PathBuf>("config").cloned();
    let config_path = config_path.or_else(|| environment.option("config").map(PathBuf::from));
    let config = config_file::read(config_path.as_ref(), environment, &known)?;
    let settings = settings(&definition, &first, environment, &config);
    if settings.is_empty() {
        return Ok(first);
    }
    let mut arguments = given;
    // behind `--` nothing is an option any more
    let end = arguments.iter().position(|argument| argument == "--");
    let end = end.unwrap_or(arguments.len());
    arguments.splice(end..end, settings.iter().flat_map(Setting::arguments));
    definition
        .try_get_matches_from(arguments)
        .map_err(|error| refuse(&error, &settings))
}

/// Returns what the environment, else a configuration file, sets for an option, for a command line that is not
/// ours: what is configured for every command holds there, too.
///
/// # Errors
/// A variable of ours belongs to no option, or a configuration file cannot be read: either might have set it.
pub(crate) fn configured(name: &str, environment: &Environment) -> Result<Vec<String>, Failure> {
    let known = options(&commands::definition());
    environment.check_names(&known)?;
    if let Some(value) = environment.option(name) {
        return Ok(vec![value]);
    }
    let named = environment.option("config").map(PathBuf::from);
    let config = config_file::read(named.as_ref(), environment, &known)?;
    let given = config.get(name).map(|(values, _)| values.clone());
    Ok(given.unwrap_or_default())
}

/// Returns the options of all commands: file and environment may hold settings for several.
fn options(definition: &Command) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut todo = vec![definition];
    while let Some(command) = todo.pop() {
        let options = command.get_opts().filter_map(Arg::get_long);
        names.extend(options.map(ToOwned::to_owned));
        todo.extend(command.get_subcommands());
    }
    names
}

/// What the environment or a file says of an option that no flag sets.
struct Setting {
    /// The option, such as `--severity`.
    option: String,
    values: Vec<String>,
    /// Where it was said.
    origin: String,
}

impl Setting {
    fn arguments(&self) -> impl Iterator<Item = OsString> {
        let argument = |value| format!("{}={value}", self.option).into();
        self.values.iter().map(argument)
    }
}

/// Returns the settings of the chosen command, in the order of its options.
fn settings(
    definition: &Command,
    first: &ArgMatches,
    environment: &Environment,
    config: &config_file::Values,
) -> Vec<Setting> {
    let (matches, command) = chosen(definition, first);
    let is_flag_given = |option: &Arg| {
        matches.value_source(option.get_id().as_str()) == Some(ValueSource::CommandLine)
    };
    let setting = |option: &Arg| {
        let name = option.get_long().filter(|name| *name != "config")?;
        let of_environment = |value| {
            let origin = format!("environment {}", environment::variable(name));
            (vec![value], origin)
        };
        let (values, origin) = environment
            .option(name)
            .map(of_environment)
            .or_else(|| config.get(name).cloned())?;
        Some(Setting {
            option: format!("--{name}"),
            values,
            origin,
        })
    };
    command
        .get_opts()
        .chain(definition.get_opts())
        .filter(|option| !is_flag_given(option))
        .filter_map(setting)
        .collect()
}

/// Says which of the settings is wrong, and where it was made.
fn refuse(error: &clap::Error, settings: &[Setting]) -> Failure {
    let text = said(error);
    let line = text.lines().next().unwrap_or_default();
    let line = line.trim_start_matches("error: ");
    let names = |option: &str| line.split([' ', '\'', '=', '[']).any(|word| word == option);
    settings
        .iter()
        .filter(|setting| names(&setting.option))
        .fold(Failure::usage(line), |failure, setting| {
            failure.with("set by", &setting.origin)
        })
}

/// Returns what clap says of a command line: a value that it quotes may hold a password.
pub(crate) fn said(error: &clap::Error) -> String {
    let text = error.render().to_string();
    if error.kind() == ErrorKind::MissingRequiredArgument {
        // nothing that was given is in it, and what options take is no password
        return text;
    }
    let redactor = Redactor::default();
    let lines = text.lines().map(|line| redactor.text(line) + "\n");
    lines.collect()
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

/// Whether clap says what was asked for, help or version, and shows it.
pub(crate) fn shows_help(error: &clap::Error) -> bool {
    let is_help = matches!(
        error.kind(),
        ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    if is_help {
        let _nobody_reads = error.print();
    }
    is_help
}

/// Help and version are no failures; errors have clap's own form, which proposes what was meant.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the form that `map_err` wants"
)]
fn show(error: clap::Error) -> Failure {
    let is_help = shows_help(&error);
    if !is_help {
        // what stands on a command line may be from elsewhere, such as the name of a branch
        let text = said(&error);
        let safe = text
            .lines()
            .flat_map(|line| [report::safe(line), "\n".into()]);
        let safe: String = safe.collect();
        let _nobody_reads = anstream::stderr().write_all(safe.as_bytes());
    }
    let is_asked = is_help && error.kind() != ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    Failure::new(if is_asked { Exit::Passed } else { Exit::Usage }, "")
}

/// Returns the folder of the cache, `None` if no home is known.
pub(crate) fn cache_folder(matches: &ArgMatches, environment: &Environment) -> Option<PathBuf> {
    let given = matches.try_get_one::<PathBuf>("cache-dir").ok().flatten();
    given.cloned().or_else(|| environment.cache_folder())
}
