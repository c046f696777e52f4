//! Package databases, the operating system and files of note: from files to an inventory.
//!
//! Formats do not know where a file comes from. [`Watch`] looks at the merged tree after each layer
//! and notes which files a format reads there; [`read`] then gets their content and says which
//! packages stand in the top layer, and since which layer each has stood there without a break; in
//! Trivy's manner, which layer had it first.

mod apk_repositories;
mod brought;
mod copyright;
mod draft;
mod formats;
mod licence;
mod look;
mod os_release;
mod programs;
mod read;
mod red_hat_build;
mod ubuntu_pro;
mod unread;
mod watch;

pub use brought::brought;
pub use read::{Inventory, read};
pub use watch::{Skip, Watch, wants};

/// Changes whenever a reader of files gives other results for the same bytes; caches of what was
/// read are keyed by it.
pub const REVISION: u32 = 9;
