//! Layers as lines, so that a fuzzer can change a path without a header to mend.
//!
//! ```text
//! d etc
//! f etc/passwd root:x:0:0
//! l bin usr/bin
//! h usr/bin/awk usr/bin/busybox
//! f etc/.wh.motd
//! ```

use crate::tar_bytes;

/// Returns the tar of the lines; what is no line makes no member.
pub(crate) fn to_tar(lines: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in lines.split(|&byte| byte == b'\n') {
        let mut words = line.splitn(3, |&byte| byte == b' ');
        let (kind, path) = (words.next(), words.next().unwrap_or_default());
        let rest = words.next().unwrap_or_default();
        bytes.extend(match kind {
            Some(b"f") => long(path, |path| tar_bytes::member(b'0', path, b"", rest)),
            Some(b"d") => long(path, |path| tar_bytes::member(b'5', path, b"", b"")),
            Some(b"p") => long(path, |path| tar_bytes::member(b'6', path, b"", b"")),
            Some(b"l") => long(path, |path| tar_bytes::member(b'2', path, rest, b"")),
            Some(b"h") => long(path, |path| tar_bytes::member(b'1', path, rest, b"")),
            _ => Vec::new(),
        });
    }
    bytes.extend(tar_bytes::end());
    bytes
}

/// A name beyond a header's 100 bytes goes before it.
fn long(path: &[u8], member: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    if path.len() <= 100 {
        return member(path);
    }
    let name = tar_bytes::member(b'L', b"././@LongLink", b"", path);
    [name, member(path)].concat()
}
