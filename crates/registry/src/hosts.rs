//! The hosts of one image: the one that knew it, then those behind it, for what that one lacks.

use std::sync::OnceLock;

use model::{Digest, ImageName};

use crate::endpoint::Ways;
use crate::pull::{self, Meant};
use crate::session::Session;
use crate::{Access, RegistryError};

/// Hosts in the order in which they are asked; there is one at least.
#[derive(Debug)]
pub(crate) struct Hosts {
    name: ImageName,
    digest: Digest,
    access: Access,
    list: Vec<Host>,
}

/// A host, which is asked when those before it have failed.
#[derive(Debug)]
struct Host {
    ways: Ways,
    /// Or why there is none: that it has no such image, for example.
    session: OnceLock<Result<Session, String>>,
}

impl Hosts {
    /// Puts a host that knows the image behind those that are asked for its parts first, and before those
    /// that may know it.
    pub(crate) fn new(
        (name, digest): (&ImageName, Digest),
        access: &Access,
        known: Session,
        (before, behind): (Vec<Ways>, Vec<Ways>),
    ) -> Self {
        let known = Host {
            ways: Vec::new(),
            session: OnceLock::from(Ok(known)),
        };
        let unasked = |ways| Host {
            ways,
            session: OnceLock::new(),
        };
        let before = before.into_iter().map(unasked);
        let behind = behind.into_iter().map(unasked);
        Self {
            name: name.clone(),
            digest,
            access: access.clone(),
            list: before.chain([known]).chain(behind).collect(),
        }
    }

    /// Whether there is a host behind this one.
    pub(crate) fn is_last(&self, at: usize) -> bool {
        at + 1 >= self.list.len()
    }

    /// Returns a session with a host. One that was not asked yet has to know the image first, by its
    /// digest: so it is known that it may be asked, and with which credential.
    pub(crate) fn session(&self, at: usize) -> Result<&Session, RegistryError> {
        let nobody = || RegistryError::BadName {
            name: self.name.to_string(),
            why: "there is nobody to ask".to_owned(),
        };
        let host = self.list.get(at).ok_or_else(nobody)?;
        let session = host.session.get_or_init(|| {
            let meant = Meant {
                name: &self.name,
                digest: Some(self.digest),
            };
            let found = pull::find(meant, host.ways.clone(), &self.access);
            found
                .map(|(session, _)| session)
                .map_err(|error| error.to_string())
        });
        session.as_ref().map_err(|why| {
            let place = host.ways.first().map_or("", |place| &place.registry);
            RegistryError::Unfit {
                place: place.to_owned(),
                why: why.clone(),
            }
        })
    }

    /// Returns the sessions that there are by now.
    pub(crate) fn sessions(&self) -> impl Iterator<Item = &Session> {
        let known = self.list.iter().filter_map(|host| host.session.get());
        known.filter_map(|session| session.as_ref().ok())
    }

    /// Asks one host after the other, until one has it.
    pub(crate) fn each<T>(
        &self,
        ask: impl Fn(&Session) -> Result<T, RegistryError>,
    ) -> Result<T, RegistryError> {
        let mut failed = Vec::new();
        for at in 0.. {
            let error = match self.session(at).and_then(&ask) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if self.is_late() {
                return Err(error);
            }
            failed.push(error);
            if self.is_last(at) {
                break;
            }
        }
        Err(RegistryError::of_each(failed))
    }

