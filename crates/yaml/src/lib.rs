//! YAML and JSON as a tree with positions, read as Kubernetes reads them.
//!
//! Source of truth: what `kubectl` does, that is apimachinery's line reader and `sigs.k8s.io/yaml`
//! over `go.yaml.in/yaml/v2`: YAML 1.1 words (`yes`, `on`), `<<` merges, the last of duplicate keys
//! wins. Every document is one that `sigs.k8s.io/yaml` takes, or there is a [`Problem`] at a
//! position; no document is dropped without one.
//!
//! # Examples
//! ```
//! let file = yaml::read(b"kind: Pod\nspec: {hostPID: yes}\n", &yaml::Limits::default());
//! let pod = &file.documents[0].root;
//! let host_pid = pod.at("/spec/hostPID").unwrap();
//! assert_eq!(host_pid.as_bool(), Some(true));
//! assert_eq!(host_pid.position().to_string(), "2:17");
//! ```

mod bytes;
mod chunk;
mod events;
mod json;
mod limits;
mod merge;
mod node;
mod number;
mod objects;
mod pointer;
mod position;
mod problem;
mod repeated;
mod scalar;
mod stream;
mod to_json;
mod tree;
mod want;

pub use limits::Limits;
pub use node::{Entry, Kind, Node};
pub use objects::Strict;
pub use position::Position;
pub use problem::Problem;
pub use stream::{Comment, Document, Documents, Duplicate, read, read_one};

/// Returns a file as UTF-8 without a byte order mark, as positions count it; what cannot be UTF-16
/// though it says so is returned as it is.
pub fn utf8(bytes: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    bytes::to_utf8(bytes).unwrap_or(bytes.into())
}

/// Whether there is nothing but blank lines, comments and the mark at which a document begins.
pub fn is_empty(bytes: &[u8]) -> bool {
    let mut lines = bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    lines.all(|line| line.is_empty() || line.starts_with(b"#") || line == b"---")
}

#[cfg(test)]
mod tests;
