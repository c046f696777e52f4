//! Puts a database in the place of another one: verified wholly, renamed in one step, and never one
//! that is older or lacks much of what the other one has.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use advisory::write::shrunken_shards;
use advisory::{Database, ShardStatus};
use jiff::civil::Date;
use model::DataOrigin;
use tempfile::NamedTempFile;

use super::{Opened, Trust, at, newest};
use crate::error::Failure;
use crate::exit::Exit;
use crate::settings::own_file;

/// What became of what was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Placed {
    /// It is replaced.
    New,
    /// It is the same, to the byte, and whole.
    Same,
}

/// How much the new one may lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    /// It is no older, and lacks little.
    Refused,
    /// It may be older and lack anything (`--force`); its signature still counts.
    Accepted,
}

/// Where databases are put.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    /// The file.
    pub(crate) target: PathBuf,
    /// Whether it is the one where every command looks.
    pub(crate) is_default: bool,
    /// Who is believed.
    pub(crate) trust: &'a Trust,
    /// How much may be lost.
    pub(crate) loss: Loss,
    /// The last day on which an entry may be.
    pub(crate) last_day: Date,
}

impl Place<'_> {
    /// Returns an empty file beside the target, on the same disk.
    ///
    /// # Errors
    /// There is no folder for it, nor can one be made.
    pub(crate) fn aside(&self) -> Result<NamedTempFile, Failure> {
        let folder = self.folder()?;
        tempfile::Builder::new()
            .prefix(".seaworthy-")
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(folder)
            .map_err(|error| self.unwritten(&error))
    }

    /// Returns the folder of the target, made if there was none.
    ///
    /// # Errors
    /// It cannot be made.
    pub(crate) fn folder(&self) -> Result<&Path, Failure> {
        let folder = self.target.parent().unwrap_or(&self.target);
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        fs::create_dir_all(folder).map_err(|error| self.unwritten(&error))?;
        Ok(folder)
    }

    /// Puts the file `aside`, which came from `origin`, in the place of the target.
    ///
    /// # Errors
    /// It is damaged, may not be used, or would lose what is there; then the target is as it was.
    pub(crate) fn put(&self, aside: &Path, came_from: &str) -> Result<(Opened, Placed), Failure> {
        let opened = at(aside).map_err(|failure| failure.with("came from", came_from))?;
        let opened = Opened {
            place: came_from.to_owned(),
            ..opened
        };
        let opened = match self.loss {
            Loss::Refused => self.trust.believed(opened)?,
            Loss::Accepted => self.trust.checked_of_any_generation(opened)?,
        };
        whole(&opened)?;
        self.refuse_days_to_come(&opened)?;
        let placed = match self.before() {
            Some(before) if is_same(&before, &opened) => Placed::Same,
            Some(before) if self.loss == Loss::Refused => {
                self.refuse_loss(&before, &opened)?;
                Placed::New
            }
            Some(_) | None => Placed::New,
        };
        if placed == Placed::New {
            fs::rename(aside, &self.target).map_err(|error| self.unwritten(&error))?;
        }
        self.trust.note(&opened, self.loss);
        Ok((
            Opened {
                place: self.target.display().to_string(),
                ..opened
            },
            placed,
        ))
    }

    /// One of a day to come would make every true one too old.
    fn refuse_days_to_come(&self, opened: &Opened) -> Result<(), Failure> {
        let is_refused = self.loss == Loss::Refused;
        let newest = newest(&opened.database).filter(|day| is_refused && *day > self.last_day);
        newest.map_or(Ok(()), |day| {
            let message = format!(
                "{}: its newest entry is of {day}, a day to come",
                opened.place
            );
            let next = "check the clock of this machine, or get the database elsewhere";
            Err(Failure::new(Exit::Unfinished, message).with("next", next))
        })
    }

    /// Returns the database that would be replaced. One that is damaged, or that may not be used, is no
    /// loss.
    pub(crate) fn before(&self) -> Option<Opened> {
        let is_there = own_file::is_there(&self.target);
        let before = is_there.then(|| at(&self.target).ok()).flatten()?;
        // its directory tells what was written, not what is there still
        whole(&before).ok()?;
        if !self.trust.has_keys() {
            return Some(before);
        }
        self.trust.is_of_a_key(&before).then_some(before)
    }

    fn refuse_loss(&self, before: &Opened, after: &Opened) -> Result<(), Failure> {
        let why = loss(before, after);
        why.map_or(Ok(()), |why| {
            let message = format!(
                "{}: {why}; {} stays as it is",
                after.place,
                self.target.display()
            );
            let next = "fetch a newer or whole one; if it is meant so, add --force";
            Err(Failure::new(Exit::Unfinished, message).with("next", next))
        })
    }

    fn unwritten(&self, error: &io::Error) -> Failure {
        let message = format!("{}: {error}", self.target.display());
        let next = "check who may write there, and the space left; or name another file with --db";
        Failure::new(Exit::Unfinished, message).with("next", next)
    }
}

/// Reads every entry.
pub(crate) fn whole(opened: &Opened) -> Result<usize, Failure> {
    let verified = opened.database.verify();
    let Some(first) = verified.problems.first() else {
        return Ok(verified.entries);
    };
    let problems = model::counted(verified.problems.len(), "problem");
    let message = format!("{}: {problems}; the first: {first}", opened.place);
    Err(Failure::new(Exit::Unfinished, message)
        .with("next", "do not use this database; get it again"))
}

fn is_same(before: &Opened, after: &Opened) -> bool {
    before.database.directory() == after.database.directory()
        && before.database.signed() == after.database.signed()
}

/// Says what would be lost with another database; `None` if it is as new, and lacks little.
fn loss(before: &Opened, after: &Opened) -> Option<String> {
    if let (DataOrigin::Signed { by: old, .. }, DataOrigin::Signed { by: new, .. }) =
        (&before.origin, &after.origin)
        && old.key == new.key
    {
        if new.generation < old.generation {
            return Some(format!(
                "it is of generation {}, and generation {} is in place",
                new.generation, old.generation
            ));
        }
        if new.generation == old.generation {
            return Some(format!(
                "it is of generation {}, as is the one in place, and says something else",
                new.generation
            ));
        }
    }
    let (old, new) = (&before.database, &after.database);
    if let (Some(was), now) = (newest(old), newest(new))
        && now.is_none_or(|now| now < was)
    {
        let now = now.map_or("an unknown day".to_owned(), |now| now.to_string());
        return Some(format!(
            "its newest entry is of {now}, and that of the one in place of {was}"
        ));
    }
    let older = older_shards(&old.shards(), &new.shards());
    let first = older.first();
    first
        .map(|(name, why)| format!("`{name}` in it is {why}"))
        .or_else(|| shrunken(old, new))
}

/// Returns the shards whose entries would be older ones, whatever the others' are, and the days.
pub(crate) fn older_shards(old: &[ShardStatus], new: &[ShardStatus]) -> Vec<(String, String)> {
    let older = |was: &ShardStatus| {
        let now = new.iter().find(|now| now.name == was.name)?;
        let (was_of, now_of) = (was.newest?, now.newest?);
        let why = format!("of {now_of}, and that of the one in place of {was_of}");
        (now_of < was_of).then(|| (was.name.clone(), why))
    };
    old.iter().filter_map(older).collect()
}

fn shrunken(old: &Database, new: &Database) -> Option<String> {
    let shrunken = shrunken_shards(&old.shards(), &new.shards());
    shrunken.first().map(|first| {
        format!(
            "shard {}: {} entries would be left of {}",
            first.name, first.after, first.before
        )
    })
}
