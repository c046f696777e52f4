//! Whether a certificate is for a name, signed by who is believed, and neither too young nor too old.
//!
//! Source of truth: RFC 5280 §4.1.2.5, §4.2.1.6; `WebPKI` decides about chains and names, as in clients.

use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;
use net::Believer;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::{Report, State};

/// Days before its end from which a certificate is told.
const SOON: i64 = 30;

/// Reads the certificates of a PEM file, the server's own first.
pub(super) fn read(pem: &[u8]) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(pem)
        .filter_map(Result::ok)
        .collect()
}

/// Tells whether those who believe `authorities` believe this chain to be `name`'s.
pub(super) fn check(
    (chain, authorities): (&[CertificateDer<'_>], &[CertificateDer<'_>]),
    name: &str,
    now: Timestamp,
    (about, report): (&str, &mut Report),
) {
    let Some((own, between)) = chain.split_first() else {
        return report.add(State::Broken, about, "there is no certificate in it");
    };
    let told = verdict((own, between), authorities, name, now);
    match told {
        Ok(()) => {
            let text = format!("the certificate is {name}'s, and who asks believes its signer");
            report.add(State::Well, about, text);
        }
        Err(why) => report.add(State::Broken, about, refusal(&why, own, name)),
    }
    end(own, now, (about, report));
}

/// Tells a key that is not the certificate's: a server does not start with both.
pub(super) fn key(
    chain: Vec<CertificateDer<'static>>,
    pem: &[u8],
    (about, report): (&str, &mut Report),
) {
    let Ok(key) = PrivateKeyDer::from_pem_slice(pem) else {
        return report.add(
            State::Broken,
            about,
            "there is no key beside the certificate that can be read",
        );
    };
    match CertifiedKey::from_der(chain, key, &ring::default_provider()) {
        Ok(_) | Err(rustls::Error::NoCertificatesPresented) => {}
        Err(rustls::Error::InconsistentKeys(_)) => {
            let text = "the key is another certificate's: the server does not start";
            report.add(State::Broken, about, text);
        }
        Err(error) => report.add(
            State::Broken,
            about,
            format!("the key cannot be used: {error}"),
        ),
    }
}

/// Returns why a certificate is refused, and what to do.
fn refusal(why: &rustls::Error, own: &CertificateDer<'_>, name: &str) -> String {
    use rustls::CertificateError as Bad;
    let rustls::Error::InvalidCertificate(bad) = why else {
        return format!("the certificate is refused: {why}");
    };
    if matches!(bad, Bad::UnknownIssuer | Bad::BadSignature) {
        "the CA bundle did not sign the certificate".to_owned()
    } else if matches!(
        bad,
        Bad::NotValidForName | Bad::NotValidForNameContext { .. }
    ) {
        let names = names(own).join(", ");
        format!("the certificate is for {names}, and is asked as {name}")
    } else if matches!(bad, Bad::Expired | Bad::ExpiredContext { .. }) {
        "the certificate has run out: make new ones with `seaworthy install`".to_owned()
    } else if matches!(bad, Bad::NotValidYet | Bad::NotValidYetContext { .. }) {
        "the certificate holds from a later day on: is this clock right?".to_owned()
    } else {
        format!("the certificate is refused: {bad}")
    }
}

/// Tells how long a certificate, or an authority's, still holds.
pub(super) fn end(
    certificate: &CertificateDer<'_>,
    now: Timestamp,
    (about, report): (&str, &mut Report),
) {
    let Ok((_, parsed)) = X509Certificate::from_der(certificate) else {
        return report.add(State::Broken, about, "a certificate cannot be read");
    };
    let left = parsed
        .validity()
        .not_after
        .timestamp()
        .saturating_sub(now.as_second())
        / 86_400;
    if (0..SOON).contains(&left) {
        report.add(
            State::Doubtful,
            about,
            format!(
                "the certificate of {} holds {left} days more",
                parsed.subject()
            ),
        );
    }
}

fn verdict(
    (own, between): (&CertificateDer<'_>, &[CertificateDer<'_>]),
    authorities: &[CertificateDer<'_>],
    name: &str,
    now: Timestamp,
) -> Result<(), rustls::Error> {
    let given = authorities.iter().map(|it| it.clone().into_owned());
    let believer = Believer::new(&[], given.collect())
        .map_err(|error| rustls::Error::General(format!("the CA bundle: {error}")))?;
    let name = ServerName::try_from(name.to_owned())
        .map_err(|error| rustls::Error::General(error.to_string()))?;
    let now =
        UnixTime::since_unix_epoch(Duration::from_secs(now.as_second().try_into().unwrap_or(0)));
    believer
        .verify_server_cert(own, between, &name, &[], now)
        .map(drop)
}

/// Returns the names that a certificate is for.
pub(super) fn names(certificate: &CertificateDer<'_>) -> Vec<String> {
    let Ok((_, parsed)) = X509Certificate::from_der(certificate) else {
        return Vec::new();
    };
    let extension = parsed.subject_alternative_name().ok().flatten();
    let names = extension
        .map(|it| it.value.general_names.iter())
        .into_iter()
        .flatten();
    let name = |name: &GeneralName<'_>| {
        if let GeneralName::DNSName(name) = name {
            return Some((*name).to_owned());
        }
        let GeneralName::IPAddress(bytes) = name else {
            return None;
        };
        address(bytes).map(|it| it.to_string())
    };
    let names: Vec<String> = names.filter_map(name).collect();
    if names.is_empty() {
        vec!["no name at all".to_owned()]
    } else {
        names
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let four: Option<[u8; 4]> = bytes.try_into().ok();
    let sixteen: Option<[u8; 16]> = bytes.try_into().ok();
    four.map(IpAddr::from).or(sixteen.map(IpAddr::from))
}
