//! Proves that any bytes are a tar archive or an error, within memory that a limit bounds, and that
//! all ways of reading one agree: with and without its data, in one piece or byte by byte, seeking or
//! not.
//!
//! The last byte of an input says how the others are taken: bit 0 corrects the checksums of all
//! headers, bit 1 puts four megabytes of one byte behind them. Real archives end with a zero.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Cursor, Read};

use archive::{Codec, Member, SNIFF_BYTES, Tar};
use image::Shown;
use model::{Keep, Limits};

use crate::{limits, tar_bytes};

const TAIL_BYTES: u64 = 4 << 20;
/// Bytes that a compressed input may become.
const DECODED_BYTES: u64 = 1 << 20;

/// Reads `input` as an archive in each way and compares.
///
/// # Panics
/// If two ways disagree.
pub fn check(input: &[u8]) {
    let Some((&mode, bytes)) = input.split_last() else {
        return;
    };
    let limits = limits::small();
    decode(input, &limits);
    let bytes = if mode & 1 == 0 {
        bytes.to_vec()
    } else {
        tar_bytes::mended(bytes)
    };
    if mode & 2 != 0 {
        let tail = io::repeat(mode).take(TAIL_BYTES);
        let _ = members(bytes.chain(tail), &limits, read_data);
        return;
    }
    let skipped = members(&*bytes, &limits, |_| Ok(()));
    let read = members(&*bytes, &limits, read_data);
    assert_eq!(skipped, read, "with data and without");
    let slow = members(Slow(&bytes), &limits, read_data);
    assert_eq!(slow, read, "byte by byte");
    assert_eq!(sought(&bytes, &limits), read, "seeking");
    layer(&bytes, &limits, read.1);
}

/// What was read: the members as text, and whether the archive ended without an error.
type Seen = (Vec<String>, bool);

fn members<R: Read>(
    source: R,
    limits: &Limits,
    take: impl Fn(&mut Tar<R>) -> io::Result<()>,
) -> Seen {
    let mut tar = Tar::new(source, limits);
    let mut seen = Vec::new();
    loop {
        match tar.next_member() {
            Ok(Some(member)) => seen.push(describe(member)),
            Ok(None) => return (seen, true),
            Err(_) => return (seen, false),
        }
        if take(&mut tar).is_err() {
            return (seen, false);
        }
    }
}

fn describe(member: &Member) -> String {
    let is_bounded = |text: &[u8]| text.len() <= 8 << 10;
    assert!(is_bounded(&member.path) && is_bounded(&member.target));
    format!("{member:?}")
}

fn read_data<R: Read>(tar: &mut Tar<R>) -> io::Result<()> {
    let stored_bytes = tar.member().stored_bytes;
    let passed = io::copy(&mut tar.data(), &mut io::sink())?;
    assert_eq!(
        passed, stored_bytes,
        "a member's data is as long as it says"
    );
    Ok(())
}

fn sought(bytes: &[u8], limits: &Limits) -> Seen {
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    members(Cursor::new(bytes), limits, |tar| {
        tar.seek_past_data(length).map_err(io::Error::other)
    })
}

/// Gives one byte at a time.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let one = buffer.len().min(1);
        self.0.read(buffer.get_mut(..one).unwrap_or_default())
    }
}

fn decode(bytes: &[u8], limits: &Limits) {
    let head = bytes.get(..SNIFF_BYTES).unwrap_or(bytes);
    if let Ok(reader) = archive::decode(Codec::sniff(head), bytes, limits) {
        let _ = archive::read_at_most(reader, DECODED_BYTES);
    }
}

/// A record that makes no sense costs itself: what is an archive of whole blocks is a layer.
fn layer(bytes: &[u8], limits: &Limits, is_archive: bool) {
    let is_layer = is_archive && bytes.len().is_multiple_of(512);
    let mut shown = BTreeMap::new();
    let mut show = |file: &Shown<'_>, bytes: &mut dyn BufRead| {
        let once = shown.insert(file.entry, archive::read_at_most(bytes, u64::MAX)?);
        assert_eq!(once, None, "each file is shown once");
        Ok(())
    };
    let wanted = |path: &str| path.len().is_multiple_of(2).then_some(Keep::Whole);
    let layer = image::read_layer(bytes, &wanted, &mut show, limits);
    assert_eq!(layer.is_ok(), is_layer, "{layer:?}");
    let Ok(layer) = layer else {
        return;
    };
    assert_eq!(layer.tar_bytes, u64::try_from(bytes.len()).unwrap_or(0));
    for (entry, kept) in &layer.files {
        assert_eq!(shown.get(entry), Some(kept), "what is kept is shown too");
    }
    let total: usize = layer.files.values().map(Vec::len).sum();
    assert!(u64::try_from(total).is_ok_and(|total| total <= limits.files_bytes));
}

