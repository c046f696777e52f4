//! One HTTP agent for all that goes out: proxies, certificates, retries, redirects, limits, and the
//! end of the time.
//!
//! Blocking, HTTP/1.1. Where a request may go is decided by the address that a name resolves to, in
//! the moment before it is connected to ([`Reach`]): a name that is looked at and then connected to
//! could have moved in between.

mod address;
mod agent;
mod answer;
mod deadline;
mod download;
mod error;
mod failures;
mod file;
mod given;
mod lookups;
mod pace;
mod proxies;
mod redirect;
mod request;
mod retry;
mod roots;
mod secret;
mod settings;
mod tls;
mod url;

pub use address::{Nearness, Reach};
pub use agent::Agent;
pub use answer::{Answer, Body};
pub use deadline::Deadline;
pub use download::{Download, DownloadError, Fetched, Note, Part};
pub use error::{BadRedirect, NetError};
pub use file::read_regular;
pub use given::Believer;
pub use pace::Pace;
pub use proxies::Proxies;
pub use request::{Method, Patience, Plain, Request};
pub use retry::is_worth_a_retry;
pub use secret::Secret;
pub use settings::{Settings, Trust, Verification};
pub use url::{BadUrl, Scheme, Url};
