//! `seaworthy db`: what the advisory database holds, how old it is, whether it is whole; and new ones.

mod build;
mod diff;
mod import;

pub(crate) use import::import as import_trivy;

use clap::{ArgMatches, Command};
use jiff::civil::Date;
use model::counted;

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output;
use crate::settings::{self, Environment};

pub(crate) const ROW: Row = Row {
    name: "db",
    define,
    run,
};

fn define() -> Command {
    Command::new("db")
        .about("Show, verify or make the advisory database")
        .subcommand_required(true)
        .subcommand(
            Command::new("status")
                .about("Show each shard: publisher, newest entry, count, size, age")
                .arg(settings::db_arg()),
        )
        .subcommand(
            Command::new("verify")
                .about("Read every entry and check every digest")
                .arg(settings::db_arg()),
        )
        .subcommand(build::define())
        .subcommand(diff::define())
        .subcommand(import::define())
}

fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let (name, matches) = matches
        .subcommand()
        .ok_or_else(|| Failure::usage("db status, db verify, db build, db diff, or db import"))?;
    match name {
        "build" => return build::run(matches, environment),
        "diff" => return diff::run(matches),
        "import" => return import::run(matches, environment),
        _ => {}
    }
    let (database, place) = settings::database(matches)?;
    if name == "verify" {
        let verified = database.verify();
        if let Some(first) = verified.problems.first() {
            let problems = counted(verified.problems.len(), "problem");
            let message = format!("{place}: {problems}; the first: {first}");
            return Err(Failure::new(Exit::Unfinished, message)
                .with("next", "do not use this database; get it again"));
        }
        return output::print(&format!(
            "{place}: {} entries, all whole\n",
            verified.entries
        ));
    }
    output::print(&status(&database, &place, environment.today()))
}

fn status(database: &advisory::Database, place: &str, today: Date) -> String {
    let shards = database.shards();
    let entries: usize = shards.iter().map(|shard| shard.count).sum();
    let bytes: usize = shards.iter().map(|shard| shard.stored_bytes).sum();
    let names = shards
        .iter()
        .map(|shard| report::safe(&shard.name).chars().count());
    let width = names.max().unwrap_or_default().max(16);
    let mut text = format!(
        "database   {place}\nholds      {entries} entries in {} shards, {} kB, unsigned\n\n{:<width$} {:<25} {:>7} {:>6}  {:<10} {:>6}\n",
        shards.len(),
        bytes / 1000,
        "SHARD",
        "PUBLISHER",
        "ENTRIES",
        "KB",
        "NEWEST",
        "AGE",
    );
    for shard in &shards {
        let age = shard
            .newest
            .map_or_else(String::new, |date| age(date, today));
        let newest = shard
            .newest
            .map_or_else(|| "unknown".to_owned(), |date| date.to_string());
        let publisher: String = report::safe(&shard.publisher).chars().take(25).collect();
        let line = format!(
            "{:<width$} {publisher:<25} {:>7} {:>6}  {newest:<10} {age:>6}\n",
            report::safe(&shard.name),
            shard.count,
            shard.stored_bytes.div_ceil(1000),
        );
        text.push_str(&line);
    }
    text
}

/// Days since then; a day in the future is no age.
fn age(date: Date, today: Date) -> String {
    let days = (today - date).get_days();
    if days < 0 {
        "ahead".to_owned()
    } else {
        format!("{days} d")
    }
}
