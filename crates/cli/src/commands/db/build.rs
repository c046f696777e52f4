//! `seaworthy db build`: a database from files that publishers publish.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use advisory::feeds::{FEEDS, Feed, Harvest};
use advisory::write::Shrunken;
use advisory::{Database, ShardStatus, write};
use clap::{Arg, ArgMatches, Command, value_parser};
use jiff::civil::Date;
use model::counted;

use crate::databases::{self, Opened};
use crate::error::Failure;
use crate::exit::Exit;
use crate::scan::value;
use crate::settings::{self, Environment};
use crate::{feed_files, output};

pub(super) fn define() -> Command {
    Command::new("build")
        .about("Make a database from files that publishers publish")
        .long_about(long_about())
        .after_help(
            "Example:\n  mkdir -p feeds/debian feeds/alpine\n  # put the tracker's JSON into feeds/debian, the \
             secdb's files into feeds/alpine\n  seaworthy db build --from feeds --out my.swdb\n  seaworthy \
             image --input app.tar --db my.swdb",
        )
        .arg(
            Arg::new("from")
                .long("from")
                .value_name("DIR")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help("Folder with a folder of files for each feed, named as the feed"),
        )
        .arg(
            Arg::new("feed")
                .long("feed")
                .value_name("NAME")
                .value_parser(FEEDS.iter().map(|feed| feed.name).collect::<Vec<_>>())
                .help("Take the whole folder for this feed"),
        )
        .arg(out_arg())
        .arg(
            Arg::new("as-of")
                .long("as-of")
                .value_name("DAY")
                .value_parser(|text: &str| text.parse::<Date>())
                .help("Day on which the files were fetched, for feeds that give none [default: today]"),
        )
        .args(base_args())
}

/// `--out`.
pub(super) fn out_arg() -> Arg {
    Arg::new("out")
        .long("out")
        .short('o')
        .value_name("FILE")
        .required(true)
        .value_parser(value_parser!(PathBuf))
        .help("The database that is written")
}

/// Options about the database that another one is made of.
pub(super) fn base_args() -> Vec<Arg> {
    let help = "Database whose other data is kept [default: the one that is built in]";
    let of_base = |arg: Arg| {
        if arg.get_id() == "db" {
            arg.help(help)
        } else {
            arg
        }
    };
    let args = databases::args().into_iter().map(of_base);
    args.chain([settings::cache_arg()]).collect()
}

fn long_about() -> String {
    let mut text = "Make a database from files that publishers publish, plain or compressed, also in tar \
                    archives. What no feed here replaces is taken from the database that is built in, or from \
                    --db. A record that makes no sense is left out and told. A publisher of whom more than a \
                    fifth would vanish is an error.\n\nFeeds:"
        .to_owned();
    for feed in FEEDS {
        let _never = write!(text, "\n  {:<8} {}", feed.name, feed.source);
    }
    text
}

pub(super) fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let old = databases::base(matches, environment)?;
    let fetched = value(matches, "as-of").unwrap_or_else(|| environment.today());
    let mut harvest = Harvest::new(fetched);
    let missing = |name: &str| Failure::usage(format!("--{name} is missing"));
    let from: PathBuf = value(matches, "from").ok_or_else(|| missing("from"))?;
    let out: PathBuf = value(matches, "out").ok_or_else(|| missing("out"))?;
    let feeds: Vec<(&Feed, PathBuf)> = match matches.get_one::<String>("feed") {
        Some(name) => {
            let feed = FEEDS.iter().filter(|feed| feed.name == name);
            feed.map(|feed| (*feed, from.clone())).collect()
        }
        None => FEEDS
            .iter()
            .map(|feed| (*feed, from.join(feed.name)))
            .filter(|(_, folder)| folder.is_dir())
            .collect(),
    };
    if feeds.is_empty() {
        let names: Vec<&str> = FEEDS.iter().map(|feed| feed.name).collect();
        let message = format!("{}: no folder of a feed is in it", from.display());
        return Err(Failure::usage(message)
            .with("known", names.join(", "))
            .with("next", "make a folder for each, or name one with --feed"));
    }
    for (feed, folder) in feeds {
        feed_files::read(feed, &folder, &mut harvest)?;
    }
    write_database(&old, &mut harvest, &out)
}

/// Says what was left out.
fn tell(harvest: &Harvest) {
    let (problems, count) = harvest.problems();
    for problem in problems {
        output::warn(&format!("left out: {problem}\n"));
    }
    if count > problems.len() {
        let more = counted(count - problems.len(), "problem");
        output::warn(&format!("left out: {more} more\n"));
    }
}

