//! `seaworthy cache`: what is kept of layers that were read, and how to be rid of it.

use clap::{ArgMatches, Command};
use model::Limits;
use pipeline::{Cache, CacheStatus};

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output;
use crate::settings::{self, Environment};

pub(crate) const ROW: Row = Row {
    name: "cache",
    define,
    run,
};

fn define() -> Command {
    Command::new("cache")
        .about("Show or clean the cache of layers that were read")
        .subcommand_required(true)
        .subcommand(
            Command::new("status")
                .about("Show where it is and what it holds")
                .arg(settings::cache_arg()),
        )
        .subcommand(
            Command::new("clean")
                .about("Remove everything in it")
                .arg(settings::cache_arg()),
        )
}

fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let (name, matches) = matches
        .subcommand()
        .ok_or_else(|| Failure::usage("cache status, or cache clean"))?;
    let folder = settings::cache_folder(matches, environment).ok_or_else(|| {
        Failure::usage("no folder for the cache is known").with("next", "give one: --cache-dir DIR")
    })?;
    let cache = Cache::new(folder, &Limits::default());
    let failed = |error| Failure::new(Exit::Unfinished, format!("cache: {error}"));
    let text = if name == "clean" {
        let removed = cache.clean().map_err(failed)?;
        format!("removed {}\n", amount(&removed))
    } else {
        let status = cache.status().map_err(failed)?;
        format!(
            "cache    {}\nholds    {} of at most {} MB\n",
            status.folder.display(),
            amount(&status),
            status.max_bytes >> 20,
        )
    };
    output::print(&text)
}

fn amount(status: &CacheStatus) -> String {
    let tenths = status.bytes * 10 / (1 << 20);
    format!(
        "{} records, {}.{} MB",
        status.records,
        tenths / 10,
        tenths % 10
    )
}
