//! From the name of an image to its documents and layers, with the credentials that fit.
//!
//! Blocking, for plain threads. What a registry sends is bounded here and proved where it is read:
//! manifests by their digests in [`Pull`], layers by whoever decodes them. Credentials go to the
//! registry that they are for, and to nobody whom it names (`realm.rs`, `net::Reach`).

mod blob;
mod challenge;
mod credential;
mod endpoint;
mod engine;
mod error;
mod error_body;
mod hosts;
mod keychain;
mod login;
mod mirrors;
mod names;
mod pull;
mod realm;
mod session;
mod token;
mod unquoted;

pub use blob::Blob;
pub use challenge::realm_of;
pub use credential::Credential;
pub use engine::{engine_has, engine_save};
pub use error::RegistryError;
pub use keychain::{DockerConfig, Keychain, Places, check_pull_secret};
pub use login::{Login, forget, keep, verify};
pub use mirrors::{Mirrors, check_mirrors};
pub use pull::{Access, Manifest, Pull};
pub use token::life_of;
