//! What every rule needs.

pub(crate) use model::{Rule, Severity};
pub(crate) use yaml::Node;

pub(crate) use crate::Join;
pub(crate) use crate::checks::{Check, Hit};
