//! A database: one file with a directory of shards.
//!
//! ```text
//! envelope "SWDB" { directory: name, bytes and head's digest of each shard } | shard | shard … | signature?
//! ```
//! The directory names each shard by the digest of its head, and a head names its blocks by their
//! digests, so one shard can be replaced alone and the digest of the directory proves all of it.

mod file;
mod flaws;
mod ratings;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};
use std::ops::Range;

use model::{Advisory, DataSource, Details, Digest, Eol, Epss, Kev};

use crate::shard::{Shard, ShardStatus, Table, decode};
use crate::signature::{self, Manifest, SecretKey, Signed, Validity};
use crate::stored::{Part, Stored};
use crate::tables::support::Supports;
use crate::{Damage, DatabaseError, tables};

pub(crate) use file::write;
use file::{Contents, read, read_signature};
pub use flaws::Flaws;
use ratings::{Made, RatingPages};

/// Bytes that are copied at once.
const COPIED_AT_ONCE: usize = 1_048_576;

/// The shard of titles and descriptions of flaws.
pub(crate) const PROSE: &str = "details";
/// The shard of what else people read about them.
pub(crate) const LEADS: &str = "references";
/// The shard of where other shards come from.
pub(crate) const SOURCES: &str = "sources";

/// The shard of how bad flaws are.
pub(crate) const SEVERITY: &str = "severity";
/// The shard of ids that turned out to be no flaws.
pub(crate) const REJECTED: &str = "rejected";

/// The snapshot that is built in.
static SNAPSHOT: &[u8] = include_bytes!("../data/snapshot.swdb");

/// A database of advisories, read whole; blocks are decompressed when they are asked for.
pub struct Database {
    stored: Stored,
    /// Digest of the directory.
    directory: Digest,
    shards: BTreeMap<String, Placed>,
    /// Bytes up to the end of the last shard.
    length: usize,
    signed: Option<Signed>,
    ratings: RatingPages,
}

#[derive(Debug)]
struct Placed {
    at: Range<usize>,
    shard: Shard,
}

/// What [`Database::verify`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Entries that can be read.
    pub entries: usize,
    /// What is wrong, by shard and place.
    pub problems: Vec<DatabaseError>,
}

impl Database {
    /// Opens the snapshot that is built in; decompresses nothing.
    ///
    /// # Errors
    /// As [`Database::from_bytes`]; only if the program was built wrongly.
    pub fn embedded() -> Result<Self, DatabaseError> {
        Self::new(Stored::Memory(Cow::Borrowed(SNAPSHOT)))
    }

