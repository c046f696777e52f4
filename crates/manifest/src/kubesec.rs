//! kubesec's verdict on manifests: its rules, scores, messages and outputs, with its faults.
//!
//! Source of truth: kubesec a59caad (2026-06-09), run; the data is `conformance/kubesec`. The texts of
//! reasons are our own. What it loses without a word is in [`Scan::lost`].

mod go;
mod judge;
mod location;
mod predicates;
mod print;
mod problem;
mod report;
mod rules;
mod scan;
mod subject;
mod table;
mod template;
mod validate;

pub use judge::{Documents, Settings};
pub use print::print;
pub use report::{Report, Scoring, to_json};
pub use rules::{RULES, Rule, selected, sorted};
pub use scan::{BadInput, Scan, scan, scan_documents};
pub use table::table;
pub use template::fill;
pub use validate::{Find, Schemas, Source, normalized};

#[cfg(test)]
mod tests;
