//! Which addresses a request may go to.
//!
//! A registry answers with addresses of its own choice: of its token server, of its storage. A
//! hostile one names what only we can reach: the cloud's metadata service, a service on loopback, a
//! machine of the private network. So what it names may not be nearer to us than it is itself.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How near an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// Somewhere in the internet.
    Public,
    /// In a private network.
    Private,
    /// On this machine.
    Loopback,
    /// Where no registry is: link-local, metadata of a cloud, multicast, unspecified, reserved.
    Never(&'static str),
}

/// How near an address may be that a request goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Only into the internet.
    Public,
    /// Into private networks, too.
    Private,
    /// To this machine, too.
    Loopback,
}

impl Reach {
    /// Returns how far those may lead who are this near: as near as they are, and no nearer.
    pub const fn of(nearness: Nearness) -> Self {
        match nearness {
            Nearness::Loopback => Self::Loopback,
            Nearness::Private => Self::Private,
            Nearness::Public | Nearness::Never(_) => Self::Public,
        }
    }

    /// Whether a request of this reach may go to this address; the reason if it may not.
    ///
    /// # Errors
    /// Why not.
    pub fn check(self, address: IpAddr) -> Result<(), &'static str> {
        match (Nearness::of(address), self) {
            (Nearness::Never(what), _) => Err(what),
            (Nearness::Loopback, Self::Public | Self::Private) => Err("on this machine"),
            (Nearness::Private, Self::Public) => Err("in a private network"),
            (Nearness::Public, _)
            | (Nearness::Private, Self::Private | Self::Loopback)
            | (Nearness::Loopback, Self::Loopback) => Ok(()),
        }
    }
}

impl Nearness {
    /// Classifies an address; one that carries another inside (IPv4-mapped, NAT64, 6to4) is that.
    pub fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => of_v4(address),
            IpAddr::V6(address) => carried(address).map_or_else(|| of_v6(address), of_v4),
        }
    }
}

/// Addresses of the metadata services of clouds that lie in ranges that look harmless.
const METADATA: [Ipv4Addr; 3] = [
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(168, 63, 129, 16),
    Ipv4Addr::new(192, 0, 0, 192),
];
const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

fn of_v4(address: Ipv4Addr) -> Nearness {
    let metadata = "the metadata service of a cloud";
    match address.octets() {
        _ if METADATA.contains(&address) => Nearness::Never(metadata),
        [169, 254, 169, 254] => Nearness::Never(metadata),
        [169, 254, ..] => Nearness::Never("link-local"),
        [0, ..] => Nearness::Never("unspecified"),
        [127, ..] => Nearness::Loopback,
        // the last two: shared address space of providers, and networks of benchmarks
        [10, ..]
        | [172, 16..=31, ..]
        | [192, 168, ..]
        | [100, 64..=127, ..]
        | [198, 18..=19, ..] => Nearness::Private,
        [224..=239, ..] => Nearness::Never("multicast"),
        [240..=255, ..] | [192, 0, 0, _] => Nearness::Never("reserved"),
        _ => Nearness::Public,
    }
}

fn of_v6(address: Ipv6Addr) -> Nearness {
    match address.segments() {
        _ if address == METADATA_V6 => Nearness::Never("the metadata service of a cloud"),
        [0, 0, 0, 0, 0, 0, 0, 1] => Nearness::Loopback,
        [0, 0, 0, 0, 0, 0, 0, 0] => Nearness::Never("unspecified"),
        [0xfe80..=0xfebf, ..] => Nearness::Never("link-local"),
        // unique local, and the site-local of old
        [0xfc00..=0xfdff | 0xfec0..=0xfeff, ..] => Nearness::Private,
        [0xff00..=0xffff, ..] => Nearness::Never("multicast"),
        [0x2000..=0x3fff, ..] => Nearness::Public,
        _ => Nearness::Never("reserved"),
    }
}

/// Returns the IPv4 address that an IPv6 address stands for.
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let v4 = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    match address.segments() {
        // `::` and `::1` are addresses of their own
        [0, 0, 0, 0, 0, 0, 0, 0..=1] => None,
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stranger_names_is_not_nearer_than_the_stranger() {
        let metadata = Err("the metadata service of a cloud");
        let private = Err("in a private network");
        let here = Err("on this machine");
        // address, for a public, a private and a loopback registry
        for (address, of_public, of_private, of_loopback) in [
            ("93.184.216.34", Ok(()), Ok(()), Ok(())),
            ("2606:2800:220:1::1", Ok(()), Ok(()), Ok(())),
            ("10.1.2.3", private, Ok(()), Ok(())),
            ("172.16.0.1", private, Ok(()), Ok(())),
            ("172.31.255.255", private, Ok(()), Ok(())),
            ("172.32.0.1", Ok(()), Ok(()), Ok(())),
            ("192.168.0.1", private, Ok(()), Ok(())),
            ("100.64.0.1", private, Ok(()), Ok(())),
            ("fd12::1", private, Ok(()), Ok(())),
            ("127.0.0.1", here, here, Ok(())),
            ("127.9.9.9", here, here, Ok(())),
            ("::1", here, here, Ok(())),
            ("::ffff:127.0.0.1", here, here, Ok(())),
            ("::127.0.0.1", here, here, Ok(())),
            ("64:ff9b::7f00:1", here, here, Ok(())),
            ("::ffff:10.0.0.1", private, Ok(()), Ok(())),
            ("2002:a00:1::", private, Ok(()), Ok(())),
            ("169.254.169.254", metadata, metadata, metadata),
            ("::ffff:169.254.169.254", metadata, metadata, metadata),
            ("64:ff9b::a9fe:a9fe", metadata, metadata, metadata),
            ("fd00:ec2::254", metadata, metadata, metadata),
            ("100.100.100.200", metadata, metadata, metadata),
        ] {
            let parsed: IpAddr = address.parse().unwrap();
            for (reach, want) in [
                (Reach::Public, of_public),
                (Reach::Private, of_private),
                (Reach::Loopback, of_loopback),
            ] {
                assert_eq!(reach.check(parsed), want, "{address} for {reach:?}");
            }
        }
    }

    #[test]
    fn where_no_registry_is_nobody_gets() {
        for (address, want) in [
            ("0.0.0.0", "unspecified"),
            ("0.1.2.3", "unspecified"),
            ("::", "unspecified"),
            ("::ffff:0.0.0.0", "unspecified"),
            ("169.254.1.1", "link-local"),
            ("fe80::1", "link-local"),
            ("febf::1", "link-local"),
            ("224.0.0.1", "multicast"),
            ("ff02::1", "multicast"),
            ("255.255.255.255", "reserved"),
            ("240.0.0.1", "reserved"),
            ("192.0.0.8", "reserved"),
        ] {
            let parsed: IpAddr = address.parse().unwrap();
            assert_eq!(Reach::Loopback.check(parsed), Err(want), "{address}");
        }
    }
}
