//! The services that Seaworthy answers questions with over HTTP.
//!
//! Async lives here and nowhere else below: what takes time on the processor is handed to threads,
//! and waited for with a deadline.

mod access;
mod address;
mod admission;
mod admission_review;
mod admitted;
mod body;
mod cluster;
mod counted;
mod gate;
mod health;
mod image_review;
mod json;
mod kept;
mod kubesec;
mod listen;
mod log;
mod objects;
mod pin;
mod process;
mod scans;
mod tls;
mod watched;

pub use address::{Address, BadAddress};
pub use admission::DataAges;
pub use admission_review::AdmissionReview;
pub use cluster::{Cluster, serve_cluster};
pub use gate::Clock;
pub use image_review::ImageReview;
pub use kept::MadeBy;
pub use kubesec::kubesec;
pub use listen::serve;
pub use scans::{Keeping, Lead, Look, Looker};
pub use store::{Store, StoreError};
pub use tls::TlsFiles;
pub use watched::PolicySource;

#[cfg(test)]
mod recorded;
#[cfg(test)]
mod tests;
