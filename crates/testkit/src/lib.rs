//! Builders of test images and the way to the shared test data; dev only.

mod bolt;
mod members;
mod saved_image;
mod shared;

pub use bolt::{BoltBucket, BoltItem, bolt};
pub use members::members;
pub use saved_image::{SavedImage, save};
pub use shared::{corpus, shared};
