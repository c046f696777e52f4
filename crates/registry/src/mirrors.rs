//! Other places where an image can be read: what containerd's `hosts.toml` and Podman's
//! `registries.conf` name for a registry.
//!
//! Reports, errors and policies keep the name that the user gave. A mirror that fails is passed over.

mod hosts_toml;
mod registries_conf;

use std::path::{Path, PathBuf};

use model::{Digest, ImageName};
use net::{Trust, Url};

use crate::unquoted::unquoted;
use crate::{RegistryError, names};

use registries_conf::RegistriesConf;

/// Bytes of one file of settings.
const MAX_BYTES: u64 = 1 << 20;

/// Where mirrors are named.
#[derive(Debug, Default)]
pub struct Mirrors {
    /// Containerd's `config_path`.
    hosts: Option<PathBuf>,
    conf: Option<RegistriesConf>,
}

/// A place that stands for a registry, or the registry itself with settings of its own.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// Below which everything is.
    pub(crate) base: Url,
    /// The repository there.
    pub(crate) repository: String,
    /// The registry that it stands for, where it is another.
    pub(crate) namespace: Option<String>,
    pub(crate) trust: Trust,
    /// Whether it may be asked in plain text, too.
    pub(crate) may_be_plain: bool,
}

/// What is set for an image: mirrors, the first to be asked first, and the registry at the end.
#[derive(Debug, Default)]
pub(crate) struct Set {
    pub(crate) mirrors: Vec<Place>,
    /// Mirrors that may not say what a tag means, and give what it was found to mean.
    pub(crate) of_digests: Vec<Place>,
    /// `None` for the registry as its name says.
    pub(crate) origin: Option<Place>,
}

/// Which image mirrors are wanted for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Image<'a> {
    /// The registry as people name it.
    pub(crate) domain: &'a str,
    pub(crate) repository: &'a str,
    /// Without a digest `latest` where the name has none.
    pub(crate) tag: Option<&'a str>,
    /// What counts, where the name has one.
    pub(crate) digest: Option<Digest>,
}

impl<'a> Image<'a> {
    /// Returns the image that a name means.
    pub(crate) fn of(name: &'a ImageName) -> Self {
        let digest = name.digest();
        Self {
            domain: names::domain(name),
            repository: name.repository(),
            tag: name.tag().or_else(|| digest.is_none().then_some("latest")),
            digest,
        }
    }

    /// Returns registry and repository, as people name them.
    fn repository_in_full(&self) -> String {
        format!("{}/{}", self.domain, self.repository)
    }
}

impl Mirrors {
    /// Reads `registries.conf`; `hosts` is looked into for each registry when it is asked for.
    ///
    /// # Errors
    /// The file cannot be read, or makes no sense; or the folder is none.
    pub fn read(hosts: Option<PathBuf>, conf: Option<&Path>) -> Result<Self, RegistryError> {
        if let Some(folder) = hosts.as_deref().filter(|folder| !folder.is_dir()) {
            return Err(unfit(folder, "there is no such folder"));
        }
        let conf = conf.map(|path| {
            let text = text_of(path)?;
            RegistriesConf::parse(&text).map_err(|why| unfit(path, why))
        });
        Ok(Self {
            hosts,
            conf: conf.transpose()?,
        })
    }

    /// Returns what is set for an image.
    ///
    /// # Errors
    /// A file cannot be read, or makes no sense; or the registry is blocked.
    pub(crate) fn of(&self, image: Image<'_>) -> Result<Set, RegistryError> {
        let mut set = Set::default();
        if let Some(conf) = &self.conf {
            set = conf.of(image).map_err(|why| RegistryError::BadName {
                name: image.repository_in_full(),
                why,
            })?;
        }
        if let Some(folder) = &self.hosts {
            let more = hosts_toml::of(folder, image)?;
            set.mirrors.extend(more.mirrors);
            set.of_digests.extend(more.of_digests);
            set.origin = set.origin.or(more.origin);
        }
        Ok(set)
    }
}

/// Reads a text as `hosts.toml` and as `registries.conf`, and counts the mirrors of Docker Hub in the
/// first and whether the second is one: for who feeds it texts of strangers.
///
/// # Errors
/// Why the first makes no sense.
pub fn check_mirrors(text: &str) -> Result<(usize, bool), String> {
    let is_conf = RegistriesConf::parse(text).is_ok();
    Ok((hosts_toml::count(text)?, is_conf))
}

fn text_of(path: &Path) -> Result<String, RegistryError> {
    let bytes =
        net::read_regular(path, MAX_BYTES).map_err(|error| unfit(path, error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| unfit(path, error.utf8_error().to_string()))
}

fn unfit(path: &Path, why: impl Into<String>) -> RegistryError {
    RegistryError::File {
        path: path.to_owned(),
        why: why.into(),
    }
}

/// The library's error in one line, with its place; what it quotes stays out.
fn of_toml(error: &toml::de::Error, text: &str) -> String {
    let why = unquoted(error.message());
    match error.span() {
        Some(span) => at(span.start, text, &why),
        None => why,
    }
}

/// What is wrong at an offset of a text, with its line.
fn at(offset: usize, text: &str, why: &str) -> String {
    let Some(before) = text.get(..offset) else {
        return why.to_owned();
    };
    let line = before.matches('\n').count() + 1;
    let start = before.rsplit('\n').next().unwrap_or_default();
    let column = start.chars().count() + 1;
    format!("line {line}, column {column}: {why}")
}
