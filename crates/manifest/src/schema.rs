//! The fields of Kubernetes objects: which kinds there are, and what may stand where.
//!
//! The built-in table is made of the facts of the Kubernetes API definitions (Apache-2.0); other
//! tables are read from JSON schemas as `kubernetes-json-schema` publishes them.

mod check;
mod line;
mod pack;
mod read;
mod table;
mod types;

pub use check::check;
pub(crate) use check::faults;
pub use pack::pack;
pub use read::{BadSchema, Read, read};
pub use table::{BUILT_IN_VERSION, Schema, Table, built_in};
pub(crate) use table::{has_kind, kind_of};

/// Returns the file that has the schema of a kind: `deployment-apps-v1.json`.
///
/// Of a group only the first part counts, as in the published collections.
pub fn file_name(api_version: &str, kind: &str) -> String {
    format!("{}{}.json", kind.to_lowercase(), kind_suffix(api_version))
}

/// Returns what follows the kind in the name of its file: `-apps-v1`.
pub fn kind_suffix(api_version: &str) -> String {
    let (group, version) = api_version
        .split_once('/')
        .map_or(("", api_version), |(group, version)| (group, version));
    let group = group.split('.').next().unwrap_or_default();
    let dash = if group.is_empty() { "" } else { "-" };
    format!("{dash}{group}-{version}").to_lowercase()
}

#[cfg(test)]
mod tests;
