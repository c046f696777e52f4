//! `seaworthy version`: the program's version and that of its data.

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde::Serialize;

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output;
use crate::settings::Environment;

pub(crate) const ROW: Row = Row {
    name: "version",
    define,
    run,
};

fn define() -> Command {
    Command::new("version")
        .about("Show the version of the program and of its data")
        .arg(
            Arg::new("json")
                .long("json")
                .action(ArgAction::SetTrue)
                .help("As JSON"),
        )
}

#[derive(Serialize)]
struct Version {
    version: &'static str,
    database: Data,
}

#[derive(Serialize)]
struct Data {
    shards: usize,
    entries: usize,
    newest: Option<String>,
}

fn run(matches: &ArgMatches, _environment: &Environment) -> Result<Exit, Failure> {
    let shards = advisory::Database::embedded()?.shards();
    let newest = shards.iter().filter_map(|shard| shard.newest).max();
    let version = Version {
        version: env!("CARGO_PKG_VERSION"),
        database: Data {
            shards: shards.len(),
            entries: shards.iter().map(|shard| shard.count).sum(),
            newest: newest.map(|date| date.to_string()),
        },
    };
    let text = if matches.get_flag("json") {
        serde_json::to_string_pretty(&version).unwrap_or_default()
    } else {
        let newest = version.database.newest.as_deref().unwrap_or("unknown");
        format!(
            "seaworthy {}\nbuilt-in database: {} entries in {} shards, newest of {newest}",
            version.version, version.database.entries, version.database.shards,
        )
    };
    output::print(&format!("{text}\n"))
}