/// What is done about a publisher of whom more than a fifth would vanish.
#[derive(Clone, Copy)]
pub(super) enum Shrinking<'a> {
    /// It is meant so.
    Accepted,
    /// Nothing is built.
    Refused,
    /// What this database has of it stays.
    Kept(&'a Database),
}

/// A database that was built.
pub(super) struct Built {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// Publishers of whom the old data was kept, or shards of theirs.
    pub(super) kept: Vec<Shrunken>,
    entries: usize,
    /// How many of its shards are new.
    shards: usize,
}

/// Builds a database of what was read and of what `old` has beside it.
pub(super) fn built(
    old: &Opened,
    harvest: &mut Harvest,
    shrinking: Shrinking<'_>,
) -> Result<Built, Failure> {
    let failed = |error: write::WriteError| Failure::new(Exit::Unfinished, error.to_string());
    let mut shards = harvest.shards(&old.database).map_err(failed)?;
    tell(harvest);
    if shards.is_empty() {
        let message = "the files hold nothing that a database could hold";
        return Err(Failure::new(Exit::Unfinished, message).with("next", "see what was left out"));
    }
    let renewed = |shards: &[Vec<u8>]| -> Result<(Vec<u8>, Database), Failure> {
        let bytes = write::renewed(&old.database, shards, harvest.replaced()).map_err(failed)?;
        let new = Database::from_bytes(bytes.clone())?;
        Ok((bytes, new))
    };
    let (mut bytes, mut new) = renewed(&shards)?;
    let mut kept = Vec::new();
    match shrinking {
        Shrinking::Accepted => {}
        Shrinking::Refused => refuse_loss(old, &new)?,
        Shrinking::Kept(before) => {
            kept = keep_shrunken(before, &new, &mut shards)?;
            if !kept.is_empty() {
                (bytes, new) = renewed(&shards)?;
            }
        }
    }
    Ok(Built {
        bytes,
        kept,
        entries: new.shards().iter().map(|shard| shard.count).sum(),
        shards: shards.len(),
    })
}

fn refuse_loss(old: &Opened, new: &Database) -> Result<(), Failure> {
    let shrunken = write::shrunken(&old.database.shards(), &new.shards());
    let Some(first) = shrunken.first() else {
        return Ok(());
    };
    let message = format!(
        "{}: {} entries would be left of the {} in {}; nothing was written",
        first.name, first.after, first.before, old.place
    );
    let next = "fetch the feed again and whole, or start from another database with --db";
    Err(Failure::new(Exit::Unfinished, message).with("next", next))
}

/// Puts the shards of `before` in place of those of publishers that have shrunk, as a whole or in a shard.
fn keep_shrunken(
    before: &Database,
    new: &Database,
    shards: &mut Vec<Vec<u8>>,
) -> Result<Vec<Shrunken>, Failure> {
    let statuses = before.shards();
    let publisher_of = |name: &str| {
        let of_name = statuses.iter().find(|shard| shard.name == name);
        of_name.map(|shard| shard.publisher.clone())
    };
    let mut kept = write::shrunken(&statuses, &new.shards());
    let mut publishers: BTreeSet<String> = kept.iter().map(|it| it.name.clone()).collect();
    for shard in write::shrunken_shards(&statuses, &new.shards()) {
        if publisher_of(&shard.name).is_some_and(|publisher| publishers.insert(publisher)) {
            kept.push(shard);
        }
    }
    shards.retain(|shard| {
        ShardStatus::of(shard).is_none_or(|status| !publishers.contains(&status.publisher))
    });
    for (name, bytes) in before.shard_bytes()? {
        if publisher_of(name).is_some_and(|publisher| publishers.contains(&publisher)) {
            shards.push(bytes.into_owned());
        }
    }
    Ok(kept)
}

fn write_database(old: &Opened, harvest: &mut Harvest, out: &Path) -> Result<Exit, Failure> {
    let built = built(old, harvest, Shrinking::Refused)?;
    let unwritten = |error| Failure::new(Exit::Unfinished, format!("{}: {error}", out.display()));
    output::replace(out, |file| file.write_all(&built.bytes)).map_err(unwritten)?;
    output::print(&format!(
        "{}: {} entries, {} kB; {} new\n",
        report::safe(&out.display().to_string()),
        built.entries,
        built.bytes.len().div_ceil(1000),
        counted(built.shards, "shard"),
    ))
}
