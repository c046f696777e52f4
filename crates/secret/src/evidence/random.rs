//! Cheap tests of randomness, where a form alone also fits words and hashes.

use super::{Facts, Seen, if_so};

/// A word has no digit.
pub(crate) fn digit(seen: &Seen<'_>) -> Option<Facts> {
    if_so(seen.secret().iter().any(u8::is_ascii_digit))
}

/// Small letters and capitals.
pub(crate) fn mixed_case(seen: &Seen<'_>) -> Option<Facts> {
    let secret = seen.secret();
    let has = |is: fn(&u8) -> bool| secret.iter().any(is);
    if_so(has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase))
}

/// Both of the above.
pub(crate) fn digit_and_case(seen: &Seen<'_>) -> Option<Facts> {
    digit(seen).and_then(|_| mixed_case(seen))
}

/// Forty hexadecimal digits are a commit or a SHA-1, whatever stands before them.
pub(crate) fn not_hex(seen: &Seen<'_>) -> Option<Facts> {
    let is_hex = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
    if_so(!seen.secret().iter().all(is_hex))
}

/// Returns the Shannon entropy of some bytes, in bits a byte.
pub(crate) fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for &byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count = count.saturating_add(1);
        }
    }
    let total = f64::from(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    let part = |&count: &u32| {
        let share = f64::from(count) / total;
        -share * share.log2()
    };
    counts.iter().filter(|&&count| count > 0).map(part).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_is_in_bits_a_byte() {
        for (text, want) in [
            ("", 0.0),
            ("aaaa", 0.0),
            ("abab", 1.0),
            ("abcd", 2.0),
            ("aabc", 1.5),
        ] {
            assert!((entropy(text.as_bytes()) - want).abs() < 1e-12, "{text}");
        }
    }
}
