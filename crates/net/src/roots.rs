//! Whose certificates are believed: the system's, and those that the user adds.

use std::path::{Path, PathBuf};

use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use ureq::tls::{Certificate, PemItem, PrivateKey, parse_pem};

use crate::{NetError, read_regular};

/// Where systems keep all certificates in one file: Debian, Fedora, openSUSE, Alpine and macOS.
const SYSTEM: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// Bytes of a file of certificates: the system's has a quarter of it.
const MAX_BYTES: u64 = 4 << 20;

/// Returns the certificates of a file in PEM.
///
/// # Errors
/// It cannot be read, or holds none.
pub(crate) fn read(path: &Path) -> Result<Vec<Certificate<'static>>, NetError> {
    let mut found = Vec::new();
    for item in items(path)? {
        if let PemItem::Certificate(certificate) = item {
            found.push(certificate);
        }
    }
    if found.is_empty() {
        return Err(failed(path, "it holds no certificate in PEM"));
    }
    Ok(found)
}

/// Returns our chain of certificates and its key, of two files in PEM.
///
/// # Errors
/// They cannot be read, hold none, or do not belong together.
pub(crate) fn pair(
    chain: &Path,
    key: &Path,
) -> Result<(Vec<Certificate<'static>>, PrivateKey<'static>), NetError> {
    let certificates = read(chain)?;
    let private = items(key)?.into_iter().find_map(|item| {
        if let PemItem::PrivateKey(private) = item {
            Some(private)
        } else {
            None
        }
    });
    let private = private.ok_or_else(|| failed(key, "it holds no private key in PEM"))?;
    let wrong =
        |why: &dyn std::fmt::Display| failed(key, &format!("with {}: {why}", chain.display()));
    let der = key_der(&private).map_err(|why| wrong(&why))?;
    // the HTTP library panics over a pair that is none
    CertifiedKey::from_der(ders(&certificates), der, &ring::default_provider())
        .map_err(|error| wrong(&error))?;
    Ok((certificates, private))
}

/// Returns certificates as the TLS library wants them.
pub(crate) fn ders(certificates: &[Certificate<'_>]) -> Vec<CertificateDer<'static>> {
    let der = |it: &Certificate<'_>| CertificateDer::from(it.der().to_vec());
    certificates.iter().map(der).collect()
}

/// Returns a key as the TLS library wants it.
///
/// # Errors
/// It is of no known kind.
pub(crate) fn key_der(key: &PrivateKey<'_>) -> Result<PrivateKeyDer<'static>, &'static str> {
    PrivateKeyDer::try_from(key.der().to_vec())
}

fn items(path: &Path) -> Result<Vec<PemItem<'static>>, NetError> {
    let bytes = read_regular(path, MAX_BYTES).map_err(|error| failed(path, &error.to_string()))?;
    // what is damaged between others is passed over, as other programs do
    Ok(parse_pem(&bytes).filter_map(Result::ok).collect())
}

fn failed(path: &Path, why: &str) -> NetError {
    NetError::Certificates {
        path: path.to_owned(),
        why: why.to_owned(),
    }
}

/// Returns the system's certificates, from `replaced` where the user said so; none if nobody knows
/// where they are.
///
/// # Errors
/// `replaced` cannot be read, or holds none.
pub(crate) fn system(replaced: Option<&PathBuf>) -> Result<Vec<Certificate<'static>>, NetError> {
    match replaced {
        Some(path) => read(path),
        None => Ok(SYSTEM
            .iter()
            .find_map(|path| read(Path::new(path)).ok())
            .unwrap_or_default()),
    }
}
