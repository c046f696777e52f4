//! Keys that the user names: in a file, or as they are.

use std::path::Path;

use advisory::signature::{PublicKey, SecretKey};

use crate::error::Failure;

/// Bytes of a file with a key; one has about a hundred.
const MAX_BYTES: u64 = 16 << 10;
/// Characters of 32 bytes in base64: no key has fewer.
const KEY_CHARACTERS: usize = 43;

/// Reads a public key that is given as it is, or as a file.
///
/// # Errors
/// It is none, or its file cannot be read.
pub(super) fn public(given: &str) -> Result<PublicKey, Failure> {
    if let Ok(key) = PublicKey::parse(given) {
        return Ok(key);
    }
    // what has the form of a key may be the private one
    let is_of_key = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    let is_path = given.len() < KEY_CHARACTERS || !given.bytes().all(is_of_key);
    let shown = if is_path { given } else { "[redacted]" };
    let failed = |why: String| {
        Failure::usage(format!("--db-key {shown}: {why}")).with(
            "next",
            "give the file that seaworthy db keygen or openssl pkey -pubout wrote, or the line of base64 in it",
        )
    };
    let text = text(Path::new(given)).map_err(failed)?;
    PublicKey::parse(&text).map_err(|bad| failed(bad.to_string()))
}

/// Reads a private key from a file.
///
/// # Errors
/// It is none, or its file cannot be read.
pub(crate) fn secret(path: &Path) -> Result<SecretKey, Failure> {
    let failed = |why: String| {
        let failure = Failure::usage(format!("--key {}: {why}", path.display()));
        failure.with("next", "make one: seaworthy db keygen site.key")
    };
    let text = text(path).map_err(failed)?;
    SecretKey::parse(&text).map_err(|bad| failed(bad.to_string()))
}

fn text(path: &Path) -> Result<String, String> {
    let bytes = net::read_regular(path, MAX_BYTES).map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
