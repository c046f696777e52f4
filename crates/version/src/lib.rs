//! Version orders: which of two versions is the newer one, for each ecosystem as its own tool says.
//!
//! A text that the tool would refuse is a [`BadVersion`], never a verdict. Cost is linear in the
//! length of the texts, numbers of any length are compared exactly, and the orders of distribution
//! packages (apk, dpkg, rpm) allocate nothing.

mod bad;
mod digits;
mod ranges;
mod requirement;
mod schemes;

pub use bad::BadVersion;
pub use ranges::{RangeLanguage, matches};
pub use requirement::satisfies;
pub use schemes::{Scheme, compare};
