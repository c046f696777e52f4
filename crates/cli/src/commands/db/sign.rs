//! `seaworthy db sign`: signs a database with a site's own key.

use std::path::PathBuf;
use std::time::Duration;

use advisory::signature::Validity;
use clap::{Arg, ArgMatches, Command, value_parser};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::status;
use crate::databases;
use crate::error::Failure;
use crate::exit::Exit;
use crate::scan::value;
use crate::settings::Environment;
use crate::{output, values};

pub(super) fn define() -> Command {
    let file = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .help(help)
    };
    Command::new("sign")
        .about("Sign a database with a key of your own")
        .long_about(
            "Sign a database with a key of your own: who configures the public key (--db-key) uses no other. The \
             signature names every byte, counts the databases of the key (their generation only rises), and ends. \
             Every entry is read before.",
        )
        .after_help(
            "Example:\n  seaworthy db keygen site.key   # once; also writes site.key.pub\n  seaworthy db sign my.swdb --key \
             site.key\n  seaworthy db verify --db my.swdb --db-key site.key.pub",
        )
        .arg(file("database", "The database").required(true))
        .arg(
            file("key", "The private key, in PEM")
                .long("key")
                .required(true),
        )
        .arg(file("out", "Where the signed one is written [default: in place]").long("out").short('o'))
        .arg(
            Arg::new("generation")
                .long("generation")
                .value_name("N")
                .value_parser(value_parser!(u64))
                .help("Higher than that of every database that was signed before [default: the time, as 20261125120000]"),
        )
        .arg(
            Arg::new("expires")
                .long("expires")
                .value_name("TIME")
                .value_parser(values::duration)
                .default_value("30d")
                .help("After which time it may not be used any more"),
        )
}

pub(super) fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let path = |name: &str| matches.get_one::<PathBuf>(name);
    let usage = || Failure::usage("db sign FILE --key FILE");
    let (file, key) = (
        path("database").ok_or_else(usage)?,
        path("key").ok_or_else(usage)?,
    );
    let key = databases::secret_key(key)?;
    let opened = databases::at(file)?;
    databases::whole(&opened)?;
    let now = environment.now();
    let lasts: Duration = value(matches, "expires").unwrap_or_default();
    let expires = SignedDuration::try_from(lasts).ok();
    let expires = expires.and_then(|lasts| now.checked_add(lasts).ok());
    if lasts.is_zero() {
        return Err(Failure::usage(
            "--expires: it would not be valid at any time",
        ));
    }
    let validity = Validity {
        generation: value(matches, "generation").unwrap_or_else(|| digits(now)),
        created: now,
        expires: expires
            .ok_or_else(|| Failure::usage("--expires: it is after the end of all days"))?,
    };
    if let Some(before) = opened.database.signed()
        && before.key == key.public()
        && before.manifest.generation > validity.generation
    {
        let (found, new) = (before.manifest.generation, validity.generation);
        let message = format!(
            "{}: it is of generation {found} already, and {new} is lower",
            file.display()
        );
        return Err(Failure::usage(message).with("next", "name a higher one with --generation"));
    }
    let out = path("out").unwrap_or(file);
    let unwritten = |error| Failure::new(Exit::Unfinished, format!("{}: {error}", out.display()));
    output::replace(out, |to| opened.database.sign_to(validity, &key, to)).map_err(unwritten)?;
    let signed = databases::at(out)?;
    output::print(&format!(
        "{}: {}\n",
        report::safe(&signed.place),
        status::summary(&signed, environment),
    ))
}

/// Returns a time as a number that rises with it: `20261125120000`.
fn digits(time: Timestamp) -> u64 {
    let time = Offset::UTC.to_datetime(time);
    let parts = [
        (100, i64::from(time.month())),
        (100, i64::from(time.day())),
        (100, i64::from(time.hour())),
        (100, i64::from(time.minute())),
        (100, i64::from(time.second())),
    ];
    let year = i64::from(time.year());
    let number = parts
        .iter()
        .fold(year, |number, (by, part)| number * by + part);
    u64::try_from(number).unwrap_or_default()
}
