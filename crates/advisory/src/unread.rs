//! Files of feeds that could not be read: cut short, or something else in their place.
//!
//! One that holds many records leaves all of its feed in doubt: who reads the feed is told. One that holds
//! a single record costs nothing that was known of that record before: its name, or the id that still
//! stands in it, says which it is.

use std::collections::{BTreeMap, BTreeSet};

use model::{Advisory, Affected};

use crate::feeds::Feed;
use crate::harvest::{Harvest, is_name, shortened};
use crate::modules::is_module;
use crate::release::Release;
use crate::write::whole_of;
use crate::{Database, DatabaseError};

/// Bytes at the beginning of a record in which its id stands.
const HEAD_BYTES: usize = 4_096;

/// Files that could not be read.
#[derive(Debug, Default)]
pub(crate) struct Unread {
    /// The first of each feed that holds many records, and why.
    whole: BTreeMap<&'static str, String>,
    /// Ids of records in small letters, by feed.
    records: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Unread {
    pub(crate) fn take(&mut self, feed: &'static Feed, (name, bytes): (&str, &[u8]), why: &str) {
        if feed.is_whole(name) {
            let first = self.whole.entry(feed.name);
            first.or_insert_with(|| shortened(format!("{name}: {why}")));
            return;
        }
        let file = name.rsplit('/').next().unwrap_or_default();
        let file = file.split('.').next().unwrap_or_default();
        let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
        let head = String::from_utf8_lossy(head);
        let ids = [Some(file), id_in(&head)].into_iter().flatten();
        let records = self.records.entry(feed.name).or_default();
        for id in ids.map(str::to_lowercase).filter(|id| is_name(id)) {
            // a distribution's view of a CVE is known by it
            let cve = id
                .split_once("-cve-")
                .map(|(_, number)| format!("cve-{number}"));
            records.extend(cve);
            records.insert(id);
        }
    }

    /// Keeps those advisories on a package that stood in records that could not be read.
    fn keep(&self, release: &mut Release, package: &str, before: Vec<Advisory>) {
        for advisory in before {
            if self.has(&release.feeds, &advisory) {
                let apart = build(&advisory).to_owned();
                // it was taken once, and is no worse now
                let _taken = release.add_apart(package, &apart, advisory);
            }
        }
    }

    /// Whether an advisory is what one of these feeds said in a record that could not be read. One that
    /// counts streams, whose numbers are given anew each time, is not known any more.
    fn has(&self, feeds: &BTreeSet<&'static str>, advisory: &Advisory) -> bool {
        let ids = advisory.vendor_ids.iter().chain([&advisory.id]);
        // a flaw without an id of its own is known by its package and its file
        let mut ids = ids.map(|id| id.rsplit('/').next().unwrap_or(id).to_lowercase());
        let records = || feeds.iter().filter_map(|feed| self.records.get(feed));
        advisory.streams.is_empty() && ids.any(|id| records().any(|it| it.contains(&id)))
    }
}

/// Returns the id that stands in what is left of a record, in JSON or YAML.
fn id_in(head: &str) -> Option<&str> {
    if let Some((_, rest)) = head.split_once("\"id\"") {
        let rest = rest.trim_start().strip_prefix(':')?;
        return rest.trim_start().strip_prefix('"')?.split('"').next();
    }
    let id = head.lines().find_map(|line| line.strip_prefix("id:"))?;
    Some(id.trim().trim_matches(['"', '\'']))
}

impl Harvest {
    /// Returns the first file of a feed that holds many records and could not be read, and why; none if
    /// all could.
    pub fn unread(&self, feed: &Feed) -> Option<&str> {
        self.unread.whole.get(feed.name).map(String::as_str)
    }

    /// Keeps what an older database says of records whose files could not be read.
    ///
    /// # Errors
    /// [`DatabaseError::Broken`]: a block or a row of it is.
    pub fn keep_unread(&mut self, before: &Database) -> Result<(), DatabaseError> {
        if self.unread.records.is_empty() {
            return Ok(());
        }
        for shard in before.shards() {
            let Some(release) = self.releases.get_mut(&whole_of(&shard.name)) else {
                continue;
            };
            for (package, advisories) in before.packages(&shard.name)? {
                self.unread.keep(release, &package, advisories);
            }
        }
        Ok(())
    }
}

/// Returns what tells builds of a module from others.
fn build(advisory: &Advisory) -> &str {
    match &advisory.affected {
        Affected::Below(fixed) if is_module(fixed) => fixed,
        Affected::Below(_)
        | Affected::Every
        | Affected::Never
        | Affected::Ranges(_)
        | Affected::Requirements { .. }
        | Affected::Versions(_) => "",
    }
}
