//! How to go out: what holds for all services, and what for one.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::{Deadline, Proxies, Secret, Url};

/// How to go out.
#[derive(Debug)]
pub struct Settings {
    /// The proxies.
    pub proxies: Proxies,
    /// The file of certificates that stands for the system's.
    pub system_certificates: Option<PathBuf>,
    /// Certificates that are believed beside the system's.
    pub certificates: Vec<PathBuf>,
    /// Hosts, with the port where one was given, that need not prove who they are.
    pub insecure: BTreeSet<String>,
    /// When to give up.
    pub deadline: Deadline,
}

impl Settings {
    /// Whether the user said that this host need not prove who it is.
    pub fn is_insecure(&self, url: &Url) -> bool {
        let with_port = format!("{}:{}", url.host(), url.port());
        self.insecure.contains(&url.authority()) || self.insecure.contains(&with_port)
    }
}

/// How one service proves who it is, and how we do.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// Certificates that are believed for it alone.
    pub certificates: Vec<PathBuf>,
    /// Our certificate and its key.
    pub own: Option<(PathBuf, PathBuf)>,
    /// Whether it has to prove anything.
    pub verification: Verification,
    /// Headers for it alone.
    pub headers: Vec<(String, Secret)>,
}

/// Whether a service has to prove who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Verification {
    /// By a certificate.
    #[default]
    Full,
    /// Not at all.
    None,
}
