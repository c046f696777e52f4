//! A SHA-256 digest, as the OCI image specification writes it (`sha256:` and 64 lower-case hex
//! digits).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A SHA-256 digest of some bytes.
///
/// Source of truth: OCI image specification, "Digests". `sha512` is registered there too, but no
/// archive or registry that we know writes it; it is refused by name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Digest([u8; 32]);

/// A text is no digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a digest of the form sha256:<64 hex digits>")]
pub struct BadDigest(pub String);

impl Digest {
    /// Makes a digest of the 32 bytes that a hasher gave.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the 64 lower-case hex digits, without `sha256:`.
    pub fn to_hex(self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |nibble: u8| {
            DIGITS
                .get(usize::from(nibble))
                .map_or('0', |&c| char::from(c))
        };
        self.0
            .iter()
            .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
            .collect()
    }

    /// Returns the first and last four hex digits, for people: `sha256:6f1c…9ab2`.
    pub fn to_short(self) -> String {
        let hex = self.to_hex();
        let head: String = hex.chars().take(4).collect();
        let tail: String = hex.chars().skip(60).collect();
        format!("sha256:{head}…{tail}")
    }

    /// Parses 64 hex digits without the `sha256:`.
    ///
    /// # Errors
    /// [`BadDigest`] if the text is anything but 64 lower-case hex digits.
    pub fn from_hex(hex: &str) -> Result<Self, BadDigest> {
        let bad = || BadDigest(hex.chars().take(100).collect());
        if hex.len() != 64 {
            return Err(bad());
        }
        let mut bytes = [0u8; 32];
        for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks(2)) {
            let [high, low] = pair else { return Err(bad()) };
            let (Some(high), Some(low)) = (nibble(*high), nibble(*low)) else {
                return Err(bad());
            };
            *byte = high << 4 | low;
        }
        Ok(Self(bytes))
    }
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl FromStr for Digest {
    type Err = BadDigest;

    fn from_str(text: &str) -> Result<Self, BadDigest> {
        let hex = text
            .strip_prefix("sha256:")
            .ok_or_else(|| BadDigest(text.chars().take(100).collect()))?;
        Self::from_hex(hex)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.to_hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_what_it_prints_and_refuses_the_rest() {
        let text = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(text.parse::<Digest>().unwrap().to_string(), text);
        assert_eq!(
            text.parse::<Digest>().unwrap().to_short(),
            "sha256:e3b0…b855"
        );
        for bad in [
            "",
            "sha256:",
            text.trim_start_matches("sha256:"),
            &text.to_uppercase(),
            "sha512:00",
            "sha256:e3",
        ] {
            assert!(bad.parse::<Digest>().is_err(), "{bad}");
        }
    }
}
