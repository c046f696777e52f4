//! Archives that Rust's own header builder and a few hand-made blocks make.

use super::*;
use crate::read_at_most;

/// A ustar header with a right checksum, and data padded to whole blocks.
fn member(name: &str, kind: u8, target: &str, data: &[u8]) -> Vec<u8> {
    member_of_size(
        name,
        kind,
        target,
        &format!("{:011o}\0", data.len()).into_bytes(),
        data,
    )
}

fn member_of_size(name: &str, kind: u8, target: &str, size: &[u8], data: &[u8]) -> Vec<u8> {
    let mut block = vec![0u8; 512];
    block[..name.len()].copy_from_slice(name.as_bytes());
    block[100..108].copy_from_slice(b"0000644\0");
    block[108..116].copy_from_slice(b"0000001\0");
    block[116..124].copy_from_slice(b"0000002\0");
    block[124..136].copy_from_slice(size);
    block[136..148].copy_from_slice(b"00000000003\0");
    block[148..156].copy_from_slice(b"        ");
    block[156] = kind;
    block[157..157 + target.len()].copy_from_slice(target.as_bytes());
    block[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block.extend_from_slice(data);
    block.resize(block.len().next_multiple_of(512), 0);
    block
}

fn pax(records: &[(&str, &str)]) -> Vec<u8> {
    let mut data = String::new();
    for (key, value) in records {
        let bare = key.len() + value.len() + 3;
        let mut len = bare + 1;
        while len != bare + len.to_string().len() {
            len += 1;
        }
        data.extend([len.to_string().as_str(), " ", key, "=", value, "\n"]);
    }
    member("pax", b'x', "", data.as_bytes())
}

/// Where headers disagree about a name, what Go's `archive/tar` (1.26, run) reads counts.
#[test]
fn names_are_those_that_a_runtime_reads() {
    let file = || member("real", b'0', "", b"");
    let link = || member("l", b'2', "real", b"");
    let long = |kind, name: &str| member("@LongLink", kind, "", format!("{name}\0").as_bytes());
    let empty = |key| pax(&[(key, "")]);
    for (archive, want) in [
        (vec![empty("path"), file()], "File real>=/0"),
        (
            vec![pax(&[("path", "x"), ("path", "")]), file()],
            "File real>=/0",
        ),
        (vec![empty("linkpath"), link()], "Symlink l>real=/0"),
        (
            vec![long(b'L', "g"), pax(&[("path", "p")]), file()],
            "File g>=/0",
        ),
        (
            vec![pax(&[("path", "p")]), long(b'L', "g"), file()],
            "File g>=/0",
        ),
        (
            vec![long(b'K', "g"), pax(&[("linkpath", "p")]), link()],
            "Symlink l>g=/0",
        ),
        (
            vec![pax(&[("path", "p")]), long(b'L', ""), file()],
            "File p>=/0",
        ),
    ] {
        assert_eq!(list(&archive.concat()).unwrap(), [want]);
    }
}

/// Gives one byte at a time, as a slow pipe does.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(space) = buffer.get_mut(..1) else {
            return Ok(0);
        };
        self.0.read(space)
    }
}

/// Lists the members as `kind name>target=data`.
fn list(bytes: &[u8]) -> Result<Vec<String>, TarError> {
    fn read(source: impl Read) -> Result<Vec<String>, TarError> {
        let mut tar = Tar::new(source, &Limits::default());
        let mut lines = Vec::new();
        while tar.next_member()?.is_some() {
            let Member {
                path,
                target,
                kind,
                size,
                ..
            } = tar.member().clone();
            let data = read_at_most(tar.data(), 1 << 20)?;
            lines.push(format!(
                "{kind:?} {}>{}={}/{size}",
                String::from_utf8_lossy(&path),
                String::from_utf8_lossy(&target),
                String::from_utf8_lossy(&data),
            ));
        }
        Ok(lines)
    }
    let fast = read(bytes);
    let slow = read(Slow(bytes));
    assert_eq!(
        format!("{fast:?}"),
        format!("{slow:?}"),
        "reads of any size give the same"
    );
    fast
}

