//! Advisory shards and the tables in them.
//!
//! A [`Database`] is one file of shards. A shard holds what one publisher says about one release
//! or one kind of fact (`debian-12`, `kev`), sorted by key and compressed in blocks. A look-up
//! decompresses only the block that it touches, and believes no byte before its digest fits.

#![deny(clippy::arithmetic_side_effects)]

pub mod bolt;
pub mod changes;
mod cve;
mod cvss;
mod database;
mod day;
mod each;
mod envelope;
mod error;
pub mod feeds;
mod harvest;
mod json;
mod mentions;
pub mod modules;
mod moment;
mod once;
mod osv;
mod oval;
mod purl;
mod release;
pub mod repomd;
mod required;
mod room;
mod secfixes;
mod shard;
pub mod signature;
mod stored;
mod tables;
pub mod trivy;
mod unread;
mod withdrawn;
pub mod write;

pub use database::{Database, Flaws, Verified};
pub use error::{Damage, DatabaseError};
pub use mentions::{Mention, mentions};
pub use shard::ShardStatus;
pub use tables::support::{Support, Supports};
