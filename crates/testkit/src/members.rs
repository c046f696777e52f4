//! The files of a `.tar.gz` of test data, in memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use archive::{Codec, MemberKind, SNIFF_BYTES, Tar};
use model::Limits;

/// Returns each regular file of a gzipped tar archive under its path.
///
/// # Errors
/// Those of opening and reading it; a test unwraps them.
pub fn members(path: &Path) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let limits = Limits::default();
    let source = archive::decode(Codec::Gzip, BufReader::new(File::open(path)?), &limits)?;
    let mut tar = Tar::new(source, &limits);
    let mut found = BTreeMap::new();
    while let Some(member) = tar.next_member().map_err(io::Error::other)? {
        if member.kind == MemberKind::File {
            let path = String::from_utf8_lossy(&member.path).into_owned();
            let bytes = archive::read_at_most(tar.data(), limits.file_bytes)?;
            found.insert(path, bytes);
        }
    }
    Ok(found)
}

/// Returns what a file of test data holds, however it is packed.
///
/// # Errors
/// It is damaged.
pub fn unpacked(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let limits = Limits::default();
    let codec = Codec::sniff(bytes.get(..SNIFF_BYTES).unwrap_or(bytes));
    archive::read_at_most(archive::decode(codec, bytes, &limits)?, limits.file_bytes)
}
