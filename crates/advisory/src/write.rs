//! Writes shards and databases; the same input gives the same bytes.
//!
//! Who builds a snapshot makes shards with one function a table, and puts them into one file with
//! [`database`].

use std::borrow::{Borrow, Cow};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use jiff::civil::Date;
use model::{Advisory, Eol, Epss, Kev, Rating};
use serde::{Deserialize, Serialize};

use crate::shard::{self, NewRow, Table};
use crate::{Database, DatabaseError, ShardStatus, database, feeds, tables};

/// What a shard says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Its name, by which look-ups find it: `debian-12`, `alpine-3.18`, `kev`.
    pub name: String,
    /// Who says what is in it, for people: `Debian`, `CISA`.
    pub publisher: String,
    /// Day of its newest entry.
    pub newest: Option<Date>,
    /// The licence of its facts, as one line.
    pub licence: String,
    /// Whether it also speaks of problems that nobody has fixed.
    pub knows_unfixed: bool,
}

/// Why something cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A value cannot be encoded.
    #[error("cannot encode a row: {0}")]
    Encoding(#[from] postcard::Error),
    /// zstd fails.
    #[error("cannot compress a block: {0}")]
    Compression(#[from] io::Error),
    /// A row, a shard or the database is larger than the format allows.
    #[error("a row or a shard is too large for the format")]
    TooLarge,
    /// A row is larger than the format allows.
    #[error("`{0}` is too large for a row of the format")]
    RowTooLarge(String),
    /// A package has more advisories than its rows hold.
    #[error("`{0}` is too large for the rows of a package")]
    PackageTooLarge(String),
    /// Keys or names come twice or out of order.
    #[error("`{0}` comes twice or out of order")]
    Order(String),
}

/// Writes a shard of advisories by package name.
///
/// # Errors
/// [`WriteError`] if a row is too large.
pub fn advisories(
    about: &About,
    rows: &BTreeMap<String, Vec<Advisory>>,
) -> Result<Vec<u8>, WriteError> {
    let mut split = Vec::new();
    for (package, advisories) in rows {
        split.extend(tables::advisories::rows(package, advisories)?);
    }
    shard::write(Table::Advisories, about, &split)
}

/// Takes out what is too much for any row, and returns the ids of it.
///
/// # Errors
/// [`WriteError`] if a value cannot be encoded.
pub(crate) fn fit(advisories: &mut Vec<Advisory>) -> Result<Vec<String>, WriteError> {
    let fits = |some: &[Advisory]| -> Result<bool, WriteError> {
        Ok(tables::advisories::fits(&tables::advisories::encode(some)?))
    };
    let mut left_out = Vec::new();
    if fits(advisories)? {
        return Ok(left_out);
    }
    for advisory in std::mem::take(advisories) {
        if fits(std::slice::from_ref(&advisory))? {
            advisories.push(advisory);
        } else {
            left_out.push(advisory.id);
        }
    }
    Ok(left_out)
}

/// Writes a shard of ratings by CVE.
///
/// # Errors
/// [`WriteError`] if a key is no CVE id or a row is too large.
pub fn ratings<R: Borrow<Rating>>(
    about: &About,
    rows: &BTreeMap<String, Vec<R>>,
) -> Result<Vec<u8>, WriteError> {
    shard::write(Table::Ratings, about, &tables::ratings::encode(rows)?)
}

/// Writes CISA's catalogue by CVE.
///
/// # Errors
/// [`WriteError`] if a key is no CVE id or a row is too large.
pub fn kev(about: &About, rows: &BTreeMap<String, Kev>) -> Result<Vec<u8>, WriteError> {
    shard::write(Table::Kev, about, &tables::kev::encode(rows)?)
}

/// Writes FIRST's estimates by CVE.
///
/// # Errors
/// [`WriteError`] if a key is no CVE id or a row is too large.
pub fn epss(about: &About, rows: &BTreeMap<String, Epss>) -> Result<Vec<u8>, WriteError> {
    shard::write(Table::Epss, about, &tables::shelves::encode(rows)?)
}

/// Writes ends of life by product and cycle.
///
/// # Errors
/// [`WriteError`] if a row is too large.
pub fn eol(
    about: &About,
    rows: &BTreeMap<String, BTreeMap<String, Eol>>,
) -> Result<Vec<u8>, WriteError> {
    let rows = each(rows, |cycles| {
        Ok((cycles.len(), tables::eol::encode(cycles)?))
    })?;
    shard::write(Table::Eol, about, &rows)
}

/// Writes rows of plain cells by key.
///
/// # Errors
/// [`WriteError`] if a row is too large.
pub fn texts(
    about: &About,
    rows: &BTreeMap<String, Vec<Vec<String>>>,
) -> Result<Vec<u8>, WriteError> {
    let rows = each(rows, |texts| Ok((texts.len(), postcard::to_stdvec(texts)?)))?;
    shard::write(Table::Texts, about, &rows)
}

/// Puts shards into one database, sorted by name.
///
/// # Errors
/// [`WriteError::Order`] if two shards have one name, or bytes are no shard.
pub fn database(shards: &[Vec<u8>]) -> Result<Vec<u8>, WriteError> {
    let mut bytes = Vec::new();
    database::write(shards, &mut bytes)??;
    Ok(bytes)
}

/// Writes a database of these shards, of which none is copied.
///
/// # Errors
/// As [`database`]; or `out` cannot be written to.
pub fn database_to(shards: &[Cow<'_, [u8]>], out: &mut dyn Write) -> io::Result<()> {
    database::write(shards, out)?.map_err(io::Error::other)
}

/// Puts shards into a database beside those of another one; of the same name, the new ones stand, and
/// those that they replace fall.
///
/// # Errors
/// As [`database`]; or a shard of the other one cannot be read.
pub fn renewed(
    old: &Database,
    new: &[Vec<u8>],
    replaced: &BTreeSet<String>,
) -> Result<Vec<u8>, WriteError> {
    let broken = |error: DatabaseError| WriteError::Order(error.to_string());
    let fresh = Database::from_bytes(database(new)?).map_err(broken)?;
    let kept = old.shard_bytes().map_err(broken)?;
    let kept = kept
        .into_iter()
        .filter(|(name, _)| !fresh.has_shard(name) && !replaced.contains(*name));
    let mut shards: Vec<Vec<u8>> = kept.map(|(_, bytes)| bytes.into_owned()).collect();
    shards.extend_from_slice(new);
    database(&shards)
}

/// A publisher or a shard of which more than a fifth has vanished from one database to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shrunken {
    /// Its name.
    pub name: String,
    /// How many entries there were.
    pub before: usize,
    /// How many there are.
    pub after: usize,
}

/// Returns the publishers that have shrunk by more than a fifth from some shards to others, sorted: a
/// feed was cut short, or its form has changed.
pub fn shrunken(old: &[ShardStatus], new: &[ShardStatus]) -> Vec<Shrunken> {
    losses(old, new, |shard| shard.publisher.clone())
}

/// Returns the shards that have shrunk so, sorted; one that is gone has. An excerpt and the shard that
/// has all of it count as one.
pub fn shrunken_shards(old: &[ShardStatus], new: &[ShardStatus]) -> Vec<Shrunken> {
    losses(old, new, |shard| whole_of(&shard.name))
}

/// Returns the shard that holds in full what this one is an excerpt of; else its own name.
pub fn whole_of(shard: &str) -> String {
    feeds::whole_of(shard).unwrap_or_else(|| shard.to_owned())
}

fn losses(
    old: &[ShardStatus],
    new: &[ShardStatus],
    name: fn(&ShardStatus) -> String,
) -> Vec<Shrunken> {
    let entries = |shards: &[ShardStatus]| {
        let mut counts = BTreeMap::new();
        for shard in shards {
            let count = counts.entry(name(shard)).or_insert(0_usize);
            *count = count.saturating_add(shard.count);
        }
        counts
    };
    let after = entries(new);
    let pairs = entries(old).into_iter().map(|(name, before)| Shrunken {
        after: after.get(&name).copied().unwrap_or(0),
        name,
        before,
    });
    pairs
        .filter(|it| it.after.saturating_mul(5) < it.before.saturating_mul(4))
        .collect()
}

fn each<T>(
    rows: &BTreeMap<String, T>,
    encode: impl Fn(&T) -> Result<(usize, Vec<u8>), WriteError>,
) -> Result<Vec<NewRow>, WriteError> {
    rows.iter()
        .map(|(key, value)| {
            let (entries, payload) = encode(value)?;
            Ok(NewRow {
                key: key.clone(),
                entries,
                payload,
            })
        })
        .collect()
}
