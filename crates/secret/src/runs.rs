//! Long runs of the characters of which tokens are made.
//!
//! Most formats are one word and what belongs to it, without a space or a quotation mark: such a token
//! stands in a run of its characters that is at least as long as it. Machine code has hardly any, and
//! text of people few; so only there the words of these formats are looked for.

use std::ops::Range;

/// Characters of the shortest token that counts as one.
pub(crate) const LEAST: usize = 20;
/// Bytes that are told at once: a bit each.
const STEP: usize = 64;

/// Whether a token may have this character.
pub(crate) const fn is_of_token(byte: u8) -> bool {
    let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    // `-`, `.`, `/` and the digits follow each other
    let is_digit = byte.wrapping_sub(b'-') < 13;
    is_letter || is_digit || byte == b'_' || byte == b'+' || byte == b'=' || byte == b'~'
}

/// Calls `see` with each run of [`LEAST`] or more characters in `part`, in order.
pub(crate) fn each(part: &[u8], mut see: impl FnMut(Range<usize>)) {
    let mut open = None;
    let mut before = 0;
    for at in (0..part.len()).step_by(STEP) {
        let these = told(part.get(at..).unwrap_or_default());
        let mut long = long(before, these);
        before = these;
        if let Some(start) = open {
            let more = long.trailing_ones();
            if more == u64::BITS {
                continue;
            }
            see(start..at + to_usize(more));
            long &= long + 1;
            open = None;
        }
        while long != 0 {
            let first = long.trailing_zeros();
            let more = (long >> first).trailing_ones();
            // the first place that is told is the run's last of the least
            let start = at + to_usize(first) + 1 - LEAST;
            if first + more == u64::BITS {
                open = Some(start);
                break;
            }
            see(start..at + to_usize(first + more));
            long &= long + (1 << first);
        }
    }
    if let Some(start) = open {
        see(start..part.len());
    }
}

/// Tells which places end as many such characters as make a run: bits of a step, of which that before is
/// known.
fn long(before: u64, these: u64) -> u64 {
    let mut both = u128::from(before) | u128::from(these) << u64::BITS;
    // 2, 4, 8, 16, and then the rest
    for shift in [1, 2, 4, 8, LEAST - 16] {
        both &= both << shift;
    }
    u64::try_from(both >> u64::BITS).unwrap_or(0)
}

/// Tells which of the next bytes are such characters, the first in the lowest bit.
fn told(rest: &[u8]) -> u64 {
    let mut bytes = [0; STEP];
    let all = rest.first_chunk::<STEP>().unwrap_or_else(|| {
        for (byte, there) in bytes.iter_mut().zip(rest) {
            *byte = *there;
        }
        &bytes
    });
    // a byte each first, of which the compiler makes many at once; then eight of these become bits
    let told = all.map(|byte| u8::from(is_of_token(byte)));
    let (eights, _) = told.as_chunks::<8>();
    eights.iter().rev().fold(0, |bits, eight| {
        let gathered = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits << 8 | gathered
    })
}

fn to_usize(count: u32) -> usize {
    usize::try_from(count).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_tokens_are_known() {
        let all: Vec<u8> = (0..=u8::MAX).filter(|&byte| is_of_token(byte)).collect();
        let want = "+-./0123456789=ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~";
        assert_eq!(String::from_utf8(all).unwrap(), want);
    }

    /// The same, byte by byte.
    fn slowly(part: &[u8]) -> Vec<Range<usize>> {
        let mut runs = Vec::new();
        let mut start = 0;
        for (at, &byte) in part.iter().chain(b" ").enumerate() {
            if !is_of_token(byte) {
                if at - start >= LEAST {
                    runs.push(start..at);
                }
                start = at + 1;
            }
        }
        runs
    }

    #[test]
    fn runs_are_found_at_every_place_and_of_every_length() {
        let others = [" ", "\0", "a b", ", ", "\u{e9}"];
        for before in 0..130 {
            for length in (0..30).chain([63, 64, 65, 127, 128, 129, 200]) {
                let other = others[(before + length) % others.len()];
                let text = format!(
                    "{}{other}{}{other}{}",
                    "x".repeat(before),
                    "Y".repeat(length),
                    "z".repeat((7 * before + length) % 100),
                );
                let mut runs = Vec::new();
                each(text.as_bytes(), |run| runs.push(run));
                assert_eq!(runs, slowly(text.as_bytes()), "{text}");
            }
        }
    }
}
