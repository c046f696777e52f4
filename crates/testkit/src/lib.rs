//! Builders of test images and the way to the shared test data; dev only.

mod bolt;
mod members;
mod registry;
mod saved_image;
mod shared;

pub use bolt::{BoltBucket, BoltItem, bolt};
pub use members::{members, unpacked};
pub use registry::{Answer, Asked, Registry, Reply, answer};
pub use saved_image::{Pushed, SavedImage, push, save};
pub use shared::{corpus, shared};
