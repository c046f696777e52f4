//! The encoding of a file: UTF-8, or UTF-16 with a byte order mark, as kubectl takes them.

use std::borrow::Cow;

use crate::{Position, Problem};

/// Returns the file as UTF-8 without a byte order mark.
///
/// What claims to be UTF-8 is not checked yet: a bad byte costs its document only.
///
/// # Errors
/// UTF-16 that is none.
pub(crate) fn to_utf8(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Problem> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => Ok(Cow::Borrowed(rest)),
        [0xFF, 0xFE, rest @ ..] => from_utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => from_utf16(rest, u16::from_be_bytes),
        _ => Ok(Cow::Borrowed(bytes)),
    }
}

fn from_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'_, [u8]>, Problem> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    for c in char::decode_utf16(pairs.iter().copied().map(unit)) {
        let Ok(c) = c else {
            let place = Position::START.after(text.as_bytes());
            return Err(Problem::new(place, "this is not UTF-16: half of a pair"));
        };
        text.push(c);
    }
    if !rest.is_empty() {
        let place = Position::START.after(text.as_bytes());
        return Err(Problem::new(
            place,
            "this is not UTF-16: half of a character",
        ));
    }
    Ok(Cow::Owned(text.into_bytes()))
}
