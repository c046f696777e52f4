//! Builders of test images and the way to the shared test data; dev only.

mod members;
mod saved_image;
mod shared;

pub use members::members;
pub use saved_image::{SavedImage, save};
pub use shared::{corpus, shared};
