//! Builders of test images and the way to the shared test data; dev only.

mod members;
mod shared;

pub use members::members;
pub use shared::{corpus, shared};
