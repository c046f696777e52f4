//! What a stranger's file may make us spend.

/// Limits of one file; beyond each there is a [`crate::Problem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Documents of the file.
    pub documents: usize,
    /// Collections in collections, aliases followed. Kubernetes takes 10,000; no manifest needs them.
    pub depth: usize,
    /// Values, keys and comments of all documents, as written.
    pub nodes: usize,
    /// Values and keys that all aliases and merges of the file stand for; each 64 bytes of a text
    /// count as one more.
    pub alias_nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 32 << 20,
            documents: 100_000,
            depth: 255,
            nodes: 2_000_000,
            alias_nodes: 400_000,
        }
    }
}
