//! Which credentials fit an image, in the order in which they are tried.
//!
//! What the user gives for this pull stands alone. Where pull secrets or kubelet's plugins are given,
//! only they are asked, as the cluster would: what lies in the user's own files would hide that the
//! cluster cannot pull. Else those files are: Docker's and Podman's.

mod auth;
mod docker_config;
pub(crate) mod docker_helper;
mod go_json;
mod matching;
mod plugins;
mod program;
mod pull_secret;

use std::path::{Path, PathBuf};

use net::{Deadline, Url};

use crate::{Credential, RegistryError, names};

pub(crate) use auth::encode;
pub use docker_config::DockerConfig;
pub(crate) use docker_config::{address_of, normal};
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
    /// Until when: programs that keep credentials get no longer than that.
    pub(crate) deadline: Deadline,
}

/// What may be shown to a host.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The first to be tried first.
    pub(crate) credentials: Vec<Credential>,
    /// Programs that might have had more and failed, for who is told what was tried.
    pub(crate) failed: Vec<String>,
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

    /// Returns the credentials of the host that answers at `base` for an image of the registry
    /// `domain`: a host gets what is kept for itself, and what the user gave for this pull only if it
    /// is the one that the image's name holds. Where files lead elsewhere, the proof stays behind.
    ///
    /// # Errors
    /// Those of [`Self::find`].
    pub(crate) fn of_host(
        &self,
        base: &Url,
        (domain, repository): (&str, &str),
        deadline: Deadline,
    ) -> Result<Found, RegistryError> {
        let wanted = Wanted {
            domain,
            repository,
            deadline,
        };
        let named = names::api(domain, base.scheme());
        if named.is_ok_and(|named| named.authority() == base.authority()) {
            return self.find(wanted);
        }
        self.find_kept(Wanted {
            domain: &names::domain_of(base),
            ..wanted
        })
    }

    /// Returns the credentials that fit, the first to be tried first; without any, the anonymous one.
    ///
    /// # Errors
    /// An entry that fits is malformed, or a helper of Docker's failed.
    fn find(&self, wanted: Wanted<'_>) -> Result<Found, RegistryError> {
        if let Some(given) = &self.given {
            return Ok(Found {
                credentials: vec![given.clone()],
                failed: Vec::new(),
            });
        }
        self.find_kept(wanted)
    }

    /// Returns what the files and programs have, for a host that the user did not name: what was
    /// given for one registry is not for its mirrors.
    fn find_kept(&self, wanted: Wanted<'_>) -> Result<Found, RegistryError> {
        let image = format!("{}/{}", wanted.domain, wanted.repository);
        let mut found = Found::default();
        if let Some(secrets) = &self.secrets {
            found.credentials.extend(secrets.find(&image));
        }
        if let Some(plugins) = &self.plugins {
            plugins.find(&image, wanted.deadline, &mut found);
        }
        for file in &self.files {
            if found.credentials.is_empty() {
                found.credentials.extend(file.find(wanted)?);
            }
        }
        if found.credentials.is_empty() {
            found.credentials.push(Credential::anonymous());
        }
        Ok(found)
    }

    /// Returns each registry that the user's own files have credentials for, with their origin.
    pub fn known(&self) -> Vec<(String, String)> {
        self.files.iter().flat_map(DockerConfig::known).collect()
    }
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, RegistryError> {
    net::read_regular(path, MAX_BYTES).map_err(|error| unfit(path, error.to_string()))
}

fn unfit(path: &Path, why: impl Into<String>) -> RegistryError {
    RegistryError::File {
        path: path.to_owned(),
        why: why.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use net::Secret;

    use super::*;

    /// Where each file says of which host its user is.
    const FILE: &str = r#"{"auths": {
        "127.0.0.1:5000": {"username": "named", "password": "p"},
        "127.0.0.1:6000": {"username": "other", "password": "p"},
        "a.io": {"username": "a", "password": "p"},
        "https://index.docker.io/v1/": {"username": "hub", "password": "p"}
    }}"#;

    #[test]
    fn a_host_gets_what_is_kept_for_it_alone() {
        let secret = Secret::new("p".to_owned());
        let minute = Deadline::after(Duration::from_mins(1));
        let given = Credential::basic("given", secret, "--username");
        for (domain, base, kept, with_given) in [
            (
                "127.0.0.1:5000",
                "https://127.0.0.1:5000/v2/",
                "named",
                "given",
            ),
            (
                "127.0.0.1:5000",
                "http://127.0.0.1:5000/v2/",
                "named",
                "given",
            ),
            (
                "127.0.0.1:5000",
                "http://127.0.0.1:6000/v2/",
                "other",
                "other",
            ),
            ("127.0.0.1:5000", "http://127.0.0.1:7000/v2/", "", ""),
            ("127.0.0.1:5000", "http://localhost:5000/v2/", "", ""),
            ("a.io", "https://a.io/v2/", "a", "given"),
            ("a.io:443", "https://a.io/v2/", "", "given"),
            ("a.io", "https://a.io:8443/v2/", "", ""),
            ("a.io", "https://evil.a.io/v2/", "", ""),
            ("a.io", "https://registry-1.docker.io/v2/", "hub", "hub"),
            (
                "docker.io",
                "https://registry-1.docker.io/v2/",
                "hub",
                "given",
            ),
            ("docker.io", "https://a.io/v2/", "a", "a"),
        ] {
            let base = Url::parse(base).unwrap();
            for (given, want) in [(None, kept), (Some(given.clone()), with_given)] {
                let file = DockerConfig::parse(Path::new("f"), FILE.as_bytes()).unwrap();
                let keychain = Keychain {
                    given,
                    files: vec![file],
                    ..Keychain::default()
                };
                let found = keychain.of_host(&base, (domain, "x"), minute).unwrap();
                let origins: Vec<_> = found.credentials.iter().map(Credential::origin).collect();
                let is_wanted = match want {
                    "" => origins == ["no credentials"],
                    user => {
                        matches!(&*origins, [one] if one.starts_with(&format!("user \"{user}\"")))
                    }
                };
                assert!(is_wanted, "{domain} at {base}: {origins:?}");
            }
        }
    }
}
