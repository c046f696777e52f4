//! What became of a request that was not answered, in our words.

use std::io;
use std::time::Duration;

use crate::lookups::OutOfReach;
use crate::{Deadline, NetError, Scheme, Url};

/// Longest wait for a connection, a name or a TLS handshake.
pub(crate) const CONNECTING: Duration = Duration::from_secs(10);
/// Longest silence: of an answer that does not begin, or of a body that stalls.
pub(crate) const SILENCE: Duration = Duration::from_secs(20);
/// Says what became of a request.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library's, which may grow"
)]
pub(crate) fn of_ureq(url: &Url, error: ureq::Error, deadline: Deadline) -> NetError {
    let place = url.to_string();
    if let Err(source) = deadline.check() {
        return NetError::Late { place, source };
    }
    match error {
        ureq::Error::Io(error) => of_io(url, error, deadline),
        ureq::Error::Timeout(timeout) => of_timeout(place, timeout, deadline),
        ureq::Error::HostNotFound => NetError::Unreachable {
            place,
            why: "its name cannot be resolved".to_owned(),
        },
        ureq::Error::ConnectionFailed => NetError::Unreachable {
            place,
            why: "no connection".to_owned(),
        },
        ureq::Error::Rustls(error) => of_tls(place, error.to_string()),
        ureq::Error::Tls(why) => NetError::Tls {
            place,
            why: why.to_owned(),
        },
        ureq::Error::ConnectProxyFailed(why) => NetError::Proxy { place, why },
        ureq::Error::Other(other) if other.is::<OutOfReach>() => NetError::OutOfReach {
            place,
            why: other.to_string(),
        },
        other => NetError::NoHttp {
            place,
            why: other.to_string(),
        },
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library's, which may grow"
)]
fn of_timeout(place: String, timeout: ureq::Timeout, deadline: Deadline) -> NetError {
    match timeout {
        ureq::Timeout::Global => NetError::Late {
            place,
            source: deadline.error(),
        },
        ureq::Timeout::Resolve => NetError::Unreachable {
            place,
            why: "its name was not resolved in time".to_owned(),
        },
        ureq::Timeout::Connect => NetError::Unreachable {
            place,
            why: format!("no connection within {} s", CONNECTING.as_secs()),
        },
        _ => NetError::Broken {
            place,
            why: format!("nothing came for {} s", SILENCE.as_secs()),
        },
    }
}

/// Says what became of a connection.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library's, which may grow"
)]
pub(crate) fn of_io(url: &Url, error: io::Error, deadline: Deadline) -> NetError {
    let place = url.to_string();
    if let Err(source) = deadline.check() {
        return NetError::Late { place, source };
    }
    let error = match error.downcast::<ureq::Error>() {
        Ok(inner) => return of_ureq(url, inner, deadline),
        Err(error) => error,
    };
    let why = error.to_string();
    match error.kind() {
        io::ErrorKind::ConnectionRefused
        | io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::AddrNotAvailable => NetError::Unreachable { place, why },
        // what the TLS library could not make sense of
        io::ErrorKind::InvalidData if url.scheme() == Scheme::Https => of_tls(place, why),
        _ => NetError::Broken { place, why },
    }
}

/// Tells certificates that are not believed from what is no TLS, by the library's words: it is an
/// implementation detail of the client which of its errors stands inside.
fn of_tls(place: String, why: String) -> NetError {
    if why.contains("CaUsedAsEndEntity") {
        let why = "its certificate is an authority's, and none of those that are given".to_owned();
        NetError::Unproved { place, why }
    } else if why.contains("certificate") {
        NetError::Unproved { place, why }
    } else {
        NetError::Tls { place, why }
    }
}
