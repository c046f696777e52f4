//! Which advisory database is used: the one that `--db` names, else the one that was fetched or
//! imported, else the one that is built in; and whether it may be used, as `--db-key` says.

mod generations;
mod install;
mod keys;
mod trust;

use std::collections::BTreeMap;
use std::io::{self, Seek as _, SeekFrom};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use advisory::{Database, DatabaseError};
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use jiff::ToSpan as _;
use jiff::civil::Date;
use model::{DataAge, DataOrigin};

use crate::error::Failure;
use crate::exit::Exit;
use crate::scan::flag;
use crate::settings::{self, Environment, own_file};

pub(crate) use install::{Loss, Place, Placed, older_shards, whole};
pub(crate) use keys::secret as secret_key;
pub(crate) use trust::Trust;

/// The file below the cache folder that `db update` and `db import` write.
const INSTALLED: &str = "db/advisories.swdb";

/// A database that may be used.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The database.
    pub(crate) database: Database,
    /// Where it is, for people.
    pub(crate) place: String,
    /// Who vouches for it.
    pub(crate) origin: DataOrigin,
}

/// `--db` and `--db-key`.
pub(crate) fn args() -> Vec<Arg> {
    vec![
        Arg::new("db")
            .long("db")
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .help("Advisory database [default: the one that was fetched, else the one that is built in]"),
        key_arg(),
    ]
}

/// `--db-key`.
pub(crate) fn key_arg() -> Arg {
    Arg::new("db-key")
        .long("db-key")
        .value_name("KEY")
        .action(ArgAction::Append)
        .value_delimiter(',')
        .help("Use only databases that are signed with one of these public keys: a file, or its line of base64")
}

/// Opens the database that is to be used.
///
/// # Errors
/// It cannot be read, is damaged, or may not be used by what `--db-key` says.
pub(crate) fn open(matches: &ArgMatches, environment: &Environment) -> Result<Opened, Failure> {
    let trust = Trust::new(matches, environment)?;
    if let Some(path) = matches.get_one::<PathBuf>("db") {
        return trust.checked(at(path)?);
    }
    let installed = installed_path(matches, environment).filter(|path| own_file::is_there(path));
    let Some(path) = installed else {
        return trust.checked(built_in()?);
    };
    let installed = trust.checked(at(&path)?)?;
    if trust.has_keys() {
        return Ok(installed);
    }
    let built_in = built_in()?;
    if is_older(&installed, Some(&built_in)) {
        let place = format!("built in, since {} is older", installed.place);
        return Ok(Opened { place, ..built_in });
    }
    Ok(installed)
}

/// Opens the database that another one is made of: the one that `--db` names, else the one that is built
/// in, whose bytes are those of the program, whatever was fetched here.
///
/// # Errors
/// As [`open`].
pub(crate) fn base(matches: &ArgMatches, environment: &Environment) -> Result<Opened, Failure> {
    match matches.get_one::<PathBuf>("db") {
        Some(path) => Trust::new(matches, environment)?.checked(at(path)?),
        None => built_in(),
    }
}

/// Returns where a database is kept that was fetched or imported; `None` if no home is known.
pub(crate) fn installed_path(matches: &ArgMatches, environment: &Environment) -> Option<PathBuf> {
    settings::cache_folder(matches, environment).map(|folder| folder.join(INSTALLED))
}

/// Returns the database that was fetched or imported into the user's own cache folder, if one was that is
/// not older than the one that is built in; where only signed ones may be used, the latter is none. One that
/// cannot be read is told when it is used.
pub(crate) fn installed(environment: &Environment, has_keys: bool) -> Option<PathBuf> {
    let path = environment.cache_folder()?.join(INSTALLED);
    let path = own_file::is_there(&path).then_some(path)?;
    if has_keys {
        return Some(path);
    }
    let is_older = at(&path).is_ok_and(|opened| is_older(&opened, built_in().ok().as_ref()));
    (!is_older).then_some(path)
}

/// Whether a database that lies where every command looks is not used, since a newer one is built in.
pub(crate) fn is_passed_over(installed: &Opened) -> bool {
    let is_trusted = matches!(
        installed.origin,
        DataOrigin::Signed {
            is_trusted: true,
            ..
        }
    );
    !is_trusted && is_older(installed, built_in().ok().as_ref())
}

