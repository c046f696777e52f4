//! Our certificate and its key, read again when the files say something else.
//!
//! A new pair that is no pair is told and not used: the old one serves on.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use archive::read_at_most;
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
    now: RwLock<(Vec<u8>, Arc<ServerConfig>)>,
}

impl Tls {
    /// Reads the files.
    pub(crate) fn read(files: TlsFiles) -> io::Result<Self> {
        let bytes = all_bytes(&files)?;
        let config = config(&files)?;
        Ok(Self {
            files,
            now: RwLock::new((bytes, config)),
        })
    }

    /// Returns how connections are made now.
    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&now.1)
    }

    /// Returns when our certificate ends, in seconds since 1970; the chain ends with the first that does.
    pub(crate) fn ends(&self) -> Option<i64> {
        let chain = certificates(&self.files.certificate).ok()?;
        let ends = chain.iter().filter_map(|it| {
            let (_, read) = parse_x509_certificate(it).ok()?;
            Some(read.validity().not_after.timestamp())
        });
        ends.min()
    }

    /// Reads the files again if they changed; returns whether they did.
    ///
    /// # Errors
    /// Why the new ones are not used.
    pub(crate) fn renew(&self) -> io::Result<bool> {
        let bytes = all_bytes(&self.files)?;
        let is_same = self.now.read().unwrap_or_else(PoisonError::into_inner).0 == bytes;
        if is_same {
            return Ok(false);
        }
        let config = config(&self.files)?;
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = (bytes, config);
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

fn config(files: &TlsFiles) -> io::Result<Arc<ServerConfig>> {
    let bad = |path: &Path, why: String| io::Error::other(format!("{}: {why}", path.display()));
    let chain = certificates(&files.certificate)?;
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

    #[test]
    fn the_end_of_the_certificate_is_known_even_when_it_is_past() {
        let mut parameters = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        parameters.not_before = rcgen::date_time_ymd(2020, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(2021, 1, 1);
        let key = rcgen::KeyPair::generate().unwrap();
        let made = parameters.self_signed(&key).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let files = TlsFiles {
            certificate: folder.path().join("tls.crt"),
            key: folder.path().join("tls.key"),
            client_ca: None,
        };
        std::fs::write(&files.certificate, made.pem()).unwrap();
        std::fs::write(&files.key, key.serialize_pem()).unwrap();
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
        let error = tls.renew().unwrap_err().to_string();
        assert!(error.ends_with("tls.crt: it is no file"), "{error}");
    }
}
