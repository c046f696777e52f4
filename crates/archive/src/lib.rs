//! Bounded readers of tar, gzip and zstd.
//!
//! Everything here reads from a [`std::io::Read`] that is handed in; nothing is written, and nothing
//! is ever unpacked to disk.

#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

mod bounded;
mod codec;
mod hashing;
mod tar;

pub use bounded::{Bounded, TooLong, read_at_most, skip_to_end};
pub use codec::{Codec, SNIFF_BYTES, decode};
pub use hashing::Hashing;
pub use tar::{Data, Member, MemberKind, Tar, TarError};
