//! What of a secret may leave: its fixed beginning, its last characters, its fingerprint.

use hmac::{Hmac, KeyInit as _, Mac as _};
use model::Secret;
use sha2::Sha256;

use crate::block::Match;
use crate::lines::{self, Place, View};
use crate::rule::Rule;

/// Bytes from which a secret is long enough that two of its characters tell nothing.
const LONG: usize = 20;
/// Key of the fingerprints: public, so that everybody's are alike.
const KEY: &[u8] = b"seaworthy/secret/v1";

/// Makes what is told of a secret; its text is at hand in `view`, which starts at `place`.
pub(crate) fn secret(rule: &Rule, found: &Match, view: &View<'_>, place: Place) -> Secret {
    let start = place.after(view.text.get(..found.range.start).unwrap_or_default());
    let there = view.text.get(found.range.clone()).unwrap_or_default();
    // the line break at the end of a key belongs to its last line
    let end = start.after(there.strip_suffix(b"\n").unwrap_or(there));
    let value = found.decoded.as_deref().unwrap_or(there);
    Secret {
        offset: start.offset,
        rule: rule.id.clone(),
        title: rule.title.clone(),
        family: rule.family.clone(),
        severity: found.facts.severity.unwrap_or(rule.severity),
        line: start.line,
        end_line: end.line,
        column: start.column,
        length: u64::try_from(value.len()).unwrap_or(u64::MAX),
        sample: sample(value, &rule.words),
        fingerprint: fingerprint(value),
        proof: found.facts.proof,
        expires: found.facts.expires,
        note: found.facts.note.clone(),
        lines: lines::around(view, &found.range, start.line),
    }
}

/// Returns the fixed beginning, `…`, and the last two characters; of a short secret, `…` alone.
fn sample(secret: &[u8], words: &[String]) -> String {
    let secret = secret.trim_ascii();
    if secret.len() < LONG {
        return "…".to_owned();
    }
    let is_start = |word: &&String| {
        let start = secret.get(..word.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
    };
    let prefix = words.iter().filter(is_start).max_by_key(|word| word.len());
    let end = secret
        .last_chunk::<2>()
        .filter(|end| end.iter().all(u8::is_ascii_graphic));
    let end = end.map_or(String::new(), |end| {
        String::from_utf8_lossy(end).into_owned()
    });
    format!("{}…{end}", prefix.map_or("", String::as_str))
}

/// Returns 16 bytes of the HMAC-SHA256 in hexadecimal.
fn fingerprint(secret: &[u8]) -> String {
    // a key that is shorter than a block is filled up with zeros
    let mut block = [0; 64];
    for (to, from) in block.iter_mut().zip(KEY) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(secret);
    let digest: [u8; 32] = mac.finalize().into_bytes().into();
    let short = digest.first_chunk().copied().unwrap_or_default();
    format!("{:032x}", u128::from_be_bytes(short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_tell_nothing_of_a_short_secret() {
        let words = ["abc_".to_owned()];
        for (secret, want) in [
            ("abc_0123456789012345xy", "abc_…xy"),
            ("0123456789012345678xy", "…xy"),
            ("abc_012345678901234", "…"),
            ("\nABC_0123456789012345xy\n", "abc_…xy"),
            ("0123456789012345678ä", "…"),
            ("", "…"),
        ] {
            assert_eq!(sample(secret.as_bytes(), &words), want, "{secret}");
        }
    }

    /// Computed by `openssl dgst -sha256 -hmac seaworthy/secret/v1`.
    #[test]
    fn fingerprints_are_those_of_any_other_program() {
        assert_eq!(fingerprint(b"hunter2"), "5d9d1f33bd381bb2a78e76ec6c9e4020");
    }
}
