//! How a blob is compressed, told by its first bytes: media types lie.

use std::io::{self, BufRead, Read};

use model::Limits;

/// First bytes that [`Codec::sniff`] wants.
pub const SNIFF_BYTES: usize = 6;

/// How a blob is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    /// Not at all.
    Plain,
    /// gzip, RFC 1952; several members are one stream.
    Gzip,
    /// Zstandard, RFC 8878; several frames and skippable ones are one stream.
    Zstd,
}

impl Codec {
    /// Tells the codec by a blob's first bytes; fewer than [`SNIFF_BYTES`] are fine at its end.
    ///
    /// # Errors
    /// `Unsupported` for codecs that we recognise and do not read: xz and bzip2.
    pub fn sniff(head: &[u8]) -> io::Result<Self> {
        let refuse = |name: &str| {
            let text = format!("{name} compression is not supported (only gzip and zstd are)");
            Err(io::Error::new(io::ErrorKind::Unsupported, text))
        };
        match head {
            [0x1f, 0x8b, ..] => Ok(Self::Gzip),
            // a frame, or a skippable frame, RFC 8878 §3.1
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Ok(Self::Zstd),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => refuse("xz"),
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => refuse("bzip2"),
            _ => Ok(Self::Plain),
        }
    }
}

/// Returns a reader of the uncompressed bytes.
///
/// gzip is read to its last member, whose checksum counts; a stream that ends early is an error.
///
/// # Errors
/// Those of setting up the decoder.
pub fn decode<'a, R: BufRead + Send + 'a>(
    codec: Codec,
    source: R,
    limits: &Limits,
) -> io::Result<Box<dyn Read + Send + 'a>> {
    Ok(match codec {
        Codec::Plain => Box::new(source),
        Codec::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(source)),
        Codec::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(source)?;
            decoder.window_log_max(limits.zstd_window_log)?;
            Box::new(decoder)
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::read_at_most;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn inflate(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let codec = Codec::sniff(&bytes[..bytes.len().min(SNIFF_BYTES)])?;
        read_at_most(decode(codec, bytes, &Limits::default())?, 1 << 20)
    }

    #[test]
    fn reads_each_codec_to_its_very_end() {
        let zstd = |bytes: &[u8]| zstd::encode_all(bytes, 1).unwrap();
        let skippable = [
            &[0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9],
            &zstd(b"abc")[..],
        ]
        .concat();
        for (name, bytes, want) in [
            ("plain", b"abc".to_vec(), "abc"),
            ("empty", Vec::new(), ""),
            ("gzip", gzip(b"abc"), "abc"),
            (
                "two members",
                [gzip(b"abc"), gzip(b"def")].concat(),
                "abcdef",
            ),
            ("zstd", zstd(b"abc"), "abc"),
            (
                "two frames",
                [zstd(b"abc"), zstd(b"def")].concat(),
                "abcdef",
            ),
            ("skippable frame", skippable, "abc"),
        ] {
            assert_eq!(inflate(&bytes).unwrap(), want.as_bytes(), "{name}");
        }
    }

    #[test]
    fn refuses_what_is_cut_or_foreign() {
        for (name, bytes) in [
            ("xz", b"\xfd7zXZ\0\0\x04".to_vec()),
            ("bzip2", b"BZh91AY&SY".to_vec()),
            ("cut gzip", gzip(b"abcabcabcabc")[..20].to_vec()),
            (
                "cut zstd",
                zstd::encode_all(&b"abcdefgh"[..], 1).unwrap()[..10].to_vec(),
            ),
            ("wrong checksum", {
                let mut bytes = gzip(b"abc");
                let crc = bytes.len() - 8;
                bytes[crc] ^= 1;
                bytes
            }),
        ] {
            assert!(inflate(&bytes).is_err(), "{name}");
        }
    }
}