    /// Whether the time is over: then there is none for the next host.
    pub(crate) fn is_late(&self) -> bool {
        self.access.net.deadline.check().is_err()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::sync::Arc;
    use std::time::Duration;

    use archive::read_at_most;
    use net::{Deadline, Proxies, Settings};
    use testkit::{Answer, Pushed, Registry, Reply, SavedImage, answer, push};

    use super::*;
    use crate::{Keychain, Mirrors, Pull};

    /// What is wrong with each blob of a registry.
    #[derive(Debug, Clone, Copy)]
    enum Fault {
        None,
        Status(u16),
        OfAnotherLength,
        /// The beginning comes, and then nothing more.
        BreaksOff,
    }

    fn pushed() -> Pushed {
        push(&SavedImage::new().layer(&[("etc/motd", "a text of some length")])).unwrap()
    }

    /// How to reach registries on this machine, by a `registries.conf`.
    fn access(conf: &str) -> Access {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("registries.conf");
        fs::write(&path, conf).unwrap();
        Access {
            net: Arc::new(Settings {
                proxies: Proxies::new("", "", "").unwrap(),
                system_certificates: None,
                certificates: Vec::new(),
                insecure: BTreeSet::new(),
                deadline: Deadline::after(Duration::from_mins(1)),
            }),
            keychain: Arc::new(Keychain::default()),
            mirrors: Arc::new(Mirrors::read(None, Some(&path)).unwrap()),
            token_servers: BTreeSet::new(),
            manifest_bytes: 1 << 20,
        }
    }

    fn registry(fault: Fault) -> Registry {
        let pushed = pushed();
        Registry::start(move |asked| {
            let whole = answer(&pushed, asked);
            let is_again = asked.headers.contains_key("range");
            match (fault, whole) {
                (_, whole) if !asked.path.contains("/blobs/") => whole,
                (Fault::Status(status), _) => Reply::Whole(Answer::status(status)),
                (Fault::OfAnotherLength, _) => Reply::Whole(Answer::ok("x")),
                (Fault::BreaksOff, _) if is_again => Reply::Whole(Answer::status(404)),
                (Fault::BreaksOff, Reply::Whole(whole)) => Reply::Cut(whole, 10),
                (Fault::None | Fault::BreaksOff, whole) => whole,
            }
        })
        .unwrap()
    }

    #[test]
    fn a_refusal_names_who_refused() {
        let storage = Registry::start(|_| Reply::Whole(Answer::status(403))).unwrap();
        let (pushed_, to) = (pushed(), format!("http://{}/x?sig=hunter2", storage.host()));
        let origin = Registry::start(move |asked| {
            let redirect = Answer::status(307).with("Location", &to);
            if asked.path.contains("/blobs/") {
                return Reply::Whole(redirect);
            }
            answer(&pushed_, asked)
        })
        .unwrap();
        let name = format!("{}/shop/api:1.4", origin.host()).parse().unwrap();
        let pull = Pull::open(&name, &access("")).unwrap();
        let digest = pull.top().digest;
        let error = pull.small_blob(digest, 100).unwrap_err().to_string();
        let want = format!(
            "{}/shop/api: blobs/{digest}, redirected to http://{}: the answer is 403",
            origin.host(),
            storage.host()
        );
        assert_eq!(error, want);
    }

    /// A mirror that may not say what a tag means gives all that the tag was found to mean.
    #[test]
    fn a_mirror_without_resolve_gives_what_a_tag_means() {
        for (fault, want) in [(Fault::None, [0, 1]), (Fault::Status(404), [1, 1])] {
            let (mirror, origin) = (registry(fault), registry(Fault::None));
            let folder = tempfile::tempdir().unwrap();
            let of_origin = folder.path().join(origin.host());
            fs::create_dir(&of_origin).unwrap();
            let hosts = format!(
                "[host.'http://{}']\n  capabilities = ['pull']\n",
                mirror.host()
            );
            fs::write(of_origin.join("hosts.toml"), hosts).unwrap();
            let mirrors = Mirrors::read(Some(folder.path().to_owned()), None).unwrap();
            let access = Access {
                mirrors: Arc::new(mirrors),
                ..access("")
            };
            let name = format!("{}/shop/api:1.4", origin.host()).parse().unwrap();
            let pull = Pull::open(&name, &access).unwrap();
            let is_tag = |asked: &testkit::Asked| asked.path.ends_with("/manifests/1.4");
            assert!(!mirror.asked().iter().any(is_tag));
            let pushed = pushed();
            let layer = pushed.layers[0];
            let whole = pull.small_blob(layer, 1 << 20).unwrap();
            assert_eq!(whole, pushed.blobs[&layer]);
            let blobs = |registry: &Registry| {
                let asked = registry.asked();
                asked
                    .iter()
                    .filter(|it| it.path.contains("/blobs/"))
                    .count()
            };
            assert_eq!([blobs(&origin), blobs(&mirror)], want, "{fault:?}");
        }
    }

    #[test]
    fn what_a_mirror_lacks_the_next_host_gives() {
        for (mirror, origin, want) in [
            (Fault::None, Fault::Status(404), Ok(())),
            (Fault::Status(404), Fault::None, Ok(())),
            (Fault::Status(403), Fault::None, Ok(())),
            (Fault::OfAnotherLength, Fault::None, Ok(())),
            (Fault::BreaksOff, Fault::None, Ok(())),
            (
                Fault::Status(404),
                Fault::Status(403),
                Err(["the answer is 404; then ", " refused the pull (403)"]),
            ),
        ] {
            let (mirror, origin) = (registry(mirror), registry(origin));
            let (near, far) = (mirror.host(), origin.host());
            let access = access(&format!(
                "[[registry]]\nlocation = '{far}'\n[[registry.mirror]]\nlocation = '{near}'\n"
            ));
            let name = format!("{far}/shop/api:1.4").parse().unwrap();
            let pull = Pull::open(&name, &access).unwrap();
            for (digest, bytes) in pushed().blobs {
                if digest == pull.top().digest {
                    continue;
                }
                let size = u64::try_from(bytes.len()).unwrap();
                let result = read_at_most(pull.blob(digest, size), 1 << 20);
                let result = result.map_err(|error| error.to_string());
                match want {
                    Ok(()) => assert_eq!(result, Ok(bytes)),
                    Err(parts) => {
                        let error = result.unwrap_err();
                        assert!(parts.iter().all(|part| error.contains(part)), "{error}");
                        let whole = pull.small_blob(digest, 1 << 20).unwrap_err().to_string();
                        assert!(parts.iter().all(|part| whole.contains(part)), "{whole}");
                    }
                }
            }
        }
    }
}
