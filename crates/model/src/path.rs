//! A path inside an image, fit to be shown and compared.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A path inside an image: relative to its root, without `.`, `..`, empty parts or a final slash.
///
/// Bytes that are no UTF-8 are written as `\xNN`. This is for reports and keys; it is never used
/// to open a file of the host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct ImagePath(String);

impl ImagePath {
    /// Makes a path from the bytes of a name in an archive: `./a//b/../c` becomes `a/c`.
    ///
    /// `..` never leaves the root.
    pub fn new(bytes: &[u8]) -> Self {
        if let Some(clean) = Self::already(bytes) {
            return Self(clean.to_owned());
        }
        let mut parts: Vec<&[u8]> = Vec::new();
        for part in bytes.split(|&byte| byte == b'/') {
            match part {
                b"" | b"." => {}
                b".." => {
                    parts.pop();
                }
                part => parts.push(part),
            }
        }
        Self(readable(&parts.join(&b'/')))
    }

    /// Returns the text that [`Self::new`] would give, if it is the name itself, save a `./` or `/`
    /// before it: asked of a million names without making a text of each.
    pub fn already(bytes: &[u8]) -> Option<&str> {
        let start = bytes
            .strip_prefix(b"./")
            .or(bytes.strip_prefix(b"/"))
            .unwrap_or(bytes);
        let is_plain = |part: &[u8]| !matches!(part, b"" | b"." | b"..");
        // nearly all names have no part that begins with a point, which is told without a look at each part
        let begins = |part: [u8; 2]| u8::from(matches!(part, [b'/', b'/' | b'.']));
        let special = start.array_windows().fold(0, |all, two| all | begins(*two));
        let is_usual = special == 0 && !matches!(start, [] | [b'/' | b'.', ..] | [.., b'/']);
        if is_usual || start.split(|&byte| byte == b'/').all(is_plain) {
            str::from_utf8(start).ok()
        } else {
            None
        }
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn readable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    text
}

impl fmt::Display for ImagePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Splits a name in an archive at its last slash, which stays with the folder; slashes at its end do
/// not count.
pub fn split_path(path: &[u8]) -> (&[u8], &[u8]) {
    let end = path
        .iter()
        .rposition(|&byte| byte != b'/')
        .map_or(0, |last| last + 1);
    let path = path.get(..end).unwrap_or_default();
    let start = path
        .iter()
        .rposition(|&byte| byte == b'/')
        .map_or(0, |slash| slash + 1);
    path.split_at_checked(start).unwrap_or((path, &[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleans_names_and_stays_below_the_root() {
        for (name, want) in [
            ("./etc/passwd", "etc/passwd"),
            ("/etc//passwd/", "etc/passwd"),
            ("../../etc/passwd", "etc/passwd"),
            ("a/./b/../c", "a/c"),
            ("", ""),
        ] {
            let path = ImagePath::new(name.as_bytes());
            assert_eq!(path.as_str(), want, "{name}");
            let already = ImagePath::already(name.as_bytes());
            assert!(already.is_none_or(|text| text == want), "{name}");
        }
        assert_eq!(ImagePath::new(b"a/\xff\xfe").as_str(), "a/\\xff\\xfe");
    }
}
