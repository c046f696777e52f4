//! How an image is built: rules about it, and what other tools say.
//!
//! Pure functions over one [`Input`]: [`Noting`] looks at files while layers flow by, [`Laying`] at layers
//! while they are laid, [`judge()`] asks every row of [`checks`] then.
//!
//! ```text
//! Noting, Laying ─► Input ─► ImageFacts (user, start, services, survey) ─► checks ─► flaws, score card
//! ```

pub mod accounts;
mod age;
mod app;
pub mod base;
mod call;
mod card;
pub mod checks;
pub mod dive;
mod diversions;
pub mod dockle;
mod duplicates;
mod elf;
#[cfg(test)]
mod example;
mod facts;
mod folder;
mod health;
mod hits;
mod idle;
mod ini;
mod input;
mod judge;
mod laying;
mod likely;
mod logins;
mod notes;
mod obstacle;
mod places;
mod prelude;
mod running;
mod runtimes;
mod search;
pub mod secrets;
mod services;
pub mod shell;
mod slim;
mod start;
mod starts;
mod step;
mod stores;
mod sudo;
mod sum;
mod supervisord;
pub mod supervisors;
mod survey;
mod system;
mod tables;
mod tools;
mod topic;
mod trust;
mod user;
mod variables;
mod volumes;
mod words;
mod wrappers;

pub use elf::Elf;
pub use facts::compared;
pub use input::Input;
pub use judge::{Settings, judge, needed};
pub use laying::Laying;
pub use notes::{Kind, Notes, Noting, REVISION};
pub use runtimes::Ends;
pub use sum::{Summed, is_summed};