fn is_older(installed: &Opened, built_in: Option<&Opened>) -> bool {
    built_in.is_some_and(|built_in| newest(&installed.database) < newest(&built_in.database))
}

/// Returns where a database is put: where `--db` says, else where every command looks.
///
/// # Errors
/// There is no such place.
pub(crate) fn place<'a>(
    matches: &ArgMatches,
    environment: &Environment,
    trust: &'a Trust,
) -> Result<Place<'a>, Failure> {
    let named = matches.get_one::<PathBuf>("db").cloned();
    let is_default = named.is_none();
    let target = named.or_else(|| installed_path(matches, environment));
    let target = target.ok_or_else(|| {
        Failure::usage("there is no place for a database: no home folder is known").with(
            "next",
            "name a file with --db, or a folder with --cache-dir",
        )
    })?;
    let loss = if flag(matches, "force") {
        Loss::Accepted
    } else {
        Loss::Refused
    };
    Ok(Place {
        target,
        is_default,
        trust,
        loss,
        // clocks are not the same everywhere
        last_day: environment.today().saturating_add(1.day()),
    })
}

/// Returns the day of the newest entry.
pub(crate) fn newest(database: &Database) -> Option<Date> {
    let shards = database.shards().into_iter();
    shards.filter_map(|shard| shard.newest).max()
}

/// Returns the day of each publisher's newest entry, sorted by name.
pub(crate) fn ages(database: &Database) -> Vec<DataAge> {
    let mut ages: BTreeMap<String, Option<Date>> = BTreeMap::new();
    for shard in database.shards() {
        let newest = ages.entry(shard.publisher).or_default();
        *newest = shard.newest.max(*newest);
    }
    let ages = ages.into_iter();
    ages.map(|(publisher, newest)| DataAge { publisher, newest })
        .collect()
}

/// Opens the database that is built in.
pub(crate) fn built_in() -> Result<Opened, Failure> {
    Ok(Opened {
        database: Database::embedded()?,
        place: "built in".to_owned(),
        origin: DataOrigin::BuiltIn,
    })
}

/// Opens the database in a file. Whether it may be used is for [`Trust::checked`].
///
/// # Errors
/// It cannot be read, or is damaged.
pub(crate) fn at(path: &Path) -> Result<Opened, Failure> {
    let place = path.display().to_string();
    let failed = |error: io::Error| {
        Failure::new(Exit::Unfinished, format!("database {place}: {error}")).with(
            "next",
            "check --db, or leave it out to use the database that is built in",
        )
    };
    let mut file = own_file::open(path).map_err(failed)?;
    let bytes = file.seek(SeekFrom::End(0)).map_err(failed)?;
    let read_at = move |at, buffer: &mut [u8]| file.read_exact_at(buffer, at);
    let database = Database::from_file(read_at, bytes).map_err(|error| {
        let is_none = error == DatabaseError::NotADatabase;
        let failure = Failure::from(error).with("found in", place.clone());
        let next = "name a file that db build, db export or db sign wrote";
        if is_none {
            failure.with("next", next)
        } else {
            failure
        }
    })?;
    Ok(Opened {
        origin: trust::origin(&database),
        database,
        place,
    })
}

#[cfg(test)]
mod tests {
    use policy::image_policy::Data;

    use super::*;

    /// Policies tell data by its publisher, and shards have names.
    #[test]
    fn publishers_of_the_built_in_database_are_those_that_policies_know() {
        let database = built_in().unwrap().database;
        for shard in database.shards() {
            let want = match &*shard.name {
                "eol" => Data::EndOfLife,
                "epss" => Data::Epss,
                "kev" => Data::Kev,
                _ => Data::Advisories,
            };
            assert_eq!(Data::of(&shard.publisher), want, "{}", shard.name);
        }
        let ages = ages(&database);
        assert!(ages.is_sorted());
        assert_eq!(
            ages.iter().filter_map(|it| it.newest).max(),
            newest(&database)
        );
    }
}
