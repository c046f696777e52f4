//! `seaworthy db build`: a database from files that publishers publish.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use advisory::feeds::{FEEDS, Feed, Harvest};
use advisory::{Database, write};
use clap::{Arg, ArgMatches, Command, value_parser};
use jiff::civil::Date;
use model::counted;

use crate::databases::{self, Loss, Opened};
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

/// A database that was built.
pub(super) struct Built {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    entries: usize,
    /// How many of its shards are new.
    shards: usize,
}

/// Builds a database of what was read and of what `old` has beside it.
pub(super) fn built(old: &Opened, harvest: &mut Harvest, loss: Loss) -> Result<Built, Failure> {
    let failed = |error: write::WriteError| Failure::new(Exit::Unfinished, error.to_string());
    let shards = harvest.shards(&old.database).map_err(failed)?;
    tell(harvest);
    if shards.is_empty() {
        let message = "the files hold nothing that a database could hold";
        return Err(Failure::new(Exit::Unfinished, message).with("next", "see what was left out"));
    }
    let bytes = write::renewed(&old.database, &shards, harvest.replaced()).map_err(failed)?;
    let new = Database::from_bytes(bytes.clone())?;
    let shrunken = write::shrunken(&old.database.shards(), &new.shards());
    if let Some(first) = shrunken.first().filter(|_| loss == Loss::Refused) {
        let message = format!(
            "{}: {} entries would be left of the {} in {}; nothing was written",
            first.name, first.after, first.before, old.place
        );
        let next = "fetch the feed again and whole, or start from another database with --db";
        return Err(Failure::new(Exit::Unfinished, message).with("next", next));
    }
    Ok(Built {
        bytes,
        entries: new.shards().iter().map(|shard| shard.count).sum(),
        shards: shards.len(),
    })
}

fn write_database(old: &Opened, harvest: &mut Harvest, out: &Path) -> Result<Exit, Failure> {
    let built = built(old, harvest, Loss::Refused)?;
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
