//! Our certificate and its key, read again when the files say something else.
//!
//! A new pair that is no pair is told and not used: the old one serves on.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use archive::read_at_most;
use jiff::Timestamp;
use rustix::fs::{Mode, OFlags};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use x509_parser::parse_x509_certificate;

/// Bytes of a file of certificates.
const MAX_BYTES: u64 = 1 << 20;

/// Where the files are.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// Our certificate, and those between it and the root, in PEM.
    pub certificate: PathBuf,
    /// Its key, in PEM.
    pub key: PathBuf,
    /// Who signs the certificates of clients; without it anybody may ask.
    pub client_ca: Option<PathBuf>,
}

/// The pair that serves now.
#[derive(Debug)]
pub(crate) struct Tls {
    files: TlsFiles,
    now: RwLock<Pair>,
}

/// A certificate and its key.
#[derive(Debug)]
struct Pair {
    /// What is in the files.
    bytes: Vec<u8>,
    config: Arc<ServerConfig>,
    /// Our own first.
    chain: Vec<Days>,
}

/// When a certificate holds, in seconds since 1970.
#[derive(Debug, Clone, Copy)]
struct Days {
    begins: i64,
    ends: i64,
}

impl Pair {
    fn read(files: &TlsFiles, bytes: Vec<u8>) -> io::Result<Self> {
        let chain = certificates(&files.certificate)?;
        let days = chain.iter().filter_map(|it| {
            let (_, read) = parse_x509_certificate(it).ok()?;
            let (begins, ends) = (read.validity().not_before, read.validity().not_after);
            Some(Days {
                begins: begins.timestamp(),
                ends: ends.timestamp(),
            })
        });
        let days = days.collect();
        Ok(Self {
            bytes,
            config: config(files, chain)?,
            chain: days,
        })
    }

    /// Returns why nobody believes our own certificate now.
    fn problem(&self, now: Timestamp) -> Option<String> {
        let own = self.chain.first()?;
        let day = |second| {
            Timestamp::from_second(second).map_or_else(|_| String::new(), |it| it.to_string())
        };
        if now.as_second() > own.ends {
            Some(format!("the certificate has run out on {}", day(own.ends)))
        } else if now.as_second() < own.begins {
            Some(format!("the certificate holds from {} on", day(own.begins)))
        } else {
            None
        }
    }
}

impl Tls {
    /// Reads the files. A certificate that does not hold today serves all the same, until there is one that
    /// does: [`Tls::problem`].
    pub(crate) fn read(files: TlsFiles) -> io::Result<Self> {
        let pair = Pair::read(&files, all_bytes(&files)?)?;
        Ok(Self {
            files,
            now: RwLock::new(pair),
        })
    }

    /// Returns why nobody believes our certificate now; none if it holds.
    pub(crate) fn problem(&self, now: Timestamp) -> Option<String> {
        self.pair().problem(now)
    }

    fn pair(&self) -> RwLockReadGuard<'_, Pair> {
        self.now.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns how connections are made now.
    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.pair().config)
    }

    /// Returns when our certificate ends, in seconds since 1970; the chain ends with the first that does.
    pub(crate) fn ends(&self) -> Option<i64> {
        self.pair().chain.iter().map(|it| it.ends).min()
    }

    /// Reads the files again if they changed; returns whether they did.
    ///
    /// # Errors
    /// Why the new ones are not used.
    pub(crate) fn renew(&self, now: Timestamp) -> io::Result<bool> {
        let bytes = all_bytes(&self.files)?;
        if self.pair().bytes == bytes {
            return Ok(false);
        }
        let pair = Pair::read(&self.files, bytes)?;
        if let Some(why) = pair.problem(now) {
            let file = self.files.certificate.display();
            return Err(io::Error::other(format!("{file}: {why}")));
        }
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = pair;
        Ok(true)
    }
}

