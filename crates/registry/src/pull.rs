//! An image in a registry: which one a name means now, and its documents and layers by digest.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::{Digest, ImageName};
use net::{Method, Patience, Scheme, Settings};
use sha2::{Digest as _, Sha256};

use crate::endpoint::{Endpoint, List, Ways};
use crate::hosts::Hosts;
use crate::keychain::Found;
use crate::mirrors::Mirrors;
use crate::session::{Asked, Session, digest_of};
use crate::{Blob, Credential, Keychain, RegistryError, endpoint, names};

/// Media types that a manifest may have, ours to read first.
const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, \
     application/vnd.oci.image.manifest.v1+json, \
     application/vnd.docker.distribution.manifest.list.v2+json, \
     application/vnd.docker.distribution.manifest.v2+json, */*;q=0.1";
/// Manifests of the first schema, which registries of old give to who does not ask for more.
const SCHEMA_1: &str = "application/vnd.docker.distribution.manifest.v1";

/// How to reach registries, and with what.
#[derive(Debug, Clone)]
pub struct Access {
    /// How to go out.
    pub net: Arc<Settings>,
    /// What to prove who we are with.
    pub keychain: Arc<Keychain>,
    /// Where else images may be read.
    pub mirrors: Arc<Mirrors>,
    /// Token servers that may have credentials though they are other hosts than their registries.
    pub token_servers: BTreeSet<String>,
    /// Bytes of one manifest.
    pub manifest_bytes: u64,
}

/// A manifest or an index, whose bytes are those of its digest.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Its digest, computed by us.
    pub digest: Digest,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// An image that was found.
#[derive(Debug)]
pub struct Pull {
    name: ImageName,
    hosts: Hosts,
    top: Manifest,
    manifest_bytes: u64,
}

/// What is looked for at a host.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Meant<'a> {
    pub(crate) name: &'a ImageName,
    /// What the name means, once that is known.
    pub(crate) digest: Option<Digest>,
}

impl Pull {
    /// Finds out which image the name means now: at its mirrors, then at its registry, with each
    /// credential that fits until one will do.
    ///
    /// # Errors
    /// [`RegistryError`]: nobody answers, knows it, or may tell us.
    pub fn open(name: &ImageName, access: &Access) -> Result<Self, RegistryError> {
        let List {
            mirrors,
            of_digests,
            origin,
        } = endpoint::list(name, access)?;
        let meant = Meant {
            name,
            digest: name.digest(),
        };
        let mut tried = Vec::new();
        let mut left = mirrors.into_iter();
        while let Some(mirror) = left.next() {
            let Some(place) = mirror.first() else {
                continue;
            };
            let domain = place.base.authority();
            // one that fails is passed over, whatever it says: the registry decides
            match find(meant, mirror, access) {
                Ok(found) => {
                    let behind = left.chain([origin]).collect();
                    return Ok(Self::new(name, found, (of_digests, behind), access));
                }
                Err(error) => tried.push(format!("mirror {domain}: {error}")),
            }
        }
        match find(meant, origin, access) {
            Ok(found) => Ok(Self::new(name, found, (of_digests, Vec::new()), access)),
            Err(error) => Err(error.having_tried_before(tried)),
        }
    }

    fn new(
        name: &ImageName,
        (session, top): (Session, Manifest),
        around: (Vec<Ways>, Vec<Ways>),
        access: &Access,
    ) -> Self {
        Self {
            name: name.clone(),
            hosts: Hosts::new((name, top.digest), access, session, around),
            top,
            manifest_bytes: access.manifest_bytes,
        }
    }

    /// Returns the manifest, or the index, that the name means.
    pub const fn top(&self) -> &Manifest {
        &self.top
    }

    /// Returns `repository:tag` and `repository@digest` as reports show them; the tag only if the
    /// name has one, or neither a tag nor a digest.
    pub fn known_as(&self) -> (Option<String>, String) {
        let familiar = names::familiar(&self.name);
        let tag = match (self.name.tag(), self.name.digest()) {
            (Some(tag), _) => Some(tag),
            (None, None) => Some("latest"),
            (None, Some(_)) => None,
        };
        (
            tag.map(|tag| format!("{familiar}:{tag}")),
            format!("{familiar}@{}", self.top.digest),
        )
    }

    /// Returns the registry and the repository in full.
    pub fn place(&self) -> String {
        format!("{}/{}", self.name.registry(), self.name.repository())
    }

    /// Fetches a manifest by its digest.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub fn manifest(&self, digest: Digest) -> Result<Manifest, RegistryError> {
        if digest == self.top.digest {
            return Ok(self.top.clone());
        }
        let reference = digest.to_string();
        self.hosts
            .each(|session| fetch(session, &reference, Some(digest), self.manifest_bytes))
    }

    /// Fetches a small blob whole; that its bytes are those of the digest is for the reader to prove.
    ///
    /// # Errors
    /// [`RegistryError`]; it has more than `limit` bytes.
    pub fn small_blob(&self, digest: Digest, limit: u64) -> Result<Vec<u8>, RegistryError> {
        let what = format!("blobs/{digest}");
        self.hosts.each(|session| {
            let whole = session.whole(&what, &[], limit);
            whole.map(|(_, bytes)| bytes)
        })
    }

    /// Returns a reader of a blob of this many bytes, which nothing has proved yet.
    pub fn blob(&self, digest: Digest, size: u64) -> Blob<'_> {
        Blob::new(&self.hosts, digest, size)
    }

    /// Returns who did not have to prove who it is, as a sentence; `None` if everybody did that was
    /// asked by now.
    pub fn unproved(&self) -> Option<String> {
        let texts = self.hosts.sessions().filter_map(unproved);
        let texts: Vec<String> = texts.collect();
        (!texts.is_empty()).then(|| texts.join("; "))
    }
}

fn unproved(session: &Session) -> Option<String> {
    let endpoint = session.endpoint();
    let how = match endpoint.base.scheme() {
        Scheme::Http => "asked in plain text, and ",
        Scheme::Https => "",
    };
    let host = endpoint.base.authority();
    let text = format!("{host} was {how}believed without a proof of who it is");
    endpoint.is_unproved.then_some(text)
}

/// Finds an image at a host, with each credential that is kept for it.
pub(crate) fn find(
    meant: Meant<'_>,
    ways: Ways,
    access: &Access,
) -> Result<(Session, Manifest), RegistryError> {
    let found = match ways.first() {
        Some(place) => credentials_of(place, meant.name, access)?,
        None => Found::default(),
    };
    with_each(meant, ways, &found, access)
}

/// Returns what may be shown to a place: what is kept for its host, whatever the image is called.
fn credentials_of(
    place: &Endpoint,
    name: &ImageName,
    access: &Access,
) -> Result<Found, RegistryError> {
    let domain = names::domain(name);
    access.keychain.of_host(
        &place.base,
        (domain, &place.repository),
        access.net.deadline,
    )
}

/// Tries each credential, until one will do. If none does, programs that gave none are told, too.
fn with_each(
    meant: Meant<'_>,
    ways: Ways,
    found: &Found,
    access: &Access,
) -> Result<(Session, Manifest), RegistryError> {
    let mut tried = found.failed.clone();
    let mut first = None;
    // which of them answers does not depend on the credential
    let mut ways = ways;
    for credential in &found.credentials {
        tried.push(credential.origin().to_owned());
        match with_one(meant, &mut ways, credential, access) {
            Ok(found) => return Ok(found),
            Err(error) if error.is_of_credential() => {
                first.get_or_insert(error);
            }
            Err(error) => return Err(error.having_tried(&tried)),
        }
    }
    let error = first.unwrap_or_else(|| RegistryError::BadName {
        name: meant.name.to_string(),
        why: "there is nothing to ask it with".to_owned(),
    });
    Err(error.having_tried(&tried))
}

fn with_one(
    meant: Meant<'_>,
    ways: &mut Ways,
    credential: &Credential,
    access: &Access,
) -> Result<(Session, Manifest), RegistryError> {
    while !ways.is_empty() {
        let is_last = ways.len() == 1;
        let endpoint = ways.remove(0);
        let again = endpoint.clone();
        let patience = if is_last {
            Patience::Full
        } else {
            Patience::Once
        };
        let session = Session::new(endpoint, credential.clone(), access);
        match resolve(&session, meant, access, patience) {
            Ok(top) => return Ok((session, top)),
            Err(RegistryError::Net(error)) if error.is_of_connecting() && !is_last => {}
            Err(error) => {
                // it answers: the next credential is for it
                *ways = vec![again];
                return Err(error);
            }
        }
    }
    Err(RegistryError::BadName {
        name: meant.name.to_string(),
        why: "there is nobody to ask".to_owned(),
    })
}

/// Finds the manifest that a name means. A tag is asked for its digest first, and then the manifest
/// by the digest: what the tag means in between changes nothing.
fn resolve(
    session: &Session,
    meant: Meant<'_>,
    access: &Access,
    patience: Patience,
) -> Result<Manifest, RegistryError> {
    let reference = match meant.digest {
        Some(digest) => digest.to_string(),
        None => names::reference(meant.name),
    };
    let what = format!("manifests/{reference}");
    let answer = session.send(&Asked {
        method: Method::Head,
        what: &what,
        headers: &accept(),
        patience,
    })?;
    let claimed = match answer.status() {
        200 => digest_of(&answer),
        // not every registry knows HEAD
        405 | 501 => None,
        404 => return Err(session.no_such_image(meant.name)),
        _ => return Err(session.refusal(answer, &what)),
    };
    drop(answer);
    let digest = meant.digest.or(claimed);
    let reference = digest.map_or(reference, |digest| digest.to_string());
    fetch(session, &reference, digest, access.manifest_bytes)
}

/// Fetches a manifest and proves its digest: the one that was asked for, and the one that the answer
/// claims.
fn fetch(
    session: &Session,
    reference: &str,
    asked: Option<Digest>,
    limit: u64,
) -> Result<Manifest, RegistryError> {
    let what = format!("manifests/{reference}");
    let (head, bytes) = session.whole(&what, &accept(), limit)?;
    let place = || session.place(&what);
    if head.kind.starts_with(SCHEMA_1) {
        return Err(RegistryError::Unfit {
            place: place(),
            why: "it is a manifest of schema 1, which nothing proves; push the image again with a \
                  newer client"
                .to_owned(),
        });
    }
    let got = Digest::new(Sha256::digest(&bytes).into());
    for (want, claim) in [(asked, "its name"), (head.digest, "its header")] {
        if let Some(want) = want.filter(|want| *want != got) {
            return Err(RegistryError::DigestMismatch {
                place: place(),
                claim,
                want,
                got,
            });
        }
    }
    Ok(Manifest { digest: got, bytes })
}

fn accept() -> [(&'static str, String); 1] {
    [("accept", ACCEPT.to_owned())]
}
