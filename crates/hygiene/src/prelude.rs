//! What every check uses.

pub(crate) use model::{Rule, Severity};

pub(crate) use crate::checks::Check;
pub(crate) use crate::hits::{Hit, Hits, names, short, size};
pub(crate) use crate::judge::Asking;
