//! From names to addresses, with a look at each address before anyone connects to it.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use crate::{Nearness, Reach};

/// How near each host that was asked turned out to be; shared by all who ask.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lookups(Arc<Mutex<BTreeMap<String, Nearness>>>);

impl Lookups {
    /// Returns how near a host is, `None` if it was never looked up (a proxy does that for us).
    pub(crate) fn nearness(&self, host: &str) -> Option<Nearness> {
        self.0.lock().ok()?.get(host).copied()
    }

    fn note(&self, host: &str, nearness: Nearness) {
        if let Ok(mut hosts) = self.0.lock() {
            hosts.insert(host.to_ascii_lowercase(), nearness);
        }
    }
}

/// Finds addresses, and refuses those beyond the reach.
#[derive(Debug)]
pub(crate) struct Lookup {
    pub(crate) reach: Reach,
    /// The proxy's host: the user chose it, wherever it is.
    pub(crate) proxy: Option<String>,
    pub(crate) lookups: Lookups,
}

/// A host has an address that the request may not go to.
#[derive(Debug, thiserror::Error)]
#[error("it has the address {address}, which is {why}")]
pub(crate) struct OutOfReach {
    address: IpAddr,
    why: &'static str,
}

impl Resolver for Lookup {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout);
        let found = found.map_err(|error| {
            // of the resolver, whose kinds of errors say nothing
            let is_of_resolver = matches!(error, ureq::Error::Io(_));
            if is_of_resolver {
                ureq::Error::HostNotFound
            } else {
                error
            }
        })?;
        let host = uri.host().unwrap_or_default();
        if self.proxy.as_deref() == Some(host) {
            return Ok(found);
        }
        let addresses = found.iter().map(std::net::SocketAddr::ip);
        check(addresses.clone(), self.reach)
            .map_err(|refused| ureq::Error::Other(refused.into()))?;
        if let Some(nearest) = addresses.map(Nearness::of).max() {
            self.lookups.note(host, nearest);
        }
        Ok(found)
    }
}

/// One address beyond the reach is enough: which of them is connected to is not ours to say.
fn check(addresses: impl Iterator<Item = IpAddr>, reach: Reach) -> Result<(), OutOfReach> {
    for address in addresses {
        reach
            .check(address)
            .map_err(|why| OutOfReach { address, why })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_out_of_reach_refuses_the_name() {
        let check = |addresses: &[&str], reach| {
            let parsed: Vec<IpAddr> = addresses.iter().map(|text| text.parse().unwrap()).collect();
            check(parsed.into_iter(), reach).map_err(|refused| refused.to_string())
        };
        assert_eq!(check(&["93.184.216.34"], Reach::Public), Ok(()));
        // a name that moves, or answers both: rebinding
        assert_eq!(
            check(&["93.184.216.34", "127.0.0.1"], Reach::Public),
            Err("it has the address 127.0.0.1, which is on this machine".to_owned())
        );
        assert_eq!(
            check(&["::ffff:10.0.0.1"], Reach::Public),
            Err("it has the address ::ffff:10.0.0.1, which is in a private network".to_owned())
        );
    }

    #[test]
    fn the_nearest_address_counts() {
        let addresses = ["93.184.216.34", "10.0.0.1"].map(|text| text.parse().unwrap());
        let nearest = addresses.into_iter().map(Nearness::of).max();
        assert_eq!(nearest, Some(Nearness::Private));
    }
}