#[test]
fn reads_members_of_every_kind() {
    let long = "d/".repeat(100) + "name";
    let end = vec![0; 1024];
    let archive = [
        member("a", b'0', "", b"hello"),
        member("d/", b'5', "", b""),
        member("old/", 0, "", b""),
        member("s", b'2', "../t", b""),
        member("h", b'1', "a", b""),
        member("dev", b'3', "", b""),
        member("@LongLink", b'L', "", format!("{long}\0").as_bytes()),
        member("short", b'0', "", b"x"),
        pax(&[("path", "from/pax"), ("size", "2"), ("mtime", "1.5")]),
        member_of_size("ignored", b'0', "", b"00000000000\0", b"hi"),
        member("g", b'g', "", b""),
        member("last", b'0', "", b""),
        end,
        member("behind the end", b'0', "", b""),
    ]
    .concat();
    let want = [
        "File a>=hello/5",
        "Folder d/>=/0",
        "Folder old/>=/0",
        "Symlink s>../t=/0",
        "HardLink h>a=/0",
        "Special dev>=/0",
        &format!("File {long}>=x/1"),
        "File from/pax>=hi/2",
        "File last>=/0",
    ];
    assert_eq!(list(&archive).unwrap(), want);
}

#[test]
fn tells_where_an_archive_ends_early() {
    let whole = [member("a", b'0', "", &[7; 700]), vec![0; 1024]].concat();
    for len in 0..whole.len() {
        let got = list(&whole[..len]);
        // nothing at all, the padding of the last file, and the end blocks may be missing
        let is_fine = len == 0 || len >= 512 + 700;
        assert_eq!(got.is_ok(), is_fine, "{len} bytes: {got:?}");
    }
}

#[test]
fn refuses_lies_without_allocating_for_them() {
    let huge = |kind| member_of_size("x", kind, "", b"17777777777\0", b"few");
    let negative = member_of_size("x", b'0', "", &[0xff; 12], b"");
    let nearly_2_64 = [
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfd, 0xa8,
    ];
    let two_headers = [
        pax(&[("comment", &"c".repeat(900))]),
        member_of_size("x", b'L', "", &nearly_2_64, b""),
    ]
    .concat();
    let mut flipped = member("a", b'0', "", b"");
    flipped[3] ^= 1;
    for (name, archive) in [
        ("a file that is not there", huge(b'0')),
        ("a long name that is not there", huge(b'L')),
        ("PAX records that are not there", huge(b'x')),
        ("negative size", negative),
        (
            "two headers whose sizes wrap around when they are added",
            two_headers,
        ),
        ("wrong checksum", flipped),
        ("text", b"this is no tar archive, ".repeat(30)),
    ] {
        assert!(list(&archive).is_err(), "{name}");
    }
}

#[test]
fn keeps_the_map_of_a_sparse_file() {
    let archive = [
        pax(&[
            ("GNU.sparse.major", "1"),
            ("GNU.sparse.minor", "0"),
            ("GNU.sparse.name", "sparse"),
            ("GNU.sparse.realsize", "100000"),
        ]),
        member(
            "GNUSparseFile.1/sparse",
            b'0',
            "",
            &[&b"1\n99999\n1\n"[..], &[0; 502], b"Z"].concat(),
        ),
    ]
    .concat();
    let mut tar = Tar::new(&archive[..], &Limits::default());
    let member = tar.next_member().unwrap().unwrap().clone();
    assert_eq!(
        (member.path, member.size, member.stored_bytes),
        (b"sparse".to_vec(), 100_000, 1)
    );
    assert_eq!(member.parts, [(99_999, 1)]);
    assert_eq!(read_at_most(tar.data(), 10).unwrap(), b"Z");
}

#[test]
fn long_names_whose_sizes_overflow_are_refused() {
    // 2^64 - 512, in base 256: 600 more do not fit 64 bits
    let size = [0x80, 0, 0, 0, 255, 255, 255, 255, 255, 255, 254, 0];
    let bytes = [
        member("././@LongLink", b'L', "", &[b'n'; 600]),
        member_of_size("pax", b'x', "", &size, b""),
        member("f", b'0', "", b""),
    ]
    .concat();
    let mut tar = Tar::new(&bytes[..], &Limits::default());
    let error = tar.next_member().unwrap_err().to_string();
    assert_eq!(error, "tar header at byte 0 is larger than 1048576 bytes");
}

#[test]
fn a_sparse_map_without_an_end_is_not_kept() {
    let header = [
        pax(&[
            ("GNU.sparse.major", "1"),
            ("GNU.sparse.minor", "0"),
            ("GNU.sparse.realsize", "9"),
        ]),
        member_of_size("s", b'0', "", b"77777777777\0", b""),
    ]
    .concat();
    let mut endless = io::repeat(b'1').take(64 << 20);
    let mut tar = Tar::new(header.chain(&mut endless), &Limits::default());
    let error = tar.next_member().unwrap_err();
    assert!(matches!(error, TarError::LongHeader { .. }), "{error}");
    drop(tar);
    assert!(endless.limit() > 60 << 20, "{} bytes left", endless.limit());
}
