//! How an image is built: what other tools say about it, and what is right where they are not.

pub mod dive;
pub mod dockle;
