//! Trivy's face: its report as a value, what it filters and how it writes.
//!
//! Whatever is asked in Trivy's name works on a [`Report`], be it of a scan of ours or read from a
//! file. Source of truth: trivy.md and trivy-outputs.md. *Not here*: scanning; what was found is
//! read from the JSON that the `report` crate writes.

mod bom;
mod by_package;
mod filter;
mod formats;
mod glob;
mod ignore;
mod late;
mod licenses;
pub mod report;
mod vex;

pub use filter::{Filter, SEVERITIES, STATUSES, filter};
pub use formats::{Context, Format, FormatError, TableMode, formats, write};
pub use glob::{BadGlob, expression};
pub use ignore::Ignored;
pub use late::{IsLate, Late};
pub use report::Report;
pub use vex::{Statements, Unread, Vex, apply};
