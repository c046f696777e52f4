//! Looks at an image for the server: in the archive that is given for it, or in its registry.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use clap::ArgMatches;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use jiff::tz::Offset;
use model::{DataAge, Digest, ImageName};
use net::Deadline;
use pipeline::{PlatformChoice, Source};
use registry::{Access, Pull};
use server::{Lead, Look, Looker};
use sha2::{Digest as _, Sha256};

use super::super::check::{Placed, Unknown, scanned};
use crate::databases;
use crate::error::Failure;
use crate::scan::{Scan, flag, list_of};
use crate::settings::Environment;
use crate::{image_source, platforms, registries};

/// How long a registry may take to say what a name leads to, tries and tokens included.
const FINDING: Duration = Duration::from_secs(10);

/// Counts how often what stands in facts came to mean something else: those of before are not believed.
const MEANING: u32 = 3;

/// Options that have nothing to do with what is found in images.
const OF_SERVING: [&str; 13] = [
    "access-log",
    "client-ca",
    "config",
    "db",
    "facts-mib",
    "listen",
    "policy",
    "store",
    "store-mib",
    "tag-ttl",
    "tls-cert",
    "tls-key",
    "workers",
];

/// Where images are and how they are scanned.
pub(super) struct ImageLooker {
    matches: ArgMatches,
    environment: Environment,
    archives: Vec<Placed>,
    allowed: GlobSet,
    platform: PlatformChoice,
}

impl ImageLooker {
    /// Takes the options.
    ///
    /// # Errors
    /// One of them makes no sense.
    pub(super) fn new(
        matches: &ArgMatches,
        environment: &Environment,
        archives: Vec<Placed>,
    ) -> Result<Self, Failure> {
        let mut allowed = GlobSetBuilder::new();
        for host in list_of::<String>(matches, "allow-registry") {
            let host = if host == "docker.io" {
                "index.docker.io".to_owned()
            } else {
                host
            };
            let glob = GlobBuilder::new(&host).literal_separator(true).build();
            allowed.add(
                glob.map_err(|error| Failure::usage(format!("--allow-registry {host}: {error}")))?,
            );
        }
        let looker = Self {
            matches: matches.clone(),
            environment: environment.clone(),
            archives,
            allowed: allowed
                .build()
                .map_err(|error| Failure::usage(format!("--allow-registry: {error}")))?,
            platform: platforms::choice(matches)?,
        };
        // options of scans are told now, and not to the first who asks
        Scan::new(&looker.matches, &looker.environment, Vec::new())?;
        registries::keychain(&looker.matches, &looker.environment)?;
        Ok(looker)
    }

    /// Returns what a name means, if it may be looked at.
    ///
    /// # Errors
    /// Why it may not.
    fn named(&self, name: &str) -> Result<ImageName, String> {
        let image: ImageName = match name.parse() {
            Ok(image) => image,
            Err(bad) => return Err(format!("{bad}")),
        };
        let is_here = self.placed(name, &image).is_some() || flag(&self.matches, "offline");
        if !is_here && !self.allowed.is_match(image.registry()) {
            return Err(format!(
                "{} is not among the registries that may be asked (--allow-registry)",
                image.registry()
            ));
        }
        Ok(image)
    }

    fn placed(&self, name: &str, image: &ImageName) -> Option<&Placed> {
        let mut archives = self.archives.iter();
        archives.find(|placed| placed.is_of(name, image))
    }

    fn try_find(&self, name: &str) -> Result<Lead, Failure> {
        let image = match self.named(name) {
            Ok(image) => image,
            Err(why) => return Ok(Lead::Unscannable(why)),
        };
        if self.placed(name, &image).is_some() {
            return Ok(Lead::Archive);
        }
        if flag(&self.matches, "offline") {
            return Ok(Lead::Unreachable(image_source::OFFLINE.to_owned()));
        }
        let environment = self.environment.renewed();
        let scan = Scan::new(&self.matches, &environment, Vec::new())?;
        let left = scan.settings().deadline.left();
        let most = left.map_or(FINDING, |left| left.min(FINDING));
        let access = self.access(&scan, &environment, Deadline::within(most))?;
        Ok(match Pull::open(&image, &access) {
            Ok(pull) => Lead::Image(pull.top().digest),
            Err(error) if error.is_unanswered() => Lead::Unreachable(error.in_full()),
            Err(error) => Lead::Unscannable(error.in_full()),
        })
    }

    fn access(
        &self,
        scan: &Scan<'_>,
        environment: &Environment,
        deadline: Deadline,
    ) -> Result<Access, Failure> {
        let keychain = registries::keychain(&self.matches, environment)?;
        let bounds = (deadline, &scan.settings().limits);
        registries::access(&self.matches, environment, keychain, bounds)
    }

