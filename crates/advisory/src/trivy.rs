//! Trivy's database, read bucket by bucket straight into shards.
//!
//! Source of truth: `trivy.md` §5. The file is sorted by bucket, package and flaw, and so are shards:
//! each is written while its bucket is read, and what is kept in memory is what was compressed.
//!
//! ```text
//! <bucket> / package / flaw -> advisory   vulnerability / flaw -> ratings, title, references …
//! data-source / <bucket> -> publisher     Red Hat CPE / repository, nvr / name -> [stream]
//! ```
//! A value that makes no sense costs itself, and is told as a problem.

mod buckets;
mod flaws;
mod values;

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use jiff::civil::Date;
use model::Advisory;
use serde::Deserialize;

use crate::bolt::{Bolt, BoltError};
use crate::database::{LEADS, PROSE, SOURCES};
use crate::shard::{Table, Writer};
use crate::tables::ratings::Ratings;
use crate::tables::{advisories, details};
use crate::write::{About, WriteError};
use buckets::Bucket;

/// The shard of Red Hat's streams: `repository NAME` or `nvr NAME` to their numbers.
pub(crate) const STREAMS: &str = "redhat-streams";
/// Bytes of a name, an id or a version; longer ones are garbage.
const MOST_BYTES: usize = 1_024;
/// Advisories of one package; the kernels of Red Hat have some 50,000.
const MOST_ADVISORIES: usize = 300_000;
/// Problems that are listed; more are counted.
const LISTED: usize = 100;
/// How hard zstd tries for advisories, and for texts: these are ten times as long, and what a higher
/// level saves of them is little.
const LEVELS: (i32, i32) = (12, 9);
/// For ratings: they are numbers, of which trying hard makes many short matches, which save little and take
/// several times as long to read. A scan reads nearly all blocks of them, so they stay as they are but for long
/// matches.
const RATINGS_LEVEL: i32 = -4;

/// What was read of a database of Trivy's.
#[derive(Debug)]
pub struct Imported {
    /// The shards, sorted by name.
    pub shards: Vec<Vec<u8>>,
    /// What was left out, the first hundred.
    pub problems: Vec<String>,
    /// How often anything was left out.
    pub problem_count: usize,
}

/// Why a database of Trivy's cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file is damaged.
    #[error(transparent)]
    Bolt(#[from] BoltError),
    /// What it holds cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// It is sound and holds nothing of Trivy's.
    #[error("bolt database: no bucket of advisories is in it")]
    Empty,
}

/// Reads a database; `updated` is the day on which it was built.
///
/// # Errors
/// [`ImportError`] that names the page that is wrong.
pub fn import<R: Read + Seek>(
    database: &mut Bolt<R>,
    updated: Option<Date>,
) -> Result<Imported, ImportError> {
    let mut import = Import::new();
    database.walk(&mut |path, key, value| import.value(path, key, value))?;
    import.finish(updated)
}

/// Whether a shard of another database stays beside those of Trivy's, which holds nothing of its kind.
/// Advisories do not: what Trivy does not know of a release would look like its word.
pub fn stays(shard: &str) -> bool {
    ["eol", "epss", "kev"].contains(&shard) || shard.ends_with("-support")
}

/// A shard whose bucket was read.
struct Finished {
    name: String,
    /// The bucket's name, by which sources are known.
    bucket: String,
    publisher: String,
    knows_unfixed: bool,
    writer: Writer,
}

/// What stands at one place of the file.
struct Import {
    /// The name of the bucket that is read, and what it is.
    bucket: (Vec<u8>, Bucket),
    /// Its rows so far.
    writer: Writer,
    /// The package that is read, and what is said of it so far.
    package: Vec<u8>,
    advisories: Vec<Advisory>,
    finished: Vec<Finished>,
    ratings: Ratings,
    prose: Writer,
    leads: Writer,
    sources: BTreeMap<String, Source>,
    streams: BTreeMap<String, Vec<Vec<String>>>,
    problems: Vec<String>,
    problem_count: usize,
}

/// Where the advisories of a bucket come from.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Source {
    #[serde(rename = "ID", deserialize_with = "values::or_empty")]
    id: String,
    #[serde(rename = "Name", deserialize_with = "values::or_empty")]
    name: String,
    #[serde(rename = "URL", deserialize_with = "values::or_empty")]
    url: String,
    #[serde(rename = "BaseID", deserialize_with = "values::or_empty")]
    base_id: String,
}

