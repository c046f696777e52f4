//! Which credentials fit an image, in the order in which they are tried.
//!
//! What the user gives for this pull stands alone. Where pull secrets or kubelet's plugins are given,
//! only they are asked, as the cluster would: what lies in the user's own files would hide that the
//! cluster cannot pull. Else those files are: Docker's and Podman's.

mod auth;
mod docker_config;
pub(crate) mod docker_helper;
mod matching;
mod plugins;
mod program;
mod pull_secret;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use archive::read_at_most;

use crate::{Credential, RegistryError};

pub(crate) use auth::encode;
pub use docker_config::DockerConfig;
pub(crate) use docker_config::address_of;
use matching::Keyring;
use plugins::Plugins;
pub use pull_secret::check as check_pull_secret;

/// Bytes of one file of credentials.
const MAX_BYTES: u64 = 4 << 20;

/// Where credentials may be.
#[derive(Debug, Default)]
pub struct Places {
    /// What the user gave for this pull.
    pub given: Option<Credential>,
    /// Files with Secrets of Kubernetes, in the order of the pod.
    pub pull_secrets: Vec<PathBuf>,
    /// Files of Docker's form, the first to be asked first; those that do not exist are passed over.
    pub docker_files: Vec<PathBuf>,
    /// Kubelet's configuration of credential providers, and the folder of the programs.
    pub plugins: Option<(PathBuf, PathBuf)>,
}

/// What credentials there are.
#[derive(Debug, Default)]
pub struct Keychain {
    given: Option<Credential>,
    secrets: Option<Keyring>,
    plugins: Option<Plugins>,
    files: Vec<DockerConfig>,
}

/// What a credential is wanted for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// The registry as people name it: `docker.io`, `localhost:5000`.
    pub(crate) domain: &'a str,
    /// The repository there: `library/nginx`.
    pub(crate) repository: &'a str,
}

impl Keychain {
    /// Reads the files.
    ///
    /// # Errors
    /// One cannot be read, or makes no sense: whoever passed it over would say that the image needs
    /// none.
    pub fn read(places: Places) -> Result<Self, RegistryError> {
        let mut secrets = None;
        for path in &places.pull_secrets {
            let keyring: &mut Keyring = secrets.get_or_insert_default();
            pull_secret::read(path, &bytes_of(path)?, keyring)?;
        }
        let plugins = places
            .plugins
            .map(|(config, folder)| Plugins::read(&config, &bytes_of(&config)?, folder))
            .transpose()?;
        let is_of_cluster = secrets.is_some() || plugins.is_some();
        let mut files = Vec::new();
        for path in places.docker_files.iter().filter(|_| !is_of_cluster) {
            match bytes_of(path) {
                Ok(bytes) => files.push(DockerConfig::parse(path, &bytes)?),
                Err(_) if !path.exists() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self {
            given: places.given,
            secrets,
            plugins,
            files,
        })
    }

    /// Returns the credentials that fit, the first to be tried first; without any, the anonymous one.
    ///
    /// # Errors
    /// An entry that fits is malformed, or a helper failed.
    pub(crate) fn find(&self, wanted: Wanted<'_>) -> Result<Vec<Credential>, RegistryError> {
        if let Some(given) = &self.given {
            return Ok(vec![given.clone()]);
        }
        self.find_kept(wanted)
    }

    /// Returns what the files and programs have, for a host that the user did not name: what was
    /// given for one registry is not for its mirrors.
    pub(crate) fn find_kept(&self, wanted: Wanted<'_>) -> Result<Vec<Credential>, RegistryError> {
        let image = format!("{}/{}", wanted.domain, wanted.repository);
        let mut found = Vec::new();
        if let Some(secrets) = &self.secrets {
            found.extend(secrets.find(&image));
        }
        if let Some(plugins) = &self.plugins {
            found.extend(plugins.find(&image)?);
        }
        for file in &self.files {
            if found.is_empty() {
                found.extend(file.find(wanted)?);
            }
        }
        if found.is_empty() {
            found.push(Credential::anonymous());
        }
        Ok(found)
    }

    /// Returns each registry that the user's own files have credentials for, with their origin.
    pub fn known(&self) -> Vec<(String, String)> {
        self.files.iter().flat_map(DockerConfig::known).collect()
    }
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, RegistryError> {
    let read = || -> io::Result<Vec<u8>> { read_at_most(File::open(path)?, MAX_BYTES) };
    read().map_err(|error| unfit(path, error.to_string()))
}

fn unfit(path: &Path, why: impl Into<String>) -> RegistryError {
    RegistryError::File {
        path: path.to_owned(),
        why: why.into(),
    }
}