fn all_bytes(files: &TlsFiles) -> io::Result<Vec<u8>> {
    let mut all = read(&files.certificate)?;
    all.extend(read(&files.key)?);
    if let Some(path) = &files.client_ca {
        all.extend(read(path)?);
    }
    Ok(all)
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let told =
        |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    // a pipe that nobody writes to must not keep renewal waiting
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let opened = rustix::fs::open(path, flags, Mode::empty()).map_err(io::Error::from);
    let file = File::from(opened.map_err(told)?);
    if !file.metadata().map_err(told)?.is_file() {
        return Err(told(io::Error::other("it is no file")));
    }
    read_at_most(file, MAX_BYTES).map_err(told)
}

fn config(files: &TlsFiles, chain: Vec<CertificateDer<'static>>) -> io::Result<Arc<ServerConfig>> {
    let bad = |path: &Path, why: String| io::Error::other(format!("{}: {why}", path.display()));
    let key = PrivateKeyDer::from_pem_slice(&read(&files.key)?)
        .map_err(|error| bad(&files.key, format!("it holds no key in PEM: {error}")))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions();
    let builder = builder.map_err(io::Error::other)?;
    let builder = match &files.client_ca {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let mut roots = rustls::RootCertStore::empty();
            for root in certificates(path)? {
                roots
                    .add(root)
                    .map_err(|error| bad(path, error.to_string()))?;
            }
            let verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
            builder
                .with_client_cert_verifier(verifier.map_err(|error| bad(path, error.to_string()))?)
        }
    };
    let config = builder.with_single_cert(chain, key);
    let mut config = config.map_err(|error| {
        bad(
            &files.certificate,
            format!("it is no certificate of the key: {error}"),
        )
    })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn certificates(path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    let bytes = read(path)?;
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match read {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        _ => Err(io::Error::other(format!(
            "{}: it holds no certificate in PEM",
            path.display()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a certificate that holds from the first day of a year to that of another.
    fn write(files: &TlsFiles, (from, to): (i32, i32)) {
        let mut parameters = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        parameters.not_before = rcgen::date_time_ymd(from, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(to, 1, 1);
        let key = rcgen::KeyPair::generate().unwrap();
        let made = parameters.self_signed(&key).unwrap();
        std::fs::write(&files.certificate, made.pem()).unwrap();
        std::fs::write(&files.key, key.serialize_pem()).unwrap();
    }

    fn files(folder: &Path) -> TlsFiles {
        TlsFiles {
            certificate: folder.join("tls.crt"),
            key: folder.join("tls.key"),
            client_ca: None,
        }
    }

    #[test]
    fn a_certificate_that_does_not_hold_is_told_and_replaces_none() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        write(&files, (2020, 2021));
        let tls = Tls::read(files.clone()).unwrap();
        let now: Timestamp = "2026-11-26T12:00:00Z".parse().unwrap();
        let problem = "the certificate has run out on 2021-01-01T00:00:00Z";
        assert_eq!(tls.problem(now).as_deref(), Some(problem));
        write(&files, (2026, 2027));
        assert!(tls.renew(now).unwrap());
        assert_eq!(tls.problem(now), None);
        for (days, why) in [
            ((2020, 2021), "has run out on 2021-01-01T00:00:00Z"),
            ((2027, 2028), "holds from 2027-01-01T00:00:00Z on"),
        ] {
            write(&files, days);
            let error = tls.renew(now).unwrap_err().to_string();
            assert!(error.ends_with(why), "{error}");
            // 2027-01-01
            assert_eq!((tls.problem(now), tls.ends()), (None, Some(1_798_761_600)));
        }
        assert!(
            tls.problem("2027-01-01T00:00:01Z".parse().unwrap())
                .is_some()
        );
    }

    #[test]
    fn the_end_of_the_certificate_is_known_even_when_it_is_past() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        write(&files, (2020, 2021));
        let tls = Tls::read(files.clone()).unwrap();
        // 2021-01-01
        assert_eq!(tls.ends(), Some(1_609_459_200));
        // a pipe keeps nobody waiting
        std::fs::remove_file(&files.certificate).unwrap();
        let made = rustix::fs::mknodat(
            rustix::fs::CWD,
            &files.certificate,
            rustix::fs::FileType::Fifo,
            Mode::RUSR,
            0,
        );
        made.unwrap();
        let error = tls.renew(Timestamp::UNIX_EPOCH).unwrap_err().to_string();
        assert!(error.ends_with("tls.crt: it is no file"), "{error}");
    }
}
