//! Where a repository can be read: the registry itself, over TLS or, where it may, in plain text.

use std::net::IpAddr;
use std::sync::Arc;

use model::ImageName;
use net::{Agent, Reach, Scheme, Trust, Url};

use crate::{Access, RegistryError, names};

/// A place to ask.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// Below which everything is: `https://registry.example/v2/`.
    pub(crate) base: Url,
    /// Sends requests there.
    pub(crate) agent: Arc<Agent>,
    /// How near it may be.
    pub(crate) reach: Reach,
    /// The registry that people mean.
    pub(crate) registry: String,
}

/// Returns the places of an image, in the order in which they are tried.
pub(crate) fn list(name: &ImageName, access: &Access) -> Result<Vec<Endpoint>, RegistryError> {
    of(names::domain(name), access)
}

/// Returns where a registry answers.
pub(crate) fn of(domain: &str, access: &Access) -> Result<Vec<Endpoint>, RegistryError> {
    let endpoint = |scheme| {
        let base = names::api(domain, scheme).map_err(|bad| RegistryError::BadName {
            name: domain.to_owned(),
            why: bad.to_string(),
        })?;
        let agent = Agent::new(Arc::clone(&access.net), base.clone(), Trust::default());
        Ok::<_, RegistryError>(Endpoint {
            base,
            agent: Arc::new(agent),
            reach: Reach::Loopback,
            registry: domain.to_owned(),
        })
    };
    let secure = endpoint(Scheme::Https)?;
    let plain = endpoint(Scheme::Http)?;
    let may_be_plain = is_on_loopback(&plain.base) || access.net.is_insecure(&plain.base);
    Ok(if may_be_plain {
        vec![secure, plain]
    } else {
        vec![secure]
    })
}

/// Whether a host is this machine by its name alone: what is asked there cannot be listened to.
fn is_on_loopback(url: &Url) -> bool {
    let host = url.host();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
