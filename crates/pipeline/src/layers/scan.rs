//! One layer from its stored bytes: sniffed, decoded within bounds, both digests taken on the way.

use std::io::{BufRead, BufReader, Read};

use archive::{Bounded, Codec, Hashing, SNIFF_BYTES, TarError, decode, skip_to_end};

use image::Shown;

use super::Scanned;
use super::inspect::Inspector;
use crate::Settings;
use crate::ahead::ahead;
use crate::timed::Timed;

/// Bytes up to which a layer may inflate whatever its stored size.
const FREE_BYTES: u64 = 1 << 30;
/// Beyond that, how many times its stored size. Layers of programs reach 70; only a bomb or a disk
/// image of zeros comes near deflate's 1032.
const MAX_RATIO: u64 = 256;
/// Bytes that are read from the stored side at once.
pub(crate) const BUFFER_BYTES: usize = 128 << 10;

/// Reads one layer from its stored bytes, `stored_bytes` of them, taking both digests on the way.
pub(crate) fn scan(
    source: impl Read + Send,
    stored_bytes: u64,
    has_spare_threads: bool,
    settings: &Settings,
) -> Result<Scanned, TarError> {
    let limits = &settings.limits;
    let mut source = BufReader::with_capacity(
        BUFFER_BYTES,
        Timed {
            source,
            deadline: settings.deadline,
        },
    );
    let head = source.fill_buf()?;
    let codec = Codec::sniff(head.get(..SNIFF_BYTES.min(head.len())).unwrap_or_default());
    let mut inspector = Inspector::new(settings);
    let mut look = |file: &Shown<'_>, bytes: &mut dyn BufRead| inspector.look_and_sum(file, bytes);
    if codec == Codec::Plain {
        let bounded = Bounded::new(source, limits.layer_bytes, " in one layer");
        let content = image::read_layer(bounded, &inventory::wants, &mut look, limits)?;
        let (digest, stored_bytes) = (content.diff_id, content.tar_bytes);
        return Ok(Scanned {
            digest,
            stored_bytes,
            is_compressed: false,
            content,
            inspected: inspector.finish(),
        });
    }
    let mut hashing = BufReader::with_capacity(BUFFER_BYTES, Hashing::new(source));
    let most = stored_bytes
        .saturating_mul(MAX_RATIO)
        .max(FREE_BYTES)
        .min(limits.layer_bytes);
    let reason = " inflate from one layer, which makes it a decompression bomb";
    let decoded = Bounded::new(decode(codec, &mut hashing, limits)?, most, reason);
    let content = if has_spare_threads {
        ahead(decoded, |decoded| {
            image::read_layer(decoded, &inventory::wants, &mut look, limits)
        })?
    } else {
        image::read_layer(decoded, &inventory::wants, &mut look, limits)?
    };
    skip_to_end(&mut hashing, &mut vec![0; BUFFER_BYTES])?;
    let (digest, stored_bytes) = hashing.into_inner().finish();
    Ok(Scanned {
        digest,
        stored_bytes,
        is_compressed: true,
        content,
        inspected: inspector.finish(),
    })
}

/// What reads the tar of a layer again.
pub(crate) type Reader<'a> = &'a mut dyn FnMut(&mut dyn Read) -> Result<(), TarError>;

/// Hands the tar of a layer to `read`.
pub(crate) fn reread_from(
    source: impl Read + Send,
    settings: &Settings,
    read: Reader<'_>,
) -> Result<(), TarError> {
    let mut source = BufReader::with_capacity(
        BUFFER_BYTES,
        Timed {
            source,
            deadline: settings.deadline,
        },
    );
    let head = source.fill_buf()?;
    let codec = Codec::sniff(head.get(..SNIFF_BYTES.min(head.len())).unwrap_or_default());
    let decoded = decode(codec, source, &settings.limits)?;
    read(&mut Bounded::new(
        decoded,
        settings.limits.layer_bytes,
        " in one layer",
    ))
}
