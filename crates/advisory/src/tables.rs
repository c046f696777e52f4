//! The tables that shards hold: one file each, with both directions.

pub(crate) mod advisories;
pub(crate) mod details;
pub(crate) mod eol;
pub(crate) mod kev;
pub(crate) mod ratings;
pub(crate) mod shelves;
pub(crate) mod support;
