//! New certificates: of an authority whose key is forgotten at once, of the server, and of who may ask.

use std::net::IpAddr;

use jiff::ToSpan as _;
use jiff::civil::Date;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

/// Certificates and keys in PEM.
#[derive(Debug)]
pub(super) struct Certificates {
    pub(super) authority: String,
    pub(super) server: Pair,
    pub(super) client: Pair,
    /// The last day on which they hold.
    pub(super) until: Date,
}

/// A certificate and its key.
pub(super) struct Pair {
    pub(super) certificate: String,
    pub(super) key: String,
}

impl std::fmt::Debug for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pair")
    }
}

impl Certificates {
    /// Makes them: the server's is of `host`, a name or an address.
    ///
    /// # Errors
    /// The system gives no chance.
    pub(super) fn make(host: &str, today: Date, days: u16) -> Result<Self, rcgen::Error> {
        let until = today.saturating_add(i64::from(days).days());
        // clocks differ: it holds since yesterday
        let since = today.saturating_sub(1.day());
        let key = KeyPair::generate()?;
        let mut authority = params("Seaworthy authority", since, until);
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = authority.self_signed(&key)?;
        let issuer = Issuer::new(authority, key);
        let mut server = params(host, since, until);
        server.subject_alt_names = vec![match host.parse::<IpAddr>() {
            Ok(address) => rcgen::SanType::IpAddress(address),
            Err(_) => rcgen::SanType::DnsName(host.try_into()?),
        }];
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let mut client = params("apiserver", since, until);
        client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        Ok(Self {
            authority: certificate.pem(),
            server: signed(&server, &issuer)?,
            client: signed(&client, &issuer)?,
            until,
        })
    }
}

fn params(name: &str, since: Date, until: Date) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    let day = |date: Date| {
        date_time_ymd(
            date.year().into(),
            date.month().unsigned_abs(),
            date.day().unsigned_abs(),
        )
    };
    params.not_before = day(since);
    params.not_after = day(until);
    params
}

fn signed(params: &CertificateParams, issuer: &Issuer<'_, KeyPair>) -> Result<Pair, rcgen::Error> {
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, issuer)?;
    Ok(Pair {
        certificate: certificate.pem(),
        key: key.serialize_pem(),
    })
}
