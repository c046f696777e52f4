//! `seaworthy completion`: completions for a shell.

use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::Shell;

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output;
use crate::settings::Environment;

pub(crate) const ROW: Row = Row {
    name: "completion",
    define,
    run,
};

fn define() -> Command {
    Command::new("completion")
        .about("Write completions for a shell")
        .after_help("Example:\n  seaworthy completion bash > /etc/bash_completion.d/seaworthy")
        .arg(
            Arg::new("shell")
                .value_name("SHELL")
                .required(true)
                .value_parser(value_parser!(Shell)),
        )
}

fn run(matches: &ArgMatches, _environment: &Environment) -> Result<Exit, Failure> {
    let Some(shell) = matches.get_one::<Shell>("shell") else {
        return Err(Failure::usage("no shell was given"));
    };
    let mut text = Vec::new();
    clap_complete::generate(*shell, &mut super::definition(), "seaworthy", &mut text);
    output::print(&String::from_utf8_lossy(&text))
}
