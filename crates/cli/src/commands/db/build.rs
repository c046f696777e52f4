//! `seaworthy db build`: a database from files that publishers publish.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use advisory::feeds::{FEEDS, Feed, Harvest};
use advisory::{Database, ShardStatus, write};
use clap::{Arg, ArgMatches, Command, value_parser};
use jiff::civil::Date;
use model::counted;

use crate::databases::{self, Opened};
use crate::error::Failure;
use crate::exit::Exit;
use crate::scan::{flag, switch, value};
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
        .arg(switch(
            "force",
            "false",
            "Write it even if a file of a feed cannot be read, or more than a fifth of a shard would vanish",
        ))
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
                    --db. A record that makes no sense is left out and told. A file of many records that cannot be \
                    read is an error, as is that more than a fifth of a shard, which is a publisher's release, would \
                    vanish.\n\nFeeds:"
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
    let feeds: Vec<(&'static Feed, PathBuf)> = match matches.get_one::<String>("feed") {
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
    if matches.get_one::<String>("feed").is_none() {
        for name in others(&from) {
            let line = format!("left out {name}: no feed is called so");
            output::say(matches, &report::safe(&line));
        }
    }
    let is_forced = flag(matches, "force");
    for (feed, folder) in feeds {
        if is_forced {
            feed_files::read_readable(feed, &folder, &mut harvest)?;
        } else {
            feed_files::read(feed, &folder, &mut harvest)?;
        }
    }
    let losses = if is_forced {
        Losses::Accepted
    } else {
        Losses::Refused
    };
    let built = built(&old, &mut harvest, losses)?;
    write_database(&built, &out)
}

/// Returns the folders that are no feed's, sorted: a name may be misspelled.
fn others(from: &Path) -> Vec<String> {
    let entries = fs::read_dir(from).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.path().is_dir());
    let names = folders.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let is_other = |name: &String| FEEDS.iter().all(|feed| feed.name != name);
    let mut others: Vec<String> = names.filter(is_other).collect();
    others.sort();
    others
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

/// What is done about shards that say less than those before them.
#[derive(Clone, Copy)]
pub(super) enum Losses<'a> {
    /// It is meant so.
    Accepted,
    /// That more than a fifth of one would vanish: nothing is built.
    Refused,
    /// One that has shrunk so, is older, or is of a day to come: what is known of its publisher stays.
    Kept {
        /// The database that knows it.
        before: &'a Database,
        /// The last day on which an entry may be.
        last_day: Date,
    },
}

/// A shard that says less than the one before it.
pub(super) struct Lost {
    /// Its name.
    pub(super) shard: String,
    /// What it lacks.
    pub(super) why: String,
}

/// A database that was built.
pub(super) struct Built {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// A shard of each publisher of whom the old data was kept.
    pub(super) kept: Vec<Lost>,
    entries: usize,
    /// How many of its shards are new.
    shards: usize,
}

/// Builds a database of what was read and of what `old` has beside it.
pub(super) fn built(
    old: &Opened,
    harvest: &mut Harvest,
    losses: Losses<'_>,
) -> Result<Built, Failure> {
    let failed = |error: write::WriteError| Failure::new(Exit::Unfinished, error.to_string());
    match losses {
        Losses::Accepted => {}
        Losses::Refused => harvest.keep_unread(&old.database)?,
        Losses::Kept { before, .. } => harvest.keep_unread(before)?,
    }
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
    match losses {
        Losses::Accepted => {}
        Losses::Refused => refuse_loss(old, &new)?,
        Losses::Kept { before, last_day } => {
            kept = keep_lost(before, lost(before, &new, last_day), &mut shards)?;
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
    let shrunken = write::shrunken_shards(&old.database.shards(), &new.shards());
    let Some(first) = shrunken.first() else {
        return Ok(());
    };
    let others = match shrunken.len() {
        1 => String::new(),
        all => format!(", likewise {}", counted(all - 1, "other shard")),
    };
    let message = format!(
        "shard {}: {} entries would be left of the {} in {}{others}; nothing was written",
        report::safe(&first.name),
        first.after,
        first.before,
        old.place
    );
    let next = "fetch the feed again and whole; if it is meant so, add --force";
    Err(Failure::new(Exit::Unfinished, message).with("next", next))
}

/// Returns the shards of a new database that say less than those before them.
fn lost(before: &Database, new: &Database, last_day: Date) -> Vec<Lost> {
    let (old, new) = (before.shards(), new.shards());
    let shrunken = write::shrunken_shards(&old, &new).into_iter().map(|it| {
        let why = format!("{} entries would be left of {}", it.after, it.before);
        let shard = it.name;
        Lost { shard, why }
    });
    let to_come = new.iter().filter_map(|it| {
        let day = it.newest.filter(|day| *day > last_day)?;
        let shard = it.name.clone();
        let why = format!("it is of {day}, a day to come");
        Some(Lost { shard, why })
    });
    let older = databases::older_shards(&old, &new).into_iter();
    let older = older.map(|(shard, why)| {
        let why = format!("it is {why}");
        Lost { shard, why }
    });
    shrunken.chain(older).chain(to_come).collect()
}

/// Puts the shards of `before` in place of those of publishers of whom a shard is lost: some shards of
/// one publisher count on each other. Returns a shard of each.
fn keep_lost(
    before: &Database,
    lost: Vec<Lost>,
    shards: &mut Vec<Vec<u8>>,
) -> Result<Vec<Lost>, Failure> {
    let old = before.shards();
    let new: Vec<ShardStatus> = shards.iter().filter_map(|it| ShardStatus::of(it)).collect();
    let (mut kept, mut publishers) = (Vec::new(), BTreeSet::new());
    for lost in lost {
        let whole = write::whole_of(&lost.shard);
        let all = old.iter().chain(&new);
        let of_shard = all.filter(|it| write::whole_of(&it.name) == whole);
        let of_shard: BTreeSet<String> = of_shard.map(|it| it.publisher.clone()).collect();
        if !of_shard.is_subset(&publishers) {
            kept.push(lost);
        }
        publishers.extend(of_shard);
    }
    shards.retain(|shard| {
        ShardStatus::of(shard).is_none_or(|status| !publishers.contains(&status.publisher))
    });
    let others = new.into_iter();
    let others = others.filter(|it| !publishers.contains(&it.publisher));
    let others: BTreeSet<String> = others.map(|it| it.name).collect();
    let stay = |it: &&ShardStatus| publishers.contains(&it.publisher) && !others.contains(&it.name);
    let mut bytes = before.shard_bytes()?;
    let stay = old.iter().filter(stay);
    shards.extend(stay.filter_map(|it| Some(bytes.remove(it.name.as_str())?.into_owned())));
    Ok(kept)
}

fn write_database(built: &Built, out: &Path) -> Result<Exit, Failure> {
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
