//! The services that Seaworthy answers questions with over HTTP.
//!
//! Async lives here and nowhere else below: what takes time on the processor is handed to threads,
//! and waited for with a deadline.

mod address;
mod kubesec;
mod listen;
mod process;

pub use address::{Address, BadAddress};
pub use kubesec::kubesec;
pub use listen::serve;

#[cfg(test)]
mod tests;
