//! `seaworthy db status`: what the database holds, how old it is, and who vouches for it.

use clap::{ArgMatches, Command};
use jiff::civil::Date;
use model::{DataOrigin, counted};

use crate::databases::{self, Opened};
use crate::error::Failure;
use crate::exit::Exit;
use crate::output;
use crate::settings::{self, Environment};

pub(super) fn define() -> Command {
    Command::new("status")
        .about(
            "Show each shard: publisher, newest entry, count, size, age; and who vouches for them",
        )
        .args(databases::args())
        .arg(settings::cache_arg())
}

pub(super) fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let opened = databases::open(matches, environment)?;
    output::print(&status(&opened, environment))
}

/// Says in one line how much a database holds and who vouches for it.
pub(super) fn summary(opened: &Opened, environment: &Environment) -> String {
    let shards = opened.database.shards();
    let entries: usize = shards.iter().map(|shard| shard.count).sum();
    let bytes: usize = shards.iter().map(|shard| shard.stored_bytes).sum();
    format!(
        "{entries} entries in {}, {} kB, {}",
        counted(shards.len(), "shard"),
        bytes / 1000,
        signature(&opened.origin, environment.today()),
    )
}

/// Says who vouches for a database.
pub(super) fn signature(origin: &DataOrigin, today: Date) -> String {
    let DataOrigin::Signed { by, is_trusted } = origin else {
        let is_built_in = *origin == DataOrigin::BuiltIn;
        return if is_built_in { "built in" } else { "unsigned" }.to_owned();
    };
    let day = |time| jiff::tz::Offset::UTC.to_datetime(time).date();
    let (signed, until) = (day(by.created), day(by.expires));
    let left = if until < today { ", expired" } else { "" };
    let asked = if *is_trusted {
        "trusted"
    } else {
        "not checked: no --db-key"
    };
    format!(
        "signed by key {} ({asked}), generation {} of {signed}, until {until}{left}",
        by.key, by.generation
    )
}

fn status(opened: &Opened, environment: &Environment) -> String {
    let today = environment.today();
    let shards = opened.database.shards();
    let entries: usize = shards.iter().map(|shard| shard.count).sum();
    let bytes: usize = shards.iter().map(|shard| shard.stored_bytes).sum();
    let names = shards
        .iter()
        .map(|shard| report::safe(&shard.name).chars().count());
    let width = names.max().unwrap_or_default().max(16);
    let mut text = format!(
        "database   {}\nholds      {entries} entries in {} shards, {} kB\nsignature  {}\n\n{:<width$} {:<25} {:>7} {:>6}  {:<10} {:>6}\n",
        report::safe(&opened.place),
        shards.len(),
        bytes / 1000,
        signature(&opened.origin, today),
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