    /// Opens a database; decompresses nothing.
    ///
    /// # Errors
    /// [`DatabaseError`] if these are not the bytes of a database, it is in a newer format, or its
    /// directory or the head of a shard is broken. Blocks are checked when they are used.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, DatabaseError> {
        Self::new(Stored::Memory(Cow::Owned(bytes)))
    }

    /// Opens a database in a file of so many bytes, of which only heads and the blocks that are asked for
    /// are read: `read_at` fills a buffer with the bytes from a place on, or fails.
    ///
    /// # Errors
    /// As [`Database::from_bytes`]; or the file cannot be read.
    pub fn from_file(
        read_at: impl Fn(u64, &mut [u8]) -> io::Result<()> + Send + Sync + 'static,
        bytes: u64,
    ) -> Result<Self, DatabaseError> {
        Self::new(Stored::file(read_at, bytes))
    }

    fn new(stored: Stored) -> Result<Self, DatabaseError> {
        let all = stored.all();
        let Contents {
            directory,
            shards,
            length,
        } = read(all)?;
        let signed = read_signature(all, directory, length)?;
        Ok(Self {
            stored,
            directory,
            shards,
            length,
            signed,
            ratings: RatingPages::default(),
        })
    }

    /// Returns who signed it, and what was said; whether that is believed, [`crate::signature::check`]
    /// says.
    pub const fn signed(&self) -> Option<&Signed> {
        self.signed.as_ref()
    }

    /// Returns the digest of the directory, which names every byte but those of the signature.
    pub const fn directory(&self) -> Digest {
        self.directory
    }

    /// Writes it as it is, its signature with it.
    ///
    /// # Errors
    /// It cannot be read, or `out` not be written to.
    pub fn copy_to(&self, out: &mut dyn Write) -> io::Result<()> {
        self.copy(0..self.stored.all().len(), out)
    }

    /// Writes it with this signature, and without the one that it has.
    ///
    /// # Errors
    /// It cannot be read, or `out` not be written to.
    pub fn sign_to(
        &self,
        validity: Validity,
        key: &SecretKey,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let manifest = Manifest {
            generation: validity.generation,
            created: validity.created,
            expires: validity.expires,
            directory: self.directory,
            bytes: u64::try_from(self.length).map_err(io::Error::other)?,
        };
        let signature = signature::seal(&manifest, key).map_err(io::Error::other)?;
        self.copy(0..self.length, out)?;
        out.write_all(&signature)
    }

    fn copy(&self, range: Range<usize>, out: &mut dyn Write) -> io::Result<()> {
        for start in range.clone().step_by(COPIED_AT_ONCE) {
            let end = range.end.min(start.saturating_add(COPIED_AT_ONCE));
            let bytes = self.stored.all().read_part(&(start..end));
            out.write_all(&bytes.map_err(io::Error::other)?)?;
        }
        Ok(())
    }

    /// Returns whether there is a shard of this name.
    pub fn has_shard(&self, name: &str) -> bool {
        self.shards.contains_key(name)
    }

    /// Returns what each shard is, sorted by name.
    pub fn shards(&self) -> Vec<ShardStatus> {
        self.shards.values().map(|it| it.shard.status()).collect()
    }

    /// Returns what the shard of this name is.
    pub fn shard(&self, name: &str) -> Option<ShardStatus> {
        self.shards.get(name).map(|it| it.shard.status())
    }

    /// Returns the bytes of each shard with its name, sorted by name: to put some of them into another
    /// database.
    ///
    /// # Errors
    /// [`DatabaseError::Broken`] if the file that it stands in cannot be read.
    pub fn shard_bytes(&self) -> Result<BTreeMap<&str, Cow<'_, [u8]>>, DatabaseError> {
        let shards = self.shards.iter();
        let bytes = |(name, placed): (&'_ String, &Placed)| {
            let read = self.stored.all().read_part(&placed.at);
            read.map_err(|damage| DatabaseError::broken(format!("shard `{name}`"), damage))
        };
        shards.map(|it| Ok((it.0.as_str(), bytes(it)?))).collect()
    }

    /// Returns the advisories of a package, sorted; none if the shard or the package is unknown.
    ///
    /// # Errors
    /// [`DatabaseError::Broken`] if the block or the row is.
    pub fn advisories(&self, shard: &str, package: &str) -> Result<Vec<Advisory>, DatabaseError> {
        self.advisories_if(shard, package, &|_| true)
    }

    /// Returns those advisories of a package that are wanted, sorted. Asked is with an advisory without
    /// an id, which stands for all that say the same.
    ///
    /// # Errors
    /// [`DatabaseError::Broken`] if the block or the row is.
    pub fn advisories_if(
        &self,
        shard: &str,
        package: &str,
        is_wanted: &dyn Fn(&Advisory) -> bool,
    ) -> Result<Vec<Advisory>, DatabaseError> {
        let mut advisories = Vec::new();
        if package.contains(tables::advisories::PART) {
            return Ok(advisories);
        }
        for number in 0..tables::advisories::MOST_ROWS {
            let key = tables::advisories::part(package, number);
            let some = self.row(shard, Table::Advisories, &key, |payload| {
                tables::advisories::decode_those(payload, is_wanted)
            })?;
            let Some(some) = some else { break };
            advisories.extend(some);
            if number > 0 {
                advisories.sort_unstable();
            }
        }
        Ok(advisories)
    }

    /// Returns all advisories of a shard by package; none if there is no such shard, or it is of another
    /// kind.
    ///
    /// # Errors
    /// [`DatabaseError::Broken`] if any block or row is.
    pub fn packages(&self, shard: &str) -> Result<BTreeMap<String, Vec<Advisory>>, DatabaseError> {
        let mut packages: BTreeMap<String, Vec<Advisory>> = BTreeMap::new();
        let placed = self.shards.get(shard);
        if placed.is_none_or(|it| it.shard.head.table != Table::Advisories) {
            return Ok(packages);
        }
        self.walk(shard, |key, payload| {
            let package = tables::advisories::package(key);
            let known = packages.entry(package.to_owned()).or_default();
            known.extend(tables::advisories::decode(payload)?);
            if package != key {
                known.sort_unstable();
            }
            Ok(())
        })?;
        Ok(packages)
    }

    /// Shows every row of a shard; none if there is no such shard.
    pub(crate) fn walk(
        &self,
        shard: &str,
        see: impl FnMut(&str, &[u8]) -> Result<(), Damage>,
    ) -> Result<(), DatabaseError> {
        let Some(placed) = self.shards.get(shard) else {
            return Ok(());
        };
        let problems = placed.shard.walk(self.part(placed), see);
        problems.into_iter().next().map_or(Ok(()), Err)
    }

    /// Returns what is known of a flaw for people, by any id.
    ///
    /// # Errors
    /// [`DatabaseError::Broken`] if the block or the row is.
    pub fn details(&self, id: &str) -> Result<Option<Details>, DatabaseError> {
        let prose = self.row(PROSE, Table::Prose, id, tables::details::read_prose)?;
        let leads = self.row(LEADS, Table::Leads, id, |payload| {
            tables::details::read_leads(id, payload)
        })?;
        Ok(tables::details::joined(prose, leads))
    }

    /// Whether it tells of any shard where its advisories come from, as imported ones do.
    pub fn knows_sources(&self) -> bool {
        self.has_shard(SOURCES)
    }

    /// Returns where the advisories of a shard come from, if the database knows more than its
    /// publisher.
    ///
    /// # Errors
    /// [`DatabaseError::Broken`] if the block or the row is.
    pub fn source(&self, shard: &str) -> Result<Option<DataSource>, DatabaseError> {
        let rows = self.texts(SOURCES, shard)?;
        Ok(rows.first().map(|cells| {
            let cell = |at: usize| cells.get(at).cloned().unwrap_or_default();
            DataSource {
                id: cell(0),
                name: cell(1),
                url: cell(2),
                base_id: cell(3),
            }
        }))
    }

    /// Returns the names of the shards that begin so, sorted.
    pub fn names_from<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        let from = self.shards.range(prefix.to_owned()..);
        from.map(|(name, _)| name.as_str())
            .take_while(move |name| name.starts_with(prefix))
    }

    /// Returns CISA's entry for a CVE that is known to be exploited.
    ///
    /// # Errors
    /// [`DatabaseError::Broken`] if the block or the row is.
    pub fn kev(&self, cve: &str) -> Result<Option<Kev>, DatabaseError> {
        self.flaws().kev(cve)
    }

    /// Returns FIRST's estimate for a CVE.
    ///
    /// # Errors
    /// [`DatabaseError::Broken`] if the block or the row is.
    pub fn epss(&self, cve: &str) -> Result<Option<Epss>, DatabaseError> {
        self.flaws().epss(cve)
    }

    /// Returns when a cycle of a product ends: `("debian", "12")`, `("alpine-linux", "3.18")`.
    ///
    /// # Errors
    /// [`DatabaseError::Broken`] if the block or the row is.
    pub fn eol(&self, product: &str, cycle: &str) -> Result<Option<Eol>, DatabaseError> {
        let cycles = self.row("eol", Table::Eol, product, tables::eol::decode_cycles)?;
        Ok(cycles.and_then(|mut cycles| cycles.remove(cycle)))
    }

    /// Returns the rows of plain cells of a key; which cells, the builder of the shard says.
    ///
    /// # Errors
    /// [`DatabaseError::Broken`] if the block or the row is.
    pub fn texts(&self, shard: &str, key: &str) -> Result<Vec<Vec<String>>, DatabaseError> {
        self.row(shard, Table::Texts, key, |payload| decode(payload))
            .map(Option::unwrap_or_default)
    }

    /// Whether an id turned out to be no flaw, as far as the database knows.
    ///
    /// # Errors
    /// [`DatabaseError::Broken`] if the block or the row is.
    pub fn is_rejected(&self, id: &str) -> Result<bool, DatabaseError> {
        Ok(!self.texts(REJECTED, id)?.is_empty())
    }

    /// Returns whether somebody looked for the fixes of a package of a release (`debian-12`);
    /// `None` if the database does not tell. Where nobody looked, silence means nothing.
    ///
    /// # Errors
    /// [`DatabaseError::Broken`] if the block or the row is.
    pub fn is_covered(&self, shard: &str, package: &str) -> Result<Option<bool>, DatabaseError> {
        let current = format!("{shard}-current");
        // who tells what has no fix has looked at all packages
        let is_whole = self.shard(shard).is_some_and(|shard| shard.knows_unfixed);
        if is_whole || !self.has_shard(&current) {
            return Ok(None);
        }
        let rows = self.texts(&current, package)?;
        let is_read = |cells: &Vec<String>| cells.get(2).is_some_and(|cell| cell == "y");
        Ok(Some(rows.iter().any(is_read)))
    }

    /// Returns how far a distribution supports the packages of a release (`debian-12`) with fixes.
    ///
    /// # Errors
    /// [`DatabaseError::Broken`] if the block or the row is.
    pub fn supports(&self, shard: &str) -> Result<Supports, DatabaseError> {
        let family = shard.split('-').next().unwrap_or_default();
        self.texts(&format!("{family}-support"), shard)
            .map(Supports)
    }

    /// Reads every row of every shard.
    pub fn verify(&self) -> Verified {
        let mut verified = Verified {
            entries: 0,
            problems: Vec::new(),
        };
        let made = Made::default();
        for placed in self.shards.values() {
            let mut found = 0_usize;
            let problems = placed.shard.walk(self.part(placed), |key, payload| {
                let entries = self.count(placed.shard.head.table, (key, payload), &made)?;
                found = found.saturating_add(entries);
                Ok(())
            });
            if problems.is_empty() {
                verified.problems.extend(placed.shard.miscount(found));
            }
            verified.problems.extend(problems);
            verified.entries = verified.entries.saturating_add(found);
        }
        verified
    }

    fn row<T>(
        &self,
        shard: &str,
        table: Table,
        key: &str,
        decode: impl Fn(&[u8]) -> Result<T, Damage>,
    ) -> Result<Option<T>, DatabaseError> {
        let Some(placed) = self.shards.get(shard) else {
            return Ok(None);
        };
        self.row_of(placed, table, key, decode)
    }

    fn row_of<T>(
        &self,
        placed: &Placed,
        table: Table,
        key: &str,
        decode: impl Fn(&[u8]) -> Result<T, Damage>,
    ) -> Result<Option<T>, DatabaseError> {
        let payload = self.payload(placed, table, key)?;
        let decoded = payload.map(decode).transpose();
        decoded.map_err(|damage| placed.shard.row(key, damage))
    }

    fn payload<'a>(
        &'a self,
        placed: &'a Placed,
        table: Table,
        key: &str,
    ) -> Result<Option<&'a [u8]>, DatabaseError> {
        if placed.shard.head.table != table {
            return Err(placed.shard.row(key, Damage::Encoding));
        }
        placed.shard.find(self.part(placed), key)
    }

    /// Decodes a row and returns how many entries it holds.
    fn count(
        &self,
        table: Table,
        (key, payload): (&str, &[u8]),
        made: &Made,
    ) -> Result<usize, Damage> {
        Ok(match table {
            Table::Advisories => tables::advisories::decode(payload)?.len(),
            Table::Ratings => {
                tables::ratings::count(key, payload, &|number| made.rating(self, number))?
            }
            Table::Kev => tables::kev::count(payload)?,
            Table::Epss => tables::shelves::all::<Epss>(payload)?.len(),
            Table::Eol => tables::eol::decode_cycles(payload)?.len(),
            Table::Texts => decode::<Vec<Vec<String>>>(payload)?.len(),
            Table::Prose => {
                tables::details::read_prose(payload)?;
                1
            }
            Table::Leads => {
                tables::details::read_leads(key, payload)?;
                1
            }
        })
    }

    fn part(&self, placed: &Placed) -> Part<'_> {
        let part = self.stored.all().part(&placed.at);
        part.unwrap_or(Part::Memory(&[]))
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("bytes", &self.stored.all().len())
            .field("shards", &self.shards.keys())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
