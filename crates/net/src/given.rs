//! Who is believed: who shows a certificate of the user's, and whom an authority signed for.
//!
//! `WebPKI` takes no authority's certificate for a server's (RFC 5280 §4.2.1.9), and no server's for an
//! anchor. A certificate that somebody made for one private host is often both: signed by itself, and marked
//! as an authority's. Whoever gives it says by that: this one. OpenSSL and Go believe it, and so do we.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// Believes whom an authority signed for, and who shows a certificate that the user gave.
#[derive(Debug)]
pub struct Believer {
    usual: Arc<WebPkiServerVerifier>,
    given: Vec<CertificateDer<'static>>,
}

impl Believer {
    /// Makes one that believes the system's authorities, and `given` as authorities and as they are.
    ///
    /// # Errors
    /// None of them can be read.
    pub fn new(
        system: &[CertificateDer<'_>],
        given: Vec<CertificateDer<'static>>,
    ) -> Result<Self, Error> {
        let mut roots = RootCertStore::empty();
        let all = system.iter().chain(&given);
        let _unreadable = roots.add_parsable_certificates(all.map(|it| it.clone().into_owned()));
        let provider = Arc::new(ring::default_provider());
        let usual = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
        let usual = usual.map_err(|error| Error::General(error.to_string()))?;
        Ok(Self { usual, given })
    }
}

impl ServerCertVerifier for Believer {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let usual = self.usual.verify_server_cert(own, between, name, ocsp, now);
        if usual.is_ok() || !self.given.iter().any(|it| it == own) {
            return usual;
        }
        believe(own, name, now).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual
            .verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual
            .verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
}

/// Asks of a certificate that was given what is asked of all: the name, the time, the purpose. Who
/// signed it does not matter.
fn believe(own: &CertificateDer<'_>, name: &ServerName<'_>, now: UnixTime) -> Result<(), Error> {
    // reads it as the usual way does: what is critical and unknown is refused here
    let parsed = ParsedCertificate::try_from(own)?;
    let (_, read) = X509Certificate::from_der(own)
        .map_err(|_of_parser| Error::from(CertificateError::BadEncoding))?;
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let validity = read.validity();
    if now < validity.not_before.timestamp() {
        return Err(CertificateError::NotValidYet.into());
    }
    if now > validity.not_after.timestamp() {
        return Err(CertificateError::Expired.into());
    }
    let purposes = read
        .extended_key_usage()
        .map_err(|_of_parser| Error::from(CertificateError::BadEncoding))?;
    if purposes.is_some_and(|it| !it.value.server_auth) {
        return Err(CertificateError::InvalidPurpose.into());
    }
    verify_server_name(&parsed, name)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rcgen::{
        BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    };

    use super::*;

    const HOST: &str = "registry.example";
    /// 2026-06-01, within the days of the certificates below.
    const NOW: u64 = 1_780_272_000;
    /// Two years later.
    const LATE: u64 = 1_843_344_000;

    fn params(is_authority: bool) -> CertificateParams {
        let mut params = CertificateParams::new(vec![HOST.to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2026, 1, 1);
        params.not_after = rcgen::date_time_ymd(2027, 1, 1);
        if is_authority {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        params
    }

    fn by_itself(params: &CertificateParams) -> CertificateDer<'static> {
        let key = KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap().der().clone()
    }

    fn told(
        own: &CertificateDer<'_>,
        (system, given): (&[CertificateDer<'_>], &[CertificateDer<'static>]),
        (host, now): (&'static str, u64),
    ) -> String {
        let believer = Believer::new(system, given.to_vec()).unwrap();
        let name = ServerName::try_from(host).unwrap();
        let now = UnixTime::since_unix_epoch(Duration::from_secs(now));
        match believer.verify_server_cert(own, &[], &name, &[], now) {
            Ok(_) => "believed".to_owned(),
            Err(Error::InvalidCertificate(why)) => format!("{why:?}"),
            Err(other) => other.to_string(),
        }
    }

    #[test]
    fn a_certificate_that_was_given_is_believed_whoever_signed_it() {
        let authority = by_itself(&params(true));
        let plain = by_itself(&params(false));
        let mut other = params(true);
        other
            .distinguished_name
            .push(rcgen::DnType::CommonName, "other");
        let issuer = Issuer::new(other, KeyPair::generate().unwrap());
        let key = KeyPair::generate().unwrap();
        let signed = params(false).signed_by(&key, &issuer).unwrap();
        let signed = signed.der().clone();
        let mut for_clients = params(true);
        for_clients.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let for_clients = by_itself(&for_clients);
        let other = by_itself(&params(true));
        for (what, own, given, asked, want) in [
            (
                "an authority",
                &authority,
                &authority,
                (HOST, NOW),
                "believed",
            ),
            ("no authority", &plain, &plain, (HOST, NOW), "believed"),
            ("another's", &signed, &signed, (HOST, NOW), "believed"),
            (
                "not given",
                &authority,
                &other,
                (HOST, NOW),
                "CaUsedAsEndEntity",
            ),
            ("not given", &signed, &other, (HOST, NOW), "UnknownIssuer"),
            ("late", &authority, &authority, (HOST, LATE), "Expired"),
            ("early", &authority, &authority, (HOST, 0), "NotValidYet"),
            (
                "elsewhere",
                &authority,
                &authority,
                ("other.example", NOW),
                "NotValidForName",
            ),
            (
                "no server",
                &for_clients,
                &for_clients,
                (HOST, NOW),
                "InvalidPurpose",
            ),
        ] {
            let found = told(own, (&[], std::slice::from_ref(given)), asked);
            assert!(found.contains(want), "{what}: {found} instead of {want}");
        }
    }

    #[test]
    fn the_system_s_authorities_stay_authorities_only() {
        let authority = by_itself(&params(true));
        let other = by_itself(&params(true));
        let found = told(
            &authority,
            (std::slice::from_ref(&authority), &[other]),
            (HOST, NOW),
        );
        assert!(found.contains("CaUsedAsEndEntity"), "{found}");
    }
}