    fn try_scan(&self, name: &str, digest: Option<Digest>) -> Result<Look, Failure> {
        let environment = self.environment.renewed();
        let scan = Scan::new(&self.matches, &environment, Vec::new())?;
        let image = match self.named(name) {
            Ok(image) => image,
            Err(why) => return Ok(Look::Unscannable(why)),
        };
        let source = match (digest, self.placed(name, &image)) {
            (None, Some(placed)) => Source::Path(placed.archive.clone()),
            // the tag may mean another image by now: what was found is what is answered for
            (Some(digest), _) => {
                let access = self.access(&scan, &environment, scan.settings().deadline)?;
                Source::Registry(Box::new((image.pinned(digest), access)))
            }
            (None, None) => return Ok(Look::Unscannable("its archive is gone".to_owned())),
        };
        Ok(facts(&scan, name, (&source, &self.platform), digest))
    }
}

impl Looker for ImageLooker {
    fn refuses(&self, name: &str) -> Option<String> {
        self.named(name).err()
    }

    fn find(&self, name: &str) -> Lead {
        self.try_find(name)
            .unwrap_or_else(|failure| Lead::Unscannable(failure.message().to_owned()))
    }

    fn scan(&self, name: &str, digest: Option<Digest>) -> Look {
        self.try_scan(name, digest)
            .unwrap_or_else(|failure| Look::Unscannable(failure.message().to_owned()))
    }
}

/// Returns what a scan found; `pulled` is the digest by which a registry gives the image.
fn facts(
    scan: &Scan<'_>,
    name: &str,
    image: (&Source, &PlatformChoice),
    pulled: Option<Digest>,
) -> Look {
    match scanned(scan, name, image) {
        Ok((mut facts, _)) => {
            facts.pulled = pulled.or(facts.pulled);
            facts.judged = Some(Offset::UTC.to_datetime(scan.settings().now).date());
            Look::Scanned { facts, pulled }
        }
        Err(Unknown::Unreachable(why)) => Look::Unreachable(why),
        Err(Unknown::Unscannable(why)) => Look::Unscannable(why),
    }
}

/// What tells one file from another at the same path: when it was written, and its length.
type Stamp = (SystemTime, u64);

/// What is true of the database of now.
struct State {
    stamp: Option<Stamp>,
    ages: Vec<DataAge>,
    digest: Digest,
}

/// Of which day the data is, and whether its file changed since somebody asked.
pub(super) struct Data {
    matches: ArgMatches,
    environment: Environment,
    /// The file that `--db` names, else where one is kept that was fetched.
    path: Option<PathBuf>,
    /// What facts are made by beside the database: the program, and all that it was told.
    told: String,
    state: Mutex<State>,
}

impl Data {
    /// Opens the database that is to be used.
    ///
    /// # Errors
    /// It cannot be read, is damaged, or may not be used.
    pub(super) fn open(matches: &ArgMatches, environment: &Environment) -> Result<Self, Failure> {
        let named = matches.get_one::<PathBuf>("db").cloned();
        let path = named.or_else(|| databases::installed_path(matches, environment));
        let stamp = path.as_deref().and_then(stamp);
        let opened = databases::open(matches, environment)?;
        Ok(Self {
            matches: matches.clone(),
            environment: environment.clone(),
            path,
            told: told(matches),
            state: Mutex::new(State {
                stamp,
                ages: databases::ages(&opened.database),
                digest: opened.database.directory(),
            }),
        })
    }

    /// Returns of which day the data of each publisher is.
    pub(super) fn ages(&self) -> Vec<DataAge> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.ages.clone()
    }

    /// Returns what facts are made by: other facts are not those of now.
    pub(super) fn made_by(&self) -> String {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        format!("{} {}", self.told, state.digest)
    }

    /// Whether another database lies there; one that cannot be used is no other.
    pub(super) fn changed(&self) -> bool {
        let Some(path) = &self.path else { return false };
        let now = stamp(path);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if now == state.stamp {
            return false;
        }
        let Ok(opened) = databases::open(&self.matches, &self.environment.renewed()) else {
            return false;
        };
        *state = State {
            stamp: now,
            ages: databases::ages(&opened.database),
            digest: opened.database.directory(),
        };
        true
    }
}

/// Returns the version of the program and the digest of what it was told, whatever that is about: an option
/// that changes nothing costs a scan, one that is forgotten here would cost the truth.
fn told(matches: &ArgMatches) -> String {
    let mut hash = Sha256::new();
    let mut ids: Vec<&str> = matches.ids().map(clap::Id::as_str).collect();
    ids.sort_unstable();
    for id in ids.into_iter().filter(|id| !OF_SERVING.contains(id)) {
        hash.update(id.as_bytes());
        let values = matches.try_get_raw(id).ok().flatten();
        for value in values.into_iter().flatten() {
            hash.update([0]);
            hash.update(value.as_encoded_bytes());
        }
        hash.update([1]);
    }
    let digest = Digest::new(hash.finalize().into());
    format!("{} {MEANING} {digest}", env!("CARGO_PKG_VERSION"))
}

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = path.metadata().ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
