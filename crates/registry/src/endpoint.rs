//! Where a repository can be read: its mirrors, then the registry itself, over TLS or, where it may,
//! in plain text.

use std::net::IpAddr;
use std::sync::Arc;

use model::ImageName;
use net::{Agent, Reach, Scheme, Trust, Url, Verification};

use crate::mirrors::{Image, Place, Set};
use crate::{Access, RegistryError, names};

/// A place to ask.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    /// Below which everything is: `https://registry.example/v2/`.
    pub(crate) base: Url,
    /// The repository there.
    pub(crate) repository: String,
    /// The registry that a mirror stands for, which is told to it.
    pub(crate) namespace: Option<String>,
    /// Sends requests there.
    pub(crate) agent: Arc<Agent>,
    /// How near it may be.
    pub(crate) reach: Reach,
    /// Who is asked, for people.
    pub(crate) registry: String,
    /// Whether it need not prove who it is.
    pub(crate) is_unproved: bool,
}

/// The places of one registry or one mirror: the same, in TLS and perhaps in plain text.
pub(crate) type Ways = Vec<Endpoint>;

/// Where an image may be read.
pub(crate) struct List {
    /// The first to be asked first.
    pub(crate) mirrors: Vec<Ways>,
    /// Mirrors that are asked once it is known what a tag means.
    pub(crate) of_digests: Vec<Ways>,
    /// The registry itself.
    pub(crate) origin: Ways,
}

/// Returns the mirrors of an image, and the registry itself.
pub(crate) fn list(name: &ImageName, access: &Access) -> Result<List, RegistryError> {
    let domain = names::domain(name);
    let Set {
        mirrors,
        of_digests,
        origin,
    } = access.mirrors.of(Image::of(name))?;
    let mirror = |place: Place| {
        let registry = format!("{domain} (mirror {})", place.base.authority());
        ways(&place, &registry, access)
    };
    let origin = match origin {
        Some(place) => ways(&place, domain, access),
        None => of(domain, name.repository(), access)?,
    };
    Ok(List {
        mirrors: mirrors.into_iter().map(mirror).collect(),
        of_digests: of_digests.into_iter().map(mirror).collect(),
        origin,
    })
}

/// Returns where a registry answers.
pub(crate) fn of(domain: &str, repository: &str, access: &Access) -> Result<Ways, RegistryError> {
    let base =
        names::api(domain, Scheme::Https).map_err(|bad| RegistryError::of_host(domain, &bad))?;
    let place = Place {
        base,
        repository: repository.to_owned(),
        namespace: None,
        trust: Trust::default(),
        may_be_plain: false,
    };
    Ok(ways(&place, domain, access))
}

fn ways(place: &Place, registry: &str, access: &Access) -> Ways {
    let is_waived = access.net.is_insecure(&place.base);
    let may_be_plain = place.may_be_plain || is_waived || is_on_loopback(&place.base);
    let plain = place.base.in_plain_text().filter(|_| may_be_plain);
    let has_no_proof = is_waived || place.trust.verification == Verification::None;
    // what was asked for in plain text was asked for as such
    let is_loopback = is_on_loopback(&place.base);
    let bases = [Some(place.base.clone()), plain].into_iter().flatten();
    bases
        .map(|base| Endpoint {
            is_unproved: has_no_proof || (base.scheme() == Scheme::Http && !is_loopback),
            repository: place.repository.clone(),
            namespace: place.namespace.clone(),
            agent: Arc::new(Agent::new(
                Arc::clone(&access.net),
                base.clone(),
                place.trust.clone(),
            )),
            base,
            reach: Reach::Loopback,
            registry: registry.to_owned(),
        })
        .collect()
}

/// Whether a host is this machine by its name alone: what is asked there cannot be listened to.
fn is_on_loopback(url: &Url) -> bool {
    let host = url.host();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
