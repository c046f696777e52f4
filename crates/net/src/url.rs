//! Addresses of the web, as far as registries need them: `https://host[:port]/path?query`.
//!
//! No user information (it would be a credential in a log), no fragment, no other scheme.

use std::fmt;

/// What a request goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// Plain.
    Http,
    /// Through TLS.
    Https,
}

/// An address of a document.
///
/// Its `Display` is for people: the query is left out, for it may hold a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    scheme: Scheme,
    /// In lower case; IPv6 in brackets.
    host: String,
    port: u16,
    /// Path and query; begins with `/`.
    path: String,
}

/// A text is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{url}` is no address that can be asked: {why}")]
pub struct BadUrl {
    url: String,
    why: &'static str,
}

/// Bytes of an address that are looked at; presigned ones reach two thousand.
const MAX_BYTES: usize = 16_384;

impl Scheme {
    /// Returns `http` or `https`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    const fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl Url {
    /// Makes an address of a host with or without a port, such as `127.0.0.1:5000`.
    ///
    /// # Errors
    /// It is none.
    pub fn new(scheme: Scheme, authority: &str, path: &str) -> Result<Self, BadUrl> {
        Self::parse(&format!("{}://{authority}{path}", scheme.name()))
    }

    /// Reads an absolute address.
    ///
    /// # Errors
    /// It is none, or none of the kind that is asked here.
    pub fn parse(text: &str) -> Result<Self, BadUrl> {
        let bad = |why| BadUrl {
            url: shown(text),
            why,
        };
        if text.len() > MAX_BYTES {
            return Err(bad("it is too long"));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(bad("it holds characters that must be escaped"));
        }
        let (scheme, rest) = text
            .split_once("://")
            .ok_or_else(|| bad("it has no scheme"))?;
        let scheme = match &*scheme.to_ascii_lowercase() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return Err(bad("its scheme is neither http nor https")),
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if authority.contains('@') {
            return Err(bad("it holds user information"));
        }
        let (host, port) = split_port(authority).ok_or_else(|| bad("its port is malformed"))?;
        if !is_host(host) {
            return Err(bad("its host is malformed"));
        }
        let slash = if path.starts_with('/') { "" } else { "/" };
        Ok(Self {
            scheme,
            host: host.to_ascii_lowercase(),
            port: port.unwrap_or_else(|| scheme.port()),
            path: format!("{slash}{path}"),
        })
    }

