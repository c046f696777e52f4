//! Where to listen: `8080`, `:8080`, `127.0.0.1:8080`, `[::1]:8080`, as kubesec takes it.

use std::net::IpAddr;
use std::str::FromStr;

/// An address to listen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    /// None for all addresses of the machine.
    pub ip: Option<IpAddr>,
    /// The port; 0 lets the system choose one, and cannot be written.
    pub port: u16,
}

/// A text that is no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadAddress {
    /// The port is no number from 1 to 65535.
    Port(String),
    /// What stands before the port is no IP address; names are not looked up.
    Ip(String),
}

impl std::fmt::Display for BadAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Port(port) => write!(f, "invalid port: {port:?}"),
            Self::Ip(ip) => write!(f, "invalid IP address: {ip:?}"),
        }
    }
}

impl std::error::Error for BadAddress {}

impl FromStr for Address {
    type Err = BadAddress;

    fn from_str(text: &str) -> Result<Self, BadAddress> {
        let (ip, port) = text.rsplit_once(':').unwrap_or(("", text));
        let number = port.parse().ok().filter(|&port| port > 0_u16);
        let number = number.filter(|_| port.bytes().all(|byte| byte.is_ascii_digit()));
        let port = number.ok_or_else(|| BadAddress::Port(port.to_owned()))?;
        if ip.is_empty() {
            return Ok(Self { ip: None, port });
        }
        let bare = ip
            .strip_prefix('[')
            .and_then(|ip| ip.strip_suffix(']'))
            .unwrap_or(ip);
        let bad = |_| BadAddress::Ip(ip.to_owned());
        let ip = Some(bare.parse().map_err(bad)?);
        Ok(Self { ip, port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_addresses() {
        for (text, want) in [
            ("8080", "None 8080"),
            (":8080", "None 8080"),
            ("1.2.3.4:80", "Some(1.2.3.4) 80"),
            ("[::1]:80", "Some(::1) 80"),
            ("99999", "invalid port: \"99999\""),
            (":0", "invalid port: \"0\""),
            ("+80", "invalid port: \"+80\""),
            ("foo:1", "invalid IP address: \"foo\""),
            ("", "invalid port: \"\""),
        ] {
            let got = match text.parse::<Address>() {
                Ok(Address { ip, port }) => format!("{ip:?} {port}"),
                Err(bad) => bad.to_string(),
            };
            assert_eq!(got, want, "{text:?}");
        }
    }
}
