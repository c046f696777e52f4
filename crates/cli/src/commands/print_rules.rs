//! `seaworthy print-rules`: the rules of `scan`, as kubesec prints its own.

use clap::{Arg, ArgMatches, Command};

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output;
use crate::settings::Environment;

pub(crate) const ROW: Row = Row {
    name: "print-rules",
    define,
    run,
};

fn define() -> Command {
    Command::new("print-rules")
        .about("Print the rules of `scan`")
        .after_help("Example:\n  seaworthy print-rules -f table")
        .arg(
            Arg::new("format")
                .long("format")
                .short('f')
                .value_name("FORMAT")
                .default_value("json")
                .help("json, yaml or table"),
        )
}

fn run(matches: &ArgMatches, _environment: &Environment) -> Result<Exit, Failure> {
    let format = matches.get_one::<String>("format").map_or("", |name| name);
    match manifest::kubesec::print(format) {
        Some(text) => output::print(&text),
        // the word is kubesec's, which scripts may know
        None => crate::kubesec::failed(&format!("Unkown printing format: {format}")),
    }
}