/// Returns archives with each kind of header that the reader knows, and compressed ones.
pub fn seeds() -> Vec<Vec<u8>> {
    let file = tar_bytes::member(b'0', b"etc/passwd", b"", b"root:x:0:0");
    let long_name = tar_bytes::member(b'L', b"././@LongLink", b"", &[b'n'; 600]);
    let long_link = tar_bytes::member(b'K', b"././@LongLink", b"", b"target\0");
    let [sparse_1, sparse_0] = pax_sparse();
    let with_end =
        |parts: &[&[u8]], mode: u8| [&parts.concat()[..], &tar_bytes::end(), &[mode]].concat();
    let mut seeds = vec![
        with_end(&[&file], 0),
        with_end(
            &[
                &long_name,
                &long_link,
                &tar_bytes::member(b'2', b"l", b"t", b""),
            ],
            1,
        ),
        with_end(&[&pax(b"14 path=a/b/c\n10 size=3\n"), &file], 1),
        with_end(&[&sparse_1], 1),
        with_end(&[&sparse_0], 1),
        with_end(
            &[
                &tar_bytes::member(b'g', b"g", b"", b"13 comment=x\n"),
                &file,
            ],
            1,
        ),
        with_end(
            &[&file, &tar_bytes::member(b'1', b"h", b"etc/passwd", b"")],
            1,
        ),
        with_end(
            &[
                &tar_bytes::member(b'5', b"d/", b"", b""),
                &tar_bytes::member(b'0', b"d/.wh.x", b"", b""),
            ],
            1,
        ),
        with_end(&[&gnu_sparse()], 1),
        with_end(&[&long_name, &huge(b'x'), &file], 1),
        with_end(
            &[
                &pax(SPARSE),
                &tar_bytes::member(b'0', b"s", b"", &map_and(9 << 10)),
            ],
            1,
        ),
    ];
    // a sparse map that goes on in the tail and never ends
    let open = [&pax(SPARSE)[..], &tar_bytes::member(b'0', b"s", b"", b"1")].concat();
    seeds.push([open.get(..open.len() - 511).unwrap_or_default(), &[3]].concat());
    let plain = seeds.first().cloned().unwrap_or_default();
    seeds.push([&plain[..], &[2]].concat());
    // "abc", as `gzip` and `zstd` write it
    seeds.push(b"\x1f\x8b\x08\0\0\0\0\0\0\x03KLJ\x06\0\xc2A$5\x03\0\0\0".to_vec());
    seeds.push(b"\x28\xb5\x2f\xfd\x04\x58\x19\0\0abc\x4a\x4f\xe1\x5e".to_vec());
    seeds
}

/// Both kinds of sparse file that PAX records describe.
fn pax_sparse() -> [Vec<u8>; 2] {
    let v0 = b"22 GNU.sparse.size=12\n26 GNU.sparse.numblocks=2\n26 GNU.sparse.map=0,4,8,4\n";
    [
        [pax(SPARSE), tar_bytes::member(b'0', b"s", b"", &map_and(8))].concat(),
        [pax(v0), tar_bytes::member(b'0', b"s", b"", b"abcdefgh")].concat(),
    ]
}

/// The map of two parts, and as many stored bytes.
fn map_and(stored: usize) -> Vec<u8> {
    let mut data = b"2\n0\n4\n8\n4\n".to_vec();
    data.resize(512 + stored, 0);
    data
}

/// What says that the data of the next member begins with the map of a sparse file.
const SPARSE: &[u8] = b"22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n\
    28 GNU.sparse.name=etc/hole\n26 GNU.sparse.realsize=12\n";

fn pax(records: &[u8]) -> Vec<u8> {
    tar_bytes::member(b'x', b"pax", b"", records)
}

/// A GNU sparse file with two parts and an extension block.
fn gnu_sparse() -> Vec<u8> {
    let mut bytes = tar_bytes::member(b'S', b"sparse", b"", b"abcdefgh");
    tar_bytes::put(&mut bytes, 257, b"ustar  \0");
    tar_bytes::put(&mut bytes, 386, b"00000000000\x0000000000004\0");
    tar_bytes::put(&mut bytes, 482, b"\x01");
    tar_bytes::put(&mut bytes, 483, b"00000000014\0");
    let (header, data) = bytes.split_at_checked(512).unwrap_or_default();
    let mut extension = vec![0; 512];
    tar_bytes::put(&mut extension, 0, b"00000000010\x0000000000004\0");
    tar_bytes::mended(&[header, &extension, data].concat())
}

/// A member whose size is the largest multiple of a block, in base 256.
fn huge(kind: u8) -> Vec<u8> {
    let mut bytes = tar_bytes::member(kind, b"huge", b"", b"");
    tar_bytes::put(
        &mut bytes,
        124,
        &[0x80, 0, 0, 0, 255, 255, 255, 255, 255, 255, 254, 0],
    );
    tar_bytes::mended(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_seeds_are_whole_archives() {
        for (number, seed) in seeds().iter().take(9).enumerate() {
            let bytes = tar_bytes::mended(&seed[..seed.len() - 1]);
            let (members, is_whole) = members(&*bytes, &limits::small(), read_data);
            assert!(is_whole && !members.is_empty(), "{number}: {members:?}");
        }
    }
}