impl Import {
    fn new() -> Self {
        Self {
            bucket: (Vec::new(), Bucket::Unknown),
            writer: Writer::new(Table::Advisories, LEVELS.0),
            package: Vec::new(),
            advisories: Vec::new(),
            finished: Vec::new(),
            ratings: Ratings::default(),
            prose: Writer::new(Table::Prose, LEVELS.1),
            leads: Writer::new(Table::Leads, LEVELS.1),
            sources: BTreeMap::new(),
            streams: BTreeMap::new(),
            problems: Vec::new(),
            problem_count: 0,
        }
    }

    /// Takes one value; what is wrong with it is a problem.
    fn value(&mut self, path: &[Vec<u8>], key: &[u8], value: &[u8]) {
        let name = path.first().map(Vec::as_slice).unwrap_or_default();
        if self.bucket.0 != name {
            self.leave_bucket();
            let bucket = text(name).map_or(Bucket::Unknown, buckets::named);
            self.bucket = (name.to_owned(), bucket);
            if self.bucket.1 == Bucket::Unknown {
                self.problem(&[name], "it is none of the buckets that are known");
            }
        }
        let inner = path.get(1).map(Vec::as_slice);
        let taken = match (&self.bucket.1, inner, path.len()) {
            (Bucket::Unknown, ..) => Ok(()),
            (Bucket::Advisories { .. }, Some(package), 2) => self.advisory(package, key, value),
            (Bucket::Sources, None, 1) => self.source(key, value),
            (Bucket::Flaws, None, 1) => self.flaw(key, value),
            (Bucket::Streams, Some(kind), 2) => self.stream(kind, key, value),
            _ => Err("no value is known to stand there".to_owned()),
        };
        if let Err(why) = taken {
            let path = path.iter().map(Vec::as_slice);
            let place: Vec<&[u8]> = path.chain([key]).collect();
            self.problem(&place, &why);
        }
    }

    fn problem(&mut self, place: &[&[u8]], why: &str) {
        self.problem_count = self.problem_count.saturating_add(1);
        if self.problems.len() < LISTED {
            let part = |part: &&[u8]| String::from_utf8_lossy(part).chars().take(60).collect();
            let place: Vec<String> = place.iter().map(part).collect();
            self.problems.push(format!("{}: {why}", place.join(" / ")));
        }
    }

    fn advisory(&mut self, package: &[u8], id: &[u8], value: &[u8]) -> Result<(), String> {
        if self.package != package {
            self.leave_package();
            package.clone_into(&mut self.package);
        }
        // what the test data of Trivy has, and what an editor may leave
        let id = text(id)?.trim();
        // of a language, an advisory without lists is of no version (`trivy.md` §6.1)
        let is_language = self.bucket.0.windows(2).any(|two| two == b"::");
        for advisory in values::read(id, value)? {
            check(&advisory)?;
            if is_language && advisory.affected == model::Affected::Every {
                continue;
            }
            if self.advisories.len() == MOST_ADVISORIES {
                return Err(format!(
                    "the package has more than {MOST_ADVISORIES} advisories"
                ));
            }
            self.advisories.push(advisory);
        }
        Ok(())
    }

    /// Writes what was said of a package.
    fn leave_package(&mut self) {
        let advisories = std::mem::take(&mut self.advisories);
        let package = std::mem::take(&mut self.package);
        if advisories.is_empty() {
            return;
        }
        if let Err(why) = self.row(&package, &advisories) {
            let bucket = self.bucket.0.clone();
            self.problem(&[&bucket, &package], &why);
        }
    }

    fn row(&mut self, package: &[u8], advisories: &[Advisory]) -> Result<(), String> {
        let key = text(package)?;
        let failed = |error: WriteError| error.to_string();
        let rows = advisories::rows(key, advisories).map_err(failed)?;
        rows.iter()
            .try_for_each(|row| self.writer.push(row))
            .map_err(failed)
    }

    fn leave_bucket(&mut self) {
        self.leave_package();
        let empty = Writer::new(Table::Advisories, LEVELS.0);
        let writer = std::mem::replace(&mut self.writer, empty);
        let (bucket, kind) = std::mem::replace(&mut self.bucket, (Vec::new(), Bucket::Unknown));
        let Bucket::Advisories {
            shard,
            publisher,
            knows_unfixed,
        } = kind
        else {
            return;
        };
        self.finished.push(Finished {
            name: shard,
            bucket: String::from_utf8_lossy(&bucket).into_owned(),
            publisher,
            knows_unfixed,
            writer,
        });
    }

