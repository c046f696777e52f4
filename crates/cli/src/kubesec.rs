//! The program as kubesec: under that name, its command line and its way to fail.
//!
//! kubesec writes errors to standard output, with a capital letter, and ends with 1; how it was to be
//! used goes to standard error.

use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgAction, ArgMatches, Command};

use crate::commands;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output;
use crate::settings::{self, Environment};

/// Whether the program was started under the name of kubesec.
pub(crate) fn is_called(environment: &Environment) -> bool {
    let name = environment.arguments().first().map(Path::new);
    name.and_then(Path::file_stem)
        .is_some_and(|name| name == "kubesec")
}

/// Runs the program as kubesec.
pub(crate) fn run(environment: &Environment) -> Result<Exit, Failure> {
    let root = Command::new("kubesec")
        .about("Validate the security of Kubernetes objects")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .args(settings::global_args())
        .subcommands(commands::of_kubesec());
    let parsed = root.clone().try_get_matches_from(environment.arguments());
    match parsed {
        Ok(matches) => run_command(&matches, environment),
        Err(error) if !error.use_stderr() => {
            let _nobody_reads = error.print();
            Ok(Exit::Passed)
        }
        Err(error) => misused(&sentence(&error), &usage(root, environment)),
    }
}

fn run_command(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    if matches.subcommand_name() == Some("version") {
        let version = env!("CARGO_PKG_VERSION");
        return output::print(&format!(
            "version {version}\ngit commit unknown\nbuild date unknown\n"
        ));
    }
    commands::run(matches, environment)
}

/// Fails as kubesec does.
pub(crate) fn failed(why: &str) -> Result<Exit, Failure> {
    let mut letters = why.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    let line = report::safe(&format!("{first}{}", letters.as_str())).into_owned();
    output::print(&format!("{line}\n"))?;
    Ok(Exit::Failed(1))
}

/// Fails as kubesec does when it is used in a wrong way.
pub(crate) fn misused(why: &str, usage: &str) -> Result<Exit, Failure> {
    let text = format!("Error: {}\n{usage}\n", report::safe(why));
    output::warn(&text);
    failed(why)
}

/// Returns how the command that was meant is used.
fn usage(mut root: Command, environment: &Environment) -> String {
    root.build();
    for word in environment.arguments().iter().skip(1) {
        if let Some(meant) = root.find_subcommand_mut(word) {
            return meant.render_long_help().to_string();
        }
    }
    "Run 'kubesec --help' for usage.".to_owned()
}

/// Says what is wrong with the command line in kubesec's words where it has its own.
fn sentence(error: &clap::Error) -> String {
    let value = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    match (error.kind(), value(ContextKind::InvalidArg)) {
        (ErrorKind::UnknownArgument, Some(flag)) => format!("unknown flag: {flag}"),
        (ErrorKind::InvalidSubcommand, _) => {
            let name = value(ContextKind::InvalidSubcommand).unwrap_or_default();
            format!("unknown command \"{name}\" for \"kubesec\"")
        }
        _ => {
            let text = settings::said(error);
            let line = text.lines().next().unwrap_or_default();
            line.trim_start_matches("error: ").to_owned()
        }
    }
}

/// Returns a flag that also takes `=false`, as kubesec's do.
pub(crate) fn flag(name: &'static str, help: &'static str) -> clap::Arg {
    clap::Arg::new(name)
        .long(name)
        .help(help)
        .action(ArgAction::Set)
        .num_args(0..=1)
        .default_missing_value("true")
        .default_value("false")
        .hide_default_value(true)
        .hide_possible_values(true)
        .require_equals(true)
        .value_parser(clap::value_parser!(bool))
}
