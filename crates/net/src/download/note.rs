//! What a server said of a document when it gave it: a file of four lines, beside the document.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use model::Digest;
use sha2::{Digest as _, Sha256};

use crate::{Answer, Url, read_regular};

/// Bytes of a note: two headers, two digests.
const MAX_BYTES: u64 = 16 << 10;

/// What a server said of a document. It holds no address, which might hold a secret, but a digest of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Note {
    /// SHA-256 of the address.
    url: String,
    /// The header `ETag`; empty for none.
    etag: String,
    /// The header `Last-Modified`; empty for none.
    last_modified: String,
    /// SHA-256 of the document, if somebody computed it.
    content: String,
}

impl Note {
    /// Takes what an answer says.
    pub(super) fn of(url: &Url, answer: &Answer) -> Self {
        let header = |name| answer.header(name).unwrap_or_default().to_owned();
        Self {
            url: hash(url.in_full().as_bytes()),
            etag: header("etag"),
            last_modified: header("last-modified"),
            content: String::new(),
        }
    }

    /// Returns where the note of a document is kept.
    pub fn path_of(document: &Path) -> PathBuf {
        let mut name = document.as_os_str().to_owned();
        name.push(".note");
        name.into()
    }

    /// Reads one; one that cannot be read is as none.
    pub fn read(path: &Path) -> Option<Self> {
        let text = String::from_utf8(read_regular(path, MAX_BYTES).ok()?).ok()?;
        let mut lines = text.lines().map(ToOwned::to_owned);
        Some(Self {
            url: lines.next()?,
            etag: lines.next()?,
            last_modified: lines.next()?,
            content: lines.next()?,
        })
    }

    /// Writes it: aside, and renamed.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let folder = path.parent().unwrap_or(path);
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        for line in [&self.url, &self.etag, &self.last_modified, &self.content] {
            writeln!(file, "{line}")?;
        }
        file.persist(path)?;
        Ok(())
    }

    /// Adds the digest of the document.
    #[must_use]
    pub fn with_content(self, content: Digest) -> Self {
        Self {
            content: content.to_hex(),
            ..self
        }
    }

    /// Whether it is of this document at this address.
    pub fn is_of_content(&self, url: &Url, content: Digest) -> bool {
        self.is_of(url) && self.is_of_bytes(content)
    }

    /// Whether it is of a document with this digest.
    pub fn is_of_bytes(&self, content: Digest) -> bool {
        self.content == content.to_hex()
    }

    /// Whether it is of this address.
    pub(super) fn is_of(&self, url: &Url) -> bool {
        self.url == hash(url.in_full().as_bytes())
    }

    /// Returns what a server is to compare before it gives a rest: a strong `ETag`, or else the day.
    pub(super) fn if_range(&self) -> Option<&str> {
        let is_strong = !self.etag.is_empty() && !self.etag.starts_with("W/");
        let validator = if is_strong {
            &self.etag
        } else {
            &self.last_modified
        };
        Some(validator.as_str()).filter(|validator| !validator.is_empty())
    }

    /// Returns the headers that ask for it only if it changed.
    pub(super) fn conditions(&self) -> Vec<(&'static str, String)> {
        let all = [
            ("if-none-match", &self.etag),
            ("if-modified-since", &self.last_modified),
        ];
        let given = all.into_iter().filter(|(_, value)| !value.is_empty());
        given.map(|(name, value)| (name, value.clone())).collect()
    }
}

fn hash(bytes: &[u8]) -> String {
    Digest::new(Sha256::digest(bytes).into()).to_hex()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_was_written_and_holds_no_address() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.note");
        let url = Url::parse("https://a.io/x?token=hunter2").unwrap();
        let other = Url::parse("https://a.io/x?token=hunter3").unwrap();
        let content = Digest::new([7; 32]);
        let note = Note {
            url: hash(url.in_full().as_bytes()),
            etag: "\"1\"".to_owned(),
            last_modified: String::new(),
            content: String::new(),
        }
        .with_content(content);
        note.write(&path).unwrap();
        let text = String::from_utf8(read_regular(&path, 1_000).unwrap()).unwrap();
        assert!(
            !text.contains("hunter2") && !text.contains("a.io"),
            "{text}"
        );
        let read = Note::read(&path).unwrap();
        assert_eq!(read, note);
        assert!(read.is_of_content(&url, content));
        assert!(!read.is_of_content(&other, content));
        assert!(!read.is_of_content(&url, Digest::new([8; 32])));
        for broken in ["", "a\nb\nc", "\u{1}"] {
            std::fs::write(&path, broken).unwrap();
            assert_eq!(Note::read(&path), None, "{broken:?}");
        }
    }

    #[test]
    fn only_what_names_the_very_bytes_is_asked_with_a_range() {
        for (etag, day, want) in [
            ("\"a\"", "", Some("\"a\"")),
            ("\"a\"", "Wed", Some("\"a\"")),
            ("W/\"a\"", "Wed", Some("Wed")),
            ("W/\"a\"", "", None),
            ("", "", None),
        ] {
            let note = Note {
                etag: etag.to_owned(),
                last_modified: day.to_owned(),
                ..Note::default()
            };
            assert_eq!(note.if_range(), want, "{etag} {day}");
        }
    }
}
