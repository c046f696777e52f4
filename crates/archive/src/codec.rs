//! How a blob is compressed, told by its first bytes: media types lie.

use std::io::{self, BufRead, Read};

use model::Limits;

/// First bytes that [`Codec::sniff`] wants.
pub const SNIFF_BYTES: usize = 6;

/// KiB that a decoder of xz needs beside its dictionary.
const XZ_TABLES_KIB: u32 = 1_024;

/// What libzstd says of a frame with too large a window (`ZSTD_error_frameParameter_windowTooLarge`).
const TOO_LARGE_A_WINDOW: &str = "Frame requires too much memory for decoding";

/// How a blob is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    /// Not at all.
    Plain,
    /// gzip, RFC 1952; several members are one stream.
    Gzip,
    /// Zstandard, RFC 8878; several frames and skippable ones are one stream.
    Zstd,
    /// xz, its format's specification 1.2; several streams are one.
    Xz,
    /// bzip2; several streams are one.
    Bzip2,
}

impl Codec {
    /// Tells the codec by a blob's first bytes; fewer than [`SNIFF_BYTES`] are fine at its end.
    pub const fn sniff(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            // a frame, or a skippable frame, RFC 8878 §3.1
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Self::Bzip2,
            _ => Self::Plain,
        }
    }
}

/// Returns a reader of the uncompressed bytes.
///
/// All are read to the last member, whose checksum counts; a stream that ends early is an error.
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
            Box::new(Windowed {
                decoder,
                log: limits.zstd_window_log,
            })
        }
        Codec::Xz => {
            // its dictionary is what a window is to zstd, and some tables
            let kib = 2_u32.saturating_pow(limits.zstd_window_log.saturating_sub(10));
            let room = kib.saturating_add(XZ_TABLES_KIB);
            Box::new(lzma_rust2::XzReader::new_mem_limit(source, true, room))
        }
        Codec::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(source)),
    })
}

/// A decoder of zstd that names the limit where a frame wants a larger window: the library only says that it
/// is too much.
struct Windowed<D> {
    decoder: D,
    /// The logarithm of the largest window, in bytes.
    log: u32,
}

impl<D: Read> Read for Windowed<D> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.decoder.read(bytes).map_err(|error| {
            if error.to_string() != TOO_LARGE_A_WINDOW {
                return error;
            }
            let mib = 2_u64.saturating_pow(self.log.saturating_sub(20));
            let text = format!("a frame of zstd wants a window above the limit of {mib} MiB");
            io::Error::new(error.kind(), text)
        })
    }
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

    /// What `printf TEXT | xz -6` writes.
    fn xz(text: &str) -> Vec<u8> {
        match text {
            "abc" => b"\xfd\x37\x7a\x58\x5a\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00\x21\x01\x16\x00\x00\x00\x74\x2f\xe5\xa3\x01\x00\x02\x61\x62\x63\x00\x00\x27\x76\x27\x1a\x4a\x09\xd8\x2c\x00\x01\x1b\x03\x0b\x2f\xb9\x10\x1f\xb6\xf3\x7d\x01\x00\x00\x00\x00\x04\x59\x5a".to_vec(),
            _ => b"\xfd\x37\x7a\x58\x5a\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00\x21\x01\x16\x00\x00\x00\x74\x2f\xe5\xa3\x01\x00\x02\x64\x65\x66\x00\x00\x3a\x64\xf0\x0b\xc4\x21\x44\x1b\x00\x01\x1b\x03\x0b\x2f\xb9\x10\x1f\xb6\xf3\x7d\x01\x00\x00\x00\x00\x04\x59\x5a".to_vec(),
        }
    }

    fn bzip2(text: &str) -> Vec<u8> {
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn inflate(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let codec = Codec::sniff(&bytes[..bytes.len().min(SNIFF_BYTES)]);
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
            ("xz", xz("abc"), "abc"),
            (
                "two streams of xz",
                [xz("abc"), xz("def")].concat(),
                "abcdef",
            ),
            ("bzip2", bzip2("abc"), "abc"),
            (
                "two streams of bzip2",
                [bzip2("abc"), bzip2("def")].concat(),
                "abcdef",
            ),
        ] {
            assert_eq!(inflate(&bytes).unwrap(), want.as_bytes(), "{name}");
        }
    }

    #[test]
    fn a_window_above_the_limit_is_refused_by_its_name() {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(28).unwrap();
        encoder.write_all(b"abc").unwrap();
        encoder.flush().unwrap();
        let bytes = encoder.finish().unwrap();
        let refused = inflate(&bytes).unwrap_err().to_string();
        assert_eq!(
            refused,
            "a frame of zstd wants a window above the limit of 128 MiB"
        );
    }

    #[test]
    fn refuses_what_is_cut_or_damaged() {
        for (name, bytes) in [
            ("cut xz", xz("abc")[..40].to_vec()),
            ("cut bzip2", bzip2("abc")[..20].to_vec()),
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
