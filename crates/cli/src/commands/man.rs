//! `seaworthy man`: the manual page.

use clap::{Arg, ArgMatches, Command};

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output;
use crate::settings::Environment;

pub(crate) const ROW: Row = Row {
    name: "man",
    define,
    run,
};

fn define() -> Command {
    Command::new("man")
        .about("Write the manual page (roff)")
        .after_help("Example:\n  seaworthy man image | man -l -")
        .arg(
            Arg::new("command")
                .value_name("COMMAND")
                .help("Page of one command"),
        )
}

fn run(matches: &ArgMatches, _environment: &Environment) -> Result<Exit, Failure> {
    let mut root = super::definition();
    root.build();
    let command = match matches.get_one::<String>("command") {
        None => root,
        Some(name) => root
            .find_subcommand(name)
            .cloned()
            .ok_or_else(|| Failure::usage(format!("`{name}` is no command")))?,
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut page)
        .map_err(|error| Failure::new(Exit::Unfinished, format!("manual page: {error}")))?;
    output::print(&String::from_utf8_lossy(&page))
}
