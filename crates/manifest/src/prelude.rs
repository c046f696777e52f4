//! What every check uses.

pub(crate) use model::{Rule, Severity};
pub(crate) use yaml::Node;

pub(crate) use crate::Object;
pub(crate) use crate::bundle::{has_all, namespace, selects};
pub(crate) use crate::checks::{Ask, Check};
pub(crate) use crate::hits::{Hit, Hits, quoted, short};
pub(crate) use crate::pointer::Pointer;
pub(crate) use crate::workload::{Container, Pod, Role, below};