    /// Returns what a `Location` of this address's answer means.
    ///
    /// # Errors
    /// It is no address.
    pub fn join(&self, location: &str) -> Result<Self, BadUrl> {
        let is_absolute = location
            .split_once("://")
            .is_some_and(|(scheme, _)| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        if is_absolute {
            return Self::parse(location);
        }
        if location.starts_with("//") {
            return Self::parse(&format!("{}:{location}", self.scheme.name()));
        }
        let origin = self.origin();
        if location.starts_with('/') {
            return Self::parse(&format!("{origin}{location}"));
        }
        let path = self.path.split('?').next().unwrap_or_default();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        Self::parse(&format!("{origin}{folder}/{location}"))
    }

    /// Returns the same place without TLS, at the port that was given, or that of the scheme; `None`
    /// for one that is in plain text already.
    pub fn in_plain_text(&self) -> Option<Self> {
        let port = if self.port == Scheme::Https.port() {
            Scheme::Http.port()
        } else {
            self.port
        };
        (self.scheme == Scheme::Https).then(|| Self {
            scheme: Scheme::Http,
            port,
            ..self.clone()
        })
    }

    /// Returns how it is asked.
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Returns the host, in lower case, IPv6 in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the port, that of the scheme if none was given.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Returns path and query.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns `host`, or `host:port` if the port is not the scheme's.
    pub fn authority(&self) -> String {
        if self.port == self.scheme.port() {
            self.host.clone()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// Returns `scheme://host[:port]`.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme.name(), self.authority())
    }

    /// Whether both lead to the same service: scheme, host and port are equal.
    pub fn is_same_origin(&self, other: &Self) -> bool {
        self.scheme == other.scheme && self.host == other.host && self.port == other.port
    }

    /// Returns the address in full, to be asked and never to be shown.
    pub(crate) fn in_full(&self) -> String {
        format!("{}{}", self.origin(), self.path)
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.split('?').next().unwrap_or_default();
        write!(f, "{}{path}", self.origin())
    }
}

/// What of a text may stand in an error: no user information, no query, not more than a line.
fn shown(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    // a password may hold what else ends a host
    let rest = rest.rsplit('@').next().unwrap_or_default();
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let whole = format!("{scheme}://{host}/{path}");
    whole.chars().take(200).collect()
}

fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match authority.rsplit_once(':') {
        // the colons of IPv6 stand inside brackets
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => return Some((authority, None)),
    };
    let is_number = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let port: u16 = port.parse().ok().filter(|port| is_number && *port > 0)?;
    Some((host, Some(port)))
}

/// Whether this is a name, an IPv4 address, or an IPv6 address in brackets.
fn is_host(host: &str) -> bool {
    if let Some(rest) = host.strip_prefix('[') {
        let inner = rest.strip_suffix(']').unwrap_or_default();
        return inner.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let is_label = |label: &str| {
        let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(is_inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let name = host.strip_suffix('.').unwrap_or(host);
    host.len() <= 253 && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_registries_send() {
        for (text, want) in [
            ("https://a.io/v2/", "https://a.io/v2/"),
            ("HTTPS://A.io:443/v2/X", "https://a.io/v2/X"),
            ("http://127.0.0.1:5000", "http://127.0.0.1:5000/"),
            ("http://[::1]:5000/x?y#z", "http://[::1]:5000/x?y"),
            ("https://a.io?x=1", "https://a.io/?x=1"),
        ] {
            assert_eq!(Url::parse(text).unwrap().in_full(), want, "{text}");
        }
        for (text, why) in [
            ("a.io/v2/", "it has no scheme"),
            ("ftp://a.io/", "its scheme is neither http nor https"),
            ("file:///etc/passwd", "its scheme is neither http nor https"),
            ("https://u:p@a.io/", "it holds user information"),
            ("https://u@a.io/", "it holds user information"),
            ("https:///x", "its host is malformed"),
            ("https://a..b/", "its host is malformed"),
            ("https://[::1/", "its host is malformed"),
            ("https://-a/", "its host is malformed"),
            ("https://a:0/", "its port is malformed"),
            ("https://a:65536/", "its port is malformed"),
            ("https://a:+1/", "its port is malformed"),
            ("https://a\\b/", "its host is malformed"),
            ("https://a/ b", "it holds characters that must be escaped"),
            (
                "https://a/\r\nX: y",
                "it holds characters that must be escaped",
            ),
        ] {
            assert_eq!(Url::parse(text).unwrap_err().why, why, "{text}");
        }
    }

    #[test]
    fn a_location_is_read_beside_its_address() {
        let base = Url::parse("https://a.io:444/v2/x/blobs/1?q=1").unwrap();
        for (location, want) in [
            ("https://b.io/y?sig=1", "https://b.io/y?sig=1"),
            ("http://b.io/", "http://b.io/"),
            ("//b.io/y", "https://b.io/y"),
            ("/y?z", "https://a.io:444/y?z"),
            ("2", "https://a.io:444/v2/x/blobs/2"),
            ("/u?to=https://c.io/", "https://a.io:444/u?to=https://c.io/"),
        ] {
            assert_eq!(base.join(location).unwrap().in_full(), want, "{location}");
        }
    }

    #[test]
    fn neither_signatures_nor_passwords_are_shown() {
        let url = Url::parse("https://s3.io/blob?X-Signature=hunter2").unwrap();
        assert_eq!(url.to_string(), "https://s3.io/blob");
        for bad in [
            "https://me:hunter2@a.io/",
            "ftp://a.io/?t=hunter2",
            "me:hunter2@a.io",
            "https://me:hunter2/x@a.io/",
            "https://me:x/hunter2#y@a.io/",
            "https://me:x?hunter2@a.io/",
        ] {
            let text = Url::parse(bad).unwrap_err().to_string();
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
}
