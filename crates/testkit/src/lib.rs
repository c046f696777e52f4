//! Builders of test images and the way to the shared test data; dev only.

mod shared;

pub use shared::{corpus, shared};
