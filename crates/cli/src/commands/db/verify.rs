//! `seaworthy db verify`: whether every entry is as its publisher wrote it, and whether the signature is
//! one that is believed.

use clap::{ArgMatches, Command};

use super::status;
use crate::databases;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output;
use crate::settings::{self, Environment};

pub(super) fn define() -> Command {
    Command::new("verify")
        .about("Read every entry, check every digest, and the signature with --db-key")
        .after_help("Example:\n  seaworthy db verify --db my.swdb --db-key site.key.pub")
        .args(databases::args().into_iter().map(|arg| {
            if arg.get_id() == "db-key" {
                arg.visible_alias("key")
            } else {
                arg
            }
        }))
        .arg(settings::cache_arg())
}

pub(super) fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let opened = databases::open(matches, environment)?;
    let entries = databases::whole(&opened)?;
    output::print(&format!(
        "{}: {entries} entries, all whole; {}\n",
        report::safe(&opened.place),
        status::signature(&opened.origin, environment.today()),
    ))
}