    fn source(&mut self, bucket: &[u8], value: &[u8]) -> Result<(), String> {
        let source: Option<Source> =
            crate::json::read(value).map_err(|error| format!("it is no JSON: {error}"))?;
        let source = source.unwrap_or_default();
        for cell in [&source.id, &source.name, &source.url, &source.base_id] {
            text(cell.as_bytes()).or_else(|why| if cell.is_empty() { Ok("") } else { Err(why) })?;
        }
        self.sources.insert(text(bucket)?.to_owned(), source);
        Ok(())
    }

    fn flaw(&mut self, id: &[u8], value: &[u8]) -> Result<(), String> {
        let id = text(id)?;
        let flaws::Flaw {
            ratings,
            details,
            problems,
        } = flaws::read(value)?;
        for why in problems {
            self.problem(&[b"vulnerability", id.as_bytes()], &why);
        }
        let write = |error: WriteError| error.to_string();
        if !ratings.is_empty() {
            self.ratings.add(id, &ratings).map_err(write)?;
        }
        let prose = details::prose(id, &details).map_err(write)?;
        self.prose.push(&prose).map_err(write)?;
        let leads = details::leads(id, &details).map_err(write)?;
        self.leads.push(&leads).map_err(write)
    }

    /// Takes the numbers of the streams that a repository or a build is of. The name that belongs to
    /// a number is not JSON, and nobody asks for it.
    fn stream(&mut self, kind: &[u8], name: &[u8], value: &[u8]) -> Result<(), String> {
        if kind == b"cpe" {
            return Ok(());
        }
        let numbers: Option<Vec<u32>> =
            crate::json::read(value).map_err(|error| format!("it is no JSON: {error}"))?;
        let cells = numbers.unwrap_or_default();
        let cells = cells.iter().map(ToString::to_string).collect();
        let key = format!("{} {}", text(kind)?, text(name)?);
        self.streams.insert(key, vec![cells]);
        Ok(())
    }

    fn finish(mut self, updated: Option<Date>) -> Result<Imported, ImportError> {
        self.leave_bucket();
        let about = |name: &str, publisher: &str, knows_unfixed| About {
            name: name.to_owned(),
            publisher: publisher.to_owned(),
            newest: updated,
            licence: "of the publisher; imported by the user".to_owned(),
            knows_unfixed,
        };
        if self.finished.is_empty() {
            return Err(ImportError::Empty);
        }
        let mut shards = Vec::new();
        let mut sources = BTreeMap::new();
        for shard in self.finished {
            let mut publisher = shard.publisher;
            if let Some(source) = self.sources.remove(&shard.bucket) {
                publisher.clone_from(&source.name);
                let cells = vec![source.id, source.name, source.url, source.base_id];
                sources.insert(shard.name.clone(), vec![cells]);
            }
            let about = about(&shard.name, &publisher, shard.knows_unfixed);
            shards.push(shard.writer.finish(&about)?);
        }
        let texts = [(SOURCES, sources), (STREAMS, self.streams)];
        for (name, rows) in texts.iter().filter(|(_, rows)| !rows.is_empty()) {
            shards.push(crate::write::texts(&about(name, "Trivy", true), rows)?);
        }
        for (name, writer) in [(PROSE, self.prose), (LEADS, self.leads)] {
            if writer.entries() > 0 {
                shards.push(writer.finish(&about(name, "Trivy", true))?);
            }
        }
        if self.ratings.len() > 0 {
            let mut writer = Writer::new(Table::Ratings, RATINGS_LEVEL);
            for row in self.ratings.rows()? {
                writer.push(&row)?;
            }
            shards.push(writer.finish(&about("severity", "Trivy", true))?);
        }
        Ok(Imported {
            shards,
            problems: self.problems,
            problem_count: self.problem_count,
        })
    }
}

/// Returns a name that may stand in a shard.
fn text(bytes: &[u8]) -> Result<&str, String> {
    let text = std::str::from_utf8(bytes).ok();
    let is_sane = |text: &&str| {
        !text.trim().is_empty() && text.len() <= MOST_BYTES && !text.contains(char::is_control)
    };
    text.filter(is_sane)
        .ok_or_else(|| "a name is empty, too long or garbled".to_owned())
}

fn check(advisory: &Advisory) -> Result<(), String> {
    text(advisory.id.as_bytes())?;
    if let model::Affected::Below(version) = &advisory.affected {
        text(version.as_bytes())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
