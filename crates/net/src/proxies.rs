//! Through which proxy a request goes: `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`, read as Go reads
//! them, so that a cluster's settings mean the same here.

use std::fmt;
use std::net::IpAddr;

use crate::{NetError, Scheme, Url};

/// The proxies of this machine.
#[derive(Clone, Default)]
pub struct Proxies {
    http: Option<ureq::Proxy>,
    https: Option<ureq::Proxy>,
    exempt: Vec<String>,
}

impl Proxies {
    /// Reads the values of the variables; an empty one is none.
    ///
    /// # Errors
    /// A proxy's address is malformed.
    pub fn new(http: &str, https: &str, no_proxy: &str) -> Result<Self, NetError> {
        let exempt = no_proxy.split(',').map(|entry| entry.trim().to_lowercase());
        Ok(Self {
            http: proxy("HTTP_PROXY", http)?,
            https: proxy("HTTPS_PROXY", https)?,
            exempt: exempt.filter(|entry| !entry.is_empty()).collect(),
        })
    }

    /// Returns the proxy for an address.
    pub(crate) fn of(&self, url: &Url) -> Option<&ureq::Proxy> {
        let proxy = match url.scheme() {
            Scheme::Http => &self.http,
            Scheme::Https => &self.https,
        };
        proxy.as_ref().filter(|_| !is_exempt(url, &self.exempt))
    }
}

/// Proxies hold passwords.
impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxies")
            .field("http", &self.http.is_some())
            .field("https", &self.https.is_some())
            .field("exempt", &self.exempt)
            .finish()
    }
}

fn proxy(variable: &'static str, value: &str) -> Result<Option<ureq::Proxy>, NetError> {
    if value.is_empty() {
        return Ok(None);
    }
    let proxy = ureq::Proxy::new(value);
    proxy.map(Some).or(Err(NetError::BadProxy { variable }))
}

fn is_exempt(url: &Url, exempt: &[String]) -> bool {
    let host = url.host().trim_end_matches('.');
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    if host == "localhost" || address.is_some_and(|address| address.is_loopback()) {
        return true;
    }
    exempt.iter().any(|entry| {
        if entry == "*" {
            return true;
        }
        if let (Some(address), Some((network, bits))) = (address, entry.split_once('/')) {
            return is_within(address, network, bits);
        }
        let port = format!(":{}", url.port());
        let entry = entry.strip_suffix(&port).unwrap_or(entry);
        let bare = entry.trim_matches(['[', ']']);
        if address.is_some() {
            return bare.parse().ok() == address;
        }
        let domain = entry.strip_prefix("*.").or_else(|| entry.strip_prefix('.'));
        let below = |domain: &str| {
            let rest = host.strip_suffix(domain);
            rest.is_some_and(|rest| rest.ends_with('.'))
        };
        domain.map_or_else(|| host == entry || below(entry), below)
    })
}

fn is_within(address: IpAddr, network: &str, bits: &str) -> bool {
    let (Ok(network), Ok(bits)) = (network.parse::<IpAddr>(), bits.parse::<u32>()) else {
        return false;
    };
    let (address, network, all) = match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(n)) => (u128::from(a.to_bits()), u128::from(n.to_bits()), 32),
        (IpAddr::V6(a), IpAddr::V6(n)) => (a.to_bits(), n.to_bits(), 128),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return false,
    };
    let Some(rest) = u32::checked_sub(all, bits) else {
        return false;
    };
    address.checked_shr(rest) == network.checked_shr(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_goes_around_the_proxy() {
        for (list, url, want) in [
            ("", "https://a.io/", false),
            ("*", "https://a.io/", true),
            ("a.io", "https://a.io/", true),
            ("a.io", "https://b.a.io/", true),
            ("a.io", "https://ba.io/", false),
            (".a.io", "https://a.io/", false),
            (".a.io", "https://b.a.io/", true),
            ("*.a.io", "https://b.a.io/", true),
            ("x.io, A.io", "https://a.io/", true),
            ("a.io:5000", "https://a.io:5000/", true),
            ("a.io:5000", "https://a.io/", false),
            ("10.0.0.0/8", "http://10.1.2.3/", true),
            ("10.0.0.0/8", "http://11.1.2.3/", false),
            ("0.0.0.0/0", "http://11.1.2.3/", true),
            ("10.0.0.0/99", "http://10.0.0.0/", false),
            ("10.1.2.3", "http://10.1.2.3:5000/", true),
            ("fd00::/8", "http://[fd00::1]/", true),
            ("", "http://127.0.0.1:5000/", true),
            ("", "http://localhost:5000/", true),
            ("", "http://[::1]:5000/", true),
        ] {
            let proxies = Proxies::new("http://p:1", "http://me:hunter2@p:1", list).unwrap();
            let proxy = proxies.of(&Url::parse(url).unwrap());
            assert_eq!(proxy.is_none(), want, "NO_PROXY={list} {url}");
            assert!(!format!("{proxies:?}").contains("hunter2"));
        }
        let error = Proxies::new("", "http://me:hunter2@a b", "").unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
