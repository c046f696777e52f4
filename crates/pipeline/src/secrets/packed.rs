//! Compressed files within an image, opened one level deep: text, or a tar and its members.
//!
//! Not opened: what is longer than the engine holds. Zip has a file of its own.

use std::io::{self, Cursor, Read as _};

use archive::{Bounded, Codec, MemberKind, SNIFF_BYTES, Tar, decode};
use model::{ImagePath, Limits, Secret};
use secret::{Looked, Scanner};

/// Bytes that tell a tar, with the magic at 257.
const TAR_HEAD: u64 = 512;

/// Times its own length that a file may inflate to: logs reach a hundred, and only what is made to keep us
/// busy reaches a thousand.
const MOST_TIMES: u64 = 200;

/// Bytes that a file may inflate to in any case.
const LEAST_BYTES: u64 = 1 << 20;

/// Returns how a file is compressed, if it is.
pub(super) fn codec(bytes: &[u8]) -> Option<Codec> {
    let head = bytes.get(..SNIFF_BYTES).unwrap_or(bytes);
    Some(Codec::sniff(head)).filter(|codec| *codec != Codec::Plain)
}

/// Looks at what a compressed file holds, [`Limits::secret_program_bytes`] of it at most, and no more than 200
/// times its own bytes.
///
/// # Errors
/// It is damaged, or a tar in it is.
pub(super) fn look(
    scanner: &mut Scanner<'_>,
    name: &str,
    (codec, bytes): (Codec, &[u8]),
    limits: &Limits,
) -> io::Result<Looked> {
    let decoded = decode(codec, bytes, limits)?;
    let own = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let most = own.saturating_mul(MOST_TIMES).max(LEAST_BYTES);
    let most = most.min(limits.secret_program_bytes);
    let mut decoded = Bounded::new(decoded, most, " inflate from it");
    let mut head = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "`take` bounds it")]
    decoded.by_ref().take(TAR_HEAD).read_to_end(&mut head)?;
    let is_tar = head.get(257..262) == Some(b"ustar");
    let mut whole = Cursor::new(head).chain(decoded);
    if !is_tar {
        let inner = [".bz2", ".gz", ".xz", ".zst"]
            .iter()
            .find_map(|end| name.strip_suffix(end));
        return scanner.file(inner.unwrap_or(name), &mut whole);
    }
    let mut tar = Tar::new(whole, limits);
    let mut all = Looked::default();
    while tar.next_member().map_err(io::Error::other)?.is_some() {
        if tar.member().kind == MemberKind::File {
            let inner = ImagePath::new(&tar.member().path);
            let looked = scanner.file(inner.as_str(), &mut tar.data())?;
            add(&mut all, looked, &inner, limits);
        }
    }
    Ok(all)
}

/// Adds what a look at a member gave.
pub(super) fn add(all: &mut Looked, looked: Looked, inner: &ImagePath, limits: &Limits) {
    let found = looked.found.into_iter().map(|secret| named(secret, inner));
    all.found.extend(found);
    all.is_cut |= looked.is_cut || all.found.len() > limits.secrets_of_a_file;
    all.unread_after = all.unread_after.or(looked.unread_after);
    all.found.truncate(limits.secrets_of_a_file);
}

/// Says in which member a secret stands.
fn named(secret: Secret, inner: &ImagePath) -> Secret {
    let note = match &*secret.note {
        "" => format!("in its member {inner}"),
        note => format!("{note}, in its member {inner}"),
    };
    Secret { note, ..secret }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use secret::{Engine, Rules};

    use super::*;

    #[test]
    fn one_level_is_opened() {
        let url = ["url: postgres://app:correct", "horse@db.internal/app\n"].concat();
        let packed = |bytes: &[u8]| {
            let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        };
        let image = testkit::SavedImage::new().label("app.url", url.trim());
        let tar = testkit::save(&[image.layer(&[])]).unwrap();
        let engine = Engine::new(Rules::default());
        let limits = Limits::default();
        let look = |bytes: &[u8]| {
            let mut scanner = Scanner::new(&engine, &limits);
            let looked = look(&mut scanner, "x.zst", (codec(bytes)?, bytes), &limits);
            Some(looked.map_or(99, |looked| looked.found.len()))
        };
        let once = packed(url.as_bytes());
        let text = |bytes| vec![b' '; bytes];
        for (bytes, want, why) in [
            (url.as_bytes(), None, "it is plain"),
            (&once, Some(1), "one level"),
            (&packed(&once), Some(0), "two levels"),
            (
                &packed(&tar),
                Some(1),
                "a tar, whose configuration holds it",
            ),
            (&once[..20], Some(99), "it is damaged"),
            (
                &packed(&text(1 << 19)),
                Some(0),
                "half a megabyte of nothing",
            ),
            (
                &packed(&text(1 << 23)),
                Some(99),
                "more than 200 times its bytes",
            ),
        ] {
            assert_eq!(look(bytes), want, "{why}");
        }
    }
}
