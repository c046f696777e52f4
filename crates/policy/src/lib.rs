//! What the user wants to see of a report, and what fails the gate.
//!
//! Pure: a report goes in, a smaller report or reasons come out. The clock is not asked either:
//! whether a date is past stands in the report.

mod facts;
mod filter;
mod gate;
pub mod ignore;
pub mod image_policy;
mod term;
#[cfg(test)]
mod tests;

pub use facts::Facts;
pub use filter::{Filter, Filtered, Unfixed, filter};
pub use gate::{BadExpression, Expression, Reason, fails};
