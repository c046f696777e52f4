//! What is kept of a file that flows by.

/// How much of a file's content is kept.
#[derive(Debug, Clone, Copy)]
pub enum Keep {
    /// All of it.
    Whole,
    /// What this takes of it.
    Part(fn(&[u8]) -> Vec<u8>),
}
