//! Feeds: what publishers publish, one file a feed, from their bytes to shards.
//!
//! A record that makes no sense costs itself, and is told as a problem. What shards hold does not
//! depend on the order of files: of two words on one flaw, a rule decides.

mod alpine;
mod amazon;
mod azure;
pub(crate) mod debian;
pub(crate) mod debian_lists;
mod endoflife;
mod epss;
mod kev;
mod nvd;
mod oracle;
mod osv;
mod photon;
mod php;
pub(crate) mod redhat;
mod ruby;
mod rust;
mod suse;
mod ubuntu;
mod ubuntu_vex;
mod wolfi;

pub use crate::harvest::Harvest;

/// A feed.
#[derive(Debug)]
pub struct Feed {
    /// Its name: that of its folder and of its file here.
    pub name: &'static str,
    /// Where its publisher has it, for people.
    pub source: &'static str,
    /// Ends of the names of its files, without those of compression.
    endings: &'static [&'static str],
    /// Ends of the names of those that hold many records, of which one that cannot be read leaves all of
    /// the feed in doubt. All others hold one record each.
    whole: &'static [&'static str],
    read: fn(&str, &[u8], &mut Harvest) -> Result<(), String>,
}

impl Feed {
    /// Reads a file of it.
    ///
    /// # Errors
    /// Why it is none.
    pub(crate) fn read(
        &self,
        name: &str,
        bytes: &[u8],
        harvest: &mut Harvest,
    ) -> Result<(), String> {
        (self.read)(name, bytes, harvest)
    }

    /// Whether a file of this name, without the ending of its compression, belongs to it.
    pub fn takes(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.endings.iter().any(|end| name.ends_with(end))
    }

    /// Whether a file of this name, with that ending or without, holds many records.
    pub fn is_whole(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        let plain = unpacked(&name);
        self.whole.iter().any(|end| plain.ends_with(end))
    }
}

/// Endings of compressed files.
const PACKED: [&str; 4] = [".bz2", ".gz", ".xz", ".zst"];

/// Returns a name, in small letters, without the ending of a compression.
pub fn unpacked(name: &str) -> &str {
    let packed = PACKED.iter().find_map(|end| name.strip_suffix(end));
    packed.unwrap_or(name)
}

/// Every feed, in alphabetical order.
pub static FEEDS: &[&Feed] = &[
    &alpine::FEED,
    &amazon::FEED,
    &azure::FEED,
    &debian::FEED,
    &debian_lists::FEED,
    &endoflife::FEED,
    &epss::FEED,
    &kev::FEED,
    &nvd::FEED,
    &oracle::FEED,
    &osv::FEED,
    &photon::FEED,
    &php::FEED,
    &redhat::FEED,
    &ruby::FEED,
    &rust::FEED,
    &suse::FEED,
    &ubuntu::FEED,
    &ubuntu_vex::FEED,
    &wolfi::FEED,
];

pub use debian::RELEASES as DEBIAN_RELEASES;
pub(crate) use osv::whole_of;

#[cfg(test)]
mod tests;
