//! Token formats, and the engine that finds them in text, programs and settings.
//!
//! ```text
//! bytes ─► skim ─► window ─► expression ─► accept ─► show
//!          words   a rule    its group     entropy,  sample, lines,
//!          of all  and the   `s` is the    check,    fingerprint:
//!          rules   bytes     secret        known     no value leaves
//!                  around it               values
//! ```
//! A rule's words are looked for first, those of tokens in long runs of their characters only; its
//! expression is compiled when the first word is met, and runs only in a window around it. What leaves this crate is redacted: see
//! [`model::Secret`]. [`Redactor`] takes out of other texts what the rules find, and what only looks like a secret. Source of truth: `hygiene.md` §2 of the references, and the vectors beside it.
//!
//! Owner of the limits: [`model::Limits`]. Time is linear in the bytes looked at; what is beyond a
//! limit is told in [`Looked`].

mod accept;
mod block;
mod engine;
mod evidence;
mod expression;
mod format;
mod formats;
mod history;
mod kinds;
mod kubernetes;
mod lines;
mod public;
mod redact;
mod rule;
mod rules;
mod runs;
mod scanner;
mod show;
mod skim;
mod sweep;
mod utf16;
mod words;

pub use engine::Engine;
pub use history::{MOST_ASSIGNMENTS, assignments, exports};
pub use redact::{Redactor, named, passwords};
pub use rules::Rules;
pub use scanner::{Looked, Scanner};

#[cfg(test)]
mod tests;
