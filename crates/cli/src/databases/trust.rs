//! Whether a database may be used: with `--db-key`, only one that is signed with such a key, that has
//! not expired, and that is no older than the newest that was used.

use advisory::Database;
use advisory::signature::{self, PublicKey, Untrusted};
use clap::ArgMatches;
use jiff::Timestamp;
use model::DataOrigin;

use super::generations::Generations;
use super::{Loss, Opened, keys};
use crate::error::Failure;
use crate::exit::Exit;
use crate::scan::list_of;
use crate::settings::{self, Environment};

/// Who is believed.
#[derive(Debug)]
pub(crate) struct Trust {
    keys: Vec<PublicKey>,
    now: Timestamp,
    generations: Generations,
}

impl Trust {
    /// Reads `--db-key`.
    ///
    /// # Errors
    /// One of them is no key, or its file cannot be read.
    pub(crate) fn new(matches: &ArgMatches, environment: &Environment) -> Result<Self, Failure> {
        let given: Vec<String> = list_of(matches, "db-key");
        Ok(Self {
            keys: given
                .iter()
                .map(|key| keys::public(key))
                .collect::<Result<_, _>>()?,
            now: environment.now(),
            generations: Generations::new(settings::cache_folder(matches, environment)),
        })
    }

    /// Whether only databases that are signed may be used.
    pub(crate) const fn has_keys(&self) -> bool {
        !self.keys.is_empty()
    }

    /// Returns the database if it may be used, and notes its generation.
    ///
    /// # Errors
    /// It may not.
    pub(crate) fn checked(&self, opened: Opened) -> Result<Opened, Failure> {
        let opened = self.believed(opened)?;
        self.note(&opened, Loss::Refused);
        Ok(opened)
    }

    /// Returns the database if it may be used.
    ///
    /// # Errors
    /// It may not.
    pub(super) fn believed(&self, opened: Opened) -> Result<Opened, Failure> {
        self.judged(opened, |key| self.generations.newest(key))
    }

    /// Whether it is signed with a key that is believed.
    pub(super) fn is_of_a_key(&self, opened: &Opened) -> bool {
        let signed = opened.database.signed();
        signed.is_some_and(|signed| self.keys.contains(&signed.key))
    }

    /// Returns the database if it may be used, however old its generation is.
    ///
    /// # Errors
    /// It may not.
    pub(crate) fn checked_of_any_generation(&self, opened: Opened) -> Result<Opened, Failure> {
        self.judged(opened, |_| None)
    }

    fn judged(
        &self,
        opened: Opened,
        seen: impl FnOnce(PublicKey) -> Option<u64>,
    ) -> Result<Opened, Failure> {
        if !self.has_keys() {
            return Ok(opened);
        }
        match signature::check(opened.database.signed(), &self.keys, self.now, seen) {
            Ok(_) => {
                let origin = match opened.origin {
                    DataOrigin::Signed { by, .. } => DataOrigin::Signed {
                        by,
                        is_trusted: true,
                    },
                    origin @ (DataOrigin::BuiltIn | DataOrigin::Unsigned) => origin,
                };
                Ok(Opened { origin, ..opened })
            }
            Err(why) => Err(refusal(&opened.place, &why)),
        }
    }

    /// Notes the generation of a database that is used: the highest, or the one that was gone back to.
    pub(super) fn note(&self, opened: &Opened, loss: Loss) {
        let Some(signed) = opened.database.signed().filter(|_| self.has_keys()) else {
            return;
        };
        let generation = signed.manifest.generation;
        let seen = self.generations.newest(signed.key);
        let is_noted = match loss {
            Loss::Refused => seen.is_some_and(|seen| seen >= generation),
            Loss::Accepted => seen == Some(generation),
        };
        if !is_noted {
            self.generations.note(signed.key, generation);
        }
    }
}

/// Returns who vouches for a database in a file; nobody's word is believed yet.
pub(super) fn origin(database: &Database) -> DataOrigin {
    match database.signed() {
        None => DataOrigin::Unsigned,
        Some(signed) => DataOrigin::Signed {
            by: model::Signature {
                key: signed.key.fingerprint(),
                generation: signed.manifest.generation,
                created: signed.manifest.created,
                expires: signed.manifest.expires,
            },
            is_trusted: false,
        },
    }
}

fn refusal(place: &str, why: &Untrusted) -> Failure {
    let next = match why {
        Untrusted::Unsigned | Untrusted::OtherKey(_) => {
            "seaworthy db update --url URL, or db import FILE, with one that is signed with such a key"
        }
        Untrusted::Expired(_) => {
            "fetch a newer one: seaworthy db update --url URL; offline: seaworthy db import FILE"
        }
        Untrusted::ToCome(_) => "set the clock of this machine",
        Untrusted::Older { .. } => {
            "fetch a newer one: seaworthy db update --url URL; to go back on purpose: seaworthy db import FILE --force"
        }
    };
    Failure::new(Exit::Unfinished, format!("database {place}: {why}")).with("next", next)
}
