//! Keys as OpenSSL writes them: PEM of PKCS #8 (RFC 8410) and of a public key.
//!
//! ```text
//! openssl genpkey -algorithm ed25519 -out site.key
//! openssl pkey -in site.key -pubout -out site.pub
//! ```

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde::{Deserialize, Serialize};

use crate::envelope::digest;

/// What stands before the 32 bytes of an ed25519 key: a sequence of its algorithm (1.3.101.112) and of
/// a string of bits. Source of truth: RFC 8410, section 4.
const BEFORE_KEY: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];
/// Hex digits of a key's digest that people see.
const SHOWN: usize = 16;

/// A key that proves signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PublicKey([u8; 32]);

/// A key that makes signatures; nothing shows it.
pub struct SecretKey(Ed25519KeyPair);

/// A text is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// It is no public one.
    #[error("it is no public key of ed25519 in PEM (BEGIN PUBLIC KEY), nor the line inside")]
    Public,
    /// It is no secret one.
    #[error("it is no private key of ed25519 in PEM (BEGIN PRIVATE KEY)")]
    Secret,
}

impl PublicKey {
    /// Reads a key in PEM, or the line of base64 that is in such a file.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Self, BadKey> {
        let base64 = inside(text, "PUBLIC KEY").unwrap_or_else(|| text.trim().to_owned());
        let der = STANDARD
            .decode(base64)
            .map_err(|_no_base64| BadKey::Public)?;
        let key = der.strip_prefix(&BEFORE_KEY).ok_or(BadKey::Public)?;
        let key = <[u8; 32]>::try_from(key).map_err(|_length| BadKey::Public)?;
        Ok(Self(key))
    }

    /// Returns its 32 bytes.
    pub(super) const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns what people compare: the beginning of the SHA-256 of the key as `openssl pkey -pubin
    /// -outform DER` writes it, as 16 hex digits.
    pub fn fingerprint(&self) -> String {
        let digest = digest(&[&BEFORE_KEY[..], &self.0].concat());
        digest.to_hex().chars().take(SHOWN).collect()
    }
}

impl SecretKey {
    /// Reads a key in PEM.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Self, BadKey> {
        let base64 = inside(text, "PRIVATE KEY").ok_or(BadKey::Secret)?;
        let der = STANDARD
            .decode(base64)
            .map_err(|_no_base64| BadKey::Secret)?;
        let pair =
            Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).map_err(|_rejected| BadKey::Secret)?;
        Ok(Self(pair))
    }

    /// Returns the key that proves what this one signs.
    pub fn public(&self) -> PublicKey {
        let mut key = [0; 32];
        let bytes = self.0.public_key().as_ref().iter();
        key.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        PublicKey(key)
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).as_ref().to_vec()
    }
}

/// Returns the base64 inside of PEM, without ends of lines.
fn inside(text: &str, label: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("-----BEGIN {label}-----"))?;
    let (base64, _) = rest.split_once(&format!("-----END {label}-----"))?;
    Some(base64.split_whitespace().collect())
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
