//! Checksums that publishers put into their tokens.

use super::{Facts, Seen, if_so, proved_if};

/// Digits of base 62 and, its first 36 in small letters, of base 36.
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE36: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const BECH32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// GitHub, npm: the last 6 characters are the CRC-32 of the 30 before, behind the prefix.
pub(crate) fn base62_crc(seen: &Seen<'_>) -> Option<Facts> {
    let secret = seen.secret();
    let body = secret.iter().position(|&byte| byte == b'_')?;
    let (random, sum) = secret.get(body + 1..)?.split_last_chunk::<6>()?;
    proved_if(in_digits(crc32(random), BASE62, 6) == sum)
}

/// GitLab: `payload.LLCCCCCCC`, the payload's length and the CRC-32 of all before, in base 36.
pub(crate) fn gitlab_crc(seen: &Seen<'_>) -> Option<Facts> {
    let (covered, sum) = seen.secret().split_last_chunk::<7>()?;
    proved_if(in_digits(crc32(covered), BASE36, 7) == sum)
}

/// Grafana: the last 8 hexadecimal digits are the CRC-32 of all before the last `_`, lowest byte first.
pub(crate) fn grafana_crc(seen: &Seen<'_>) -> Option<Facts> {
    let (covered, sum) = seen.secret().split_last_chunk::<8>()?;
    let covered = covered.strip_suffix(b"_")?;
    let want = crc32(covered)
        .to_le_bytes()
        .map(|byte| format!("{byte:02x}"))
        .concat();
    proved_if(want.as_bytes() == sum)
}

/// age: Bech32 (BIP 173) with its human-readable part before the last `1`.
pub(crate) fn bech32(seen: &Seen<'_>) -> Option<Facts> {
    let text = seen.secret().to_ascii_lowercase();
    let one = text.iter().rposition(|&byte| byte == b'1')?;
    let (human, data) = (text.get(..one)?, text.get(one + 1..)?);
    let high = human.iter().map(|byte| u32::from(byte >> 5));
    let low = human.iter().map(|byte| u32::from(byte & 31));
    let mut values: Vec<u32> = high.chain([0]).chain(low).collect();
    for byte in data {
        let value = BECH32.iter().position(|known| known == byte)?;
        values.push(u32::try_from(value).ok()?);
    }
    match polymod(&values) {
        1 => Some(Facts::VALID),
        _ => if_so(false),
    }
}

fn polymod(values: &[u32]) -> u32 {
    const GENERATOR: [u32; 5] = [
        0x3b6a_57b2,
        0x2650_8e6d,
        0x1ea1_19fa,
        0x3d42_33dd,
        0x2a14_62b3,
    ];
    values.iter().fold(1, |sum: u32, value| {
        let top = sum >> 25;
        let sum = ((sum & 0x01ff_ffff) << 5) ^ value;
        let taken = GENERATOR
            .iter()
            .enumerate()
            .filter(|(bit, _)| top >> bit & 1 == 1);
        taken.fold(sum, |sum, (_, generator)| sum ^ generator)
    })
}

/// The IEEE CRC-32, a bit at a time: tokens are short.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
    let byte = |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc));
    !bytes.iter().fold(u32::MAX, byte)
}

/// Returns a number in the digits of a base, `len` of them, zeros before it.
fn in_digits(mut number: u32, digits: &[u8], len: usize) -> Vec<u8> {
    let base = u32::try_from(digits.len()).unwrap_or(u32::MAX);
    let mut text = Vec::new();
    for _ in 0..len {
        let digit = usize::try_from(number % base).unwrap_or(0);
        text.extend(digits.get(digit));
        number /= base;
    }
    text.reverse();
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_their_definitions() {
        // the check value of the catalogue of CRCs
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(in_digits(62, BASE62, 6), b"000010");
        assert_eq!(in_digits(35, BASE36, 2), b"0z");
        // a valid text of BIP 173: human-readable part `a`, no data
        let bare = [0x61 >> 5, 0, 0x61 & 31];
        let sum = b"2uel5l".map(|byte| BECH32.iter().position(|&known| known == byte).unwrap());
        let values: Vec<u32> = bare
            .into_iter()
            .chain(sum.map(|value| u32::try_from(value).unwrap()))
            .collect();
        assert_eq!(polymod(&values), 1);
    }
}
