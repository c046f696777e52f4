//! `seaworthy db update`: a newer database, from a site's own mirrors or made of the publishers' feeds.

mod feeds;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command};
use net::{Deadline, Url};

use super::import::{said, target_args};
use crate::databases::{self, Placed, Trust};
use crate::error::Failure;
use crate::exit::Exit;
use crate::feed_sources::SOURCES;
use crate::mirrors::{self, Got, Kept, Mirrors};
use crate::scan::{flag, list, list_of, switch, value};
use crate::settings::Environment;
use crate::values;

pub(super) fn define() -> Command {
    Command::new("update")
        .about("Fetch a newer database, or the publishers' feeds and make one")
        .long_about(
            "Fetch a newer database, which every command uses from then on.\n\nWith --url, from a mirror: the first one \
             that gives a database which may be used. Without, from the publishers themselves: their feeds are \
             fetched as files and built into a database; which ones, --feed says, else those that were fetched \
             before, and Alpine, Debian, end of life, EPSS and KEV.\n\nWhat did not change is not fetched again; what \
             broke off goes on where it was. A file that is cut short, damaged, older, or lacks more than a fifth of \
             a shard never replaces what is in use, and with --db-key neither does one without a good signature.",
        )
        .after_help(
            "Examples:\n  seaworthy db update\n  seaworthy db update --feed debian,kev\n  seaworthy db update --url \
             https://mirror.example/all.swdb --url https://other.example/all.swdb --db-key site.key.pub",
        )
        .arg(
            Arg::new("url")
                .long("url")
                .value_name("URL")
                .action(ArgAction::Append)
                .value_parser(|text: &str| Url::parse(text))
                .help("Where a database is; repeat for mirrors, which are asked in this order"),
        )
        .arg(
            list("feed", "NAME", "Feeds to fetch from their publishers")
                .value_parser(SOURCES.iter().map(|source| source.feed).collect::<Vec<_>>())
                .conflicts_with("url"),
        )
        .arg(
            Arg::new("feeds-from")
                .long("feeds-from")
                .value_name("URL")
                .value_parser(|text: &str| Url::parse(text))
                .conflicts_with("url")
                .help("A mirror that has the publishers' files below their hosts: URL/www.cisa.gov/…"),
        )
        .args(target_args())
        .args(mirrors::args())
        .arg(switch("offline", "false", "Open no socket: an error here"))
        .arg(
            Arg::new("timeout")
                .long("timeout")
                .value_name("TIME")
                .value_parser(values::duration)
                .default_value("30m")
                .help("Give up after this time"),
        )
}

pub(super) fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    if flag(matches, "offline") {
        let failure =
            Failure::usage("--offline opens no socket, and an update comes over the network");
        return Err(failure.with(
            "next",
            "carry a database here: seaworthy db export FILE, then db import FILE",
        ));
    }
    let trust = Trust::new(matches, environment)?;
    let place = databases::place(matches, environment, &trust)?;
    let timeout: Duration = value(matches, "timeout").unwrap_or_default();
    let mirrors = Mirrors::new(matches, environment, Deadline::after(timeout))?;
    let urls: Vec<Url> = list_of(matches, "url");
    if urls.is_empty() {
        return feeds::update(matches, environment, &place, &mirrors);
    }
    let notes = beside(&place.target);
    place.folder()?;
    let kept = Kept {
        target: &place.target,
        notes: &notes,
        name: "database",
    };
    let got = mirrors.fetch(&urls, &kept, |part, url| place.put(part, &url.to_string()))?;
    match got {
        Got::New((opened, placed)) => said(&opened, placed, environment),
        Got::Unchanged => {
            let opened = trust.checked(databases::at(&place.target)?)?;
            said(&opened, Placed::Same, environment)
        }
    }
}

/// Returns the folder of what is known of a file that is fetched.
fn beside(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".fetched");
    name.into()
}
