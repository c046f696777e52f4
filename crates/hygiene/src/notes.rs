//! What is noted of the files of one layer while they flow by: kinds by their first bytes, and the
//! content of small files of note.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Read};

use model::{Gap, GapKind, Gaps, ImagePath, Limits};
use serde::{Deserialize, Serialize};

use crate::accounts;
use crate::elf::{self, Elf};
use crate::logins;
use crate::sudo;
use crate::topic::{Fitting, PATHS, Topic};
use crate::volumes::settings;

/// Changes whenever the same files give other notes; records of them are keyed by it.
pub const REVISION: u32 = 7;

/// Bytes of a file that tell its kind: the header of a program with the name of its loader.
const HEAD_BYTES: u64 = 1 << 10;
/// Bytes of the contents that are kept of one layer.
const KEPT_BYTES: usize = 8 << 20;
/// Files of one layer whose kinds are told; the largest images have a tenth of it.
pub(crate) const MOST_KINDS: usize = 200_000;

/// Files of one layer that run as their owner and whose checksums are told; images have a dozen.
const MOST_DIGESTS: usize = 2_000;

/// What the first bytes of a file tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A program or a library.
    Elf(Elf),
    /// Begins with `#!`; the interpreter's line, cut where it is long.
    Script(String),
    /// A database of `SQLite`.
    Sqlite,
    /// A dump of Redis.
    Redis,
    /// A dump of the memory of a Java program.
    HeapDump,
}

/// What was noted of the files of one layer, by the numbers of their entries.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Notes {
    /// By which [`REVISION`].
    pub revision: u32,
    /// Files whose first bytes tell something.
    pub kinds: BTreeMap<u32, Kind>,
    /// Contents of files of note.
    pub files: BTreeMap<u32, Vec<u8>>,
    /// Sums of files that are compared with others: equal files have equal ones.
    pub sums: BTreeMap<u32, u32>,
    /// Checksums, `md5:…` and `sha1:…`, of files that run as their owner or group.
    pub digests: BTreeMap<u32, Vec<String>>,
    /// What was not looked at.
    pub gaps: Vec<Gap>,
}

/// Looks at one file after the other.
#[derive(Debug)]
pub struct Noting {
    notes: Notes,
    gaps: Gaps,
    kept_bytes: usize,
    /// Files that were kept as they are, and may hold secrets.
    whole: Vec<(u32, Written)>,
    read: Fitting<'static>,
    /// What was read of the file that flows by; kept from one to the next for its room.
    head: Vec<u8>,
}

impl Noting {
    /// Starts before the first file.
    pub fn new(limits: &Limits) -> Self {
        Self {
            notes: Notes {
                revision: REVISION,
                ..Notes::default()
            },
            gaps: Gaps::new(limits.gaps_of_a_kind),
            kept_bytes: 0,
            whole: Vec::new(),
            read: PATHS.read(),
            head: Vec::new(),
        }
    }

    /// Looks at the beginning of the file of this entry, and returns what was read of it: whoever looks
    /// next reads that first.
    ///
    /// # Errors
    /// Those of reading it.
    pub fn file(&mut self, entry: u32, path: &[u8], bytes: &mut dyn Read) -> io::Result<&[u8]> {
        let named = match ImagePath::already(path) {
            Some(name) => Cow::Borrowed(name),
            None => Cow::Owned(ImagePath::new(path).to_string()),
        };
        let kept = self.read.read_bytes(&named);
        let mut head = std::mem::take(&mut self.head);
        head.clear();
        read_up_to(bytes, 20, &mut head)?;
        if head.starts_with(b"\x7fELF") || head.starts_with(b"#!") {
            read_up_to(bytes, HEAD_BYTES, &mut head)?;
        }
        let kind = kind(&head);
        let is_program = matches!(kind, Some(Kind::Elf(_)));
        if let Some(kind) = kind {
            self.add_kind(entry, kind);
        }
        if let Some(most) = kept.filter(|_| !is_program) {
            let limit = u64::try_from(most).unwrap_or(u64::MAX);
            read_up_to(bytes, limit.saturating_add(1), &mut head)?;
            self.keep(entry, &named, &head, most);
        }
        self.head = head;
        Ok(&self.head)
    }

    fn add_kind(&mut self, entry: u32, kind: Kind) {
        if self.notes.kinds.len() < MOST_KINDS {
            self.notes.kinds.insert(entry, kind);
        } else {
            let why = format!("more than {MOST_KINDS} programs and scripts in one layer");
            self.gaps
                .add(Gap::new(GapKind::Limited, "", why, "flaws of the image"));
        }
    }

    fn keep(&mut self, entry: u32, path: &str, bytes: &[u8], most: usize) {
        let total = self.kept_bytes.saturating_add(bytes.len());
        if bytes.len() <= most && total <= KEPT_BYTES {
            self.kept_bytes = total;
            let kept = excerpt(path, bytes).unwrap_or_else(|| {
                let written = written(path, &mut self.read);
                self.whole.extend(written.map(|written| (entry, written)));
                bytes.to_vec()
            });
            self.notes.files.insert(entry, kept);
        } else if most == crate::topic::NOTE_BYTES {
            let why = "it is too large to be read for rules about images";
            let hides = "flaws of the image";
            self.gaps.add(Gap::new(GapKind::Limited, path, why, hides));
        }
    }

    /// Notes the sum of the file of an entry.
    pub fn sum(&mut self, entry: u32, sum: u32) {
        if self.notes.sums.len() < MOST_KINDS {
            self.notes.sums.insert(entry, sum);
        }
    }

    /// Notes the checksums of the file of an entry.
    pub fn digest(&mut self, entry: u32, digests: Vec<String>) {
        if self.notes.digests.len() < MOST_DIGESTS {
            self.notes.digests.insert(entry, digests);
        }
    }

    /// Notes what was not looked at.
    pub fn note(&mut self, gap: Gap) {
        self.gaps.add(gap);
    }

    /// Returns what was noted, without the secrets that `without` takes out of a text: records of the
    /// cache hold it.
    pub fn finish(mut self, without: &dyn Fn(&str) -> String) -> Notes {
        for (entry, written) in self.whole {
            let Some(kept) = self.notes.files.get_mut(&entry) else {
                continue;
            };
            let text = String::from_utf8_lossy(kept);
            let shown = match written {
                Written::Sudo => sudo::shown(&text, without),
                Written::Settings => without(&text),
            };
            if shown.as_bytes() != kept.as_slice() {
                *kept = shown.into_bytes();
            }
        }
        for kind in self.notes.kinds.values_mut() {
            if let Kind::Script(line) = kind
                && line.contains(['=', '@', ':'])
            {
                *line = without(line);
            }
        }
        Notes {
            gaps: self.gaps.into_sorted(),
            ..self.notes
        }
    }
}

impl Notes {
    /// Returns about how many bytes they take.
    pub fn heap_bytes(&self) -> usize {
        let kinds = self.kinds.values().map(|kind| match kind {
            Kind::Script(text) | Kind::Elf(Elf::Loaded(text)) => text.len(),
            Kind::Elf(Elf::Core | Elf::Plain | Elf::Other)
            | Kind::Sqlite
            | Kind::Redis
            | Kind::HeapDump => 0,
        });
        let files = self.files.values().map(Vec::len);
        let each = size_of::<(u32, Kind)>();
        let digests = self.digests.values().flatten().map(String::len);
        let maps = [self.files.len(), self.sums.len(), self.digests.len()];
        let count = maps
            .iter()
            .fold(self.kinds.len(), |sum, len| sum.saturating_add(*len));
        let entries = count.saturating_mul(each);
        kinds
            .chain(files)
            .chain(digests)
            .fold(entries, usize::saturating_add)
    }

    /// Adds those of another share of the same files.
    pub fn append(&mut self, mut other: Self) {
        self.revision = other.revision;
        self.kinds.append(&mut other.kinds);
        self.files.append(&mut other.files);
        self.sums.append(&mut other.sums);
        self.digests.append(&mut other.digests);
        self.gaps.append(&mut other.gaps);
    }
}

/// Returns what is kept of a file in place of its content, where that is another thing.
fn excerpt(path: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    match path {
        "etc/shadow" | "etc/passwd" | "etc/group" | "etc/master.passwd" | "etc/shadow-"
        | "etc/passwd-" => Some(accounts::masked(bytes)),
        path if settings::is_setting(path) => Some(settings::kept(bytes)),
        path if logins::is_asked(path) => Some(logins::kept(path, bytes)),
        _ => None,
    }
}

/// What people of an image wrote into a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Settings,
    Sudo,
}

/// Returns what a file may hold; none if a runtime brought it.
fn written(path: &str, read: &mut Fitting<'_>) -> Option<Written> {
    let rows: Vec<Topic> = read.of(path).map(|row| row.topic).collect();
    if rows.contains(&Topic::Sudo) {
        return Some(Written::Sudo);
    }
    let topics = [Topic::Script, Topic::Supervisor, Topic::Trust];
    let is_theirs = topics.iter().any(|topic| rows.contains(topic));
    is_theirs.then_some(Written::Settings)
}

/// Reads until `head` has `limit` bytes, or the file ends.
fn read_up_to(bytes: &mut dyn Read, limit: u64, head: &mut Vec<u8>) -> io::Result<()> {
    let len = u64::try_from(head.len()).unwrap_or(u64::MAX);
    let mut rest = bytes.take(limit.saturating_sub(len));
    io::copy(&mut rest, head)?;
    Ok(())
}

/// Tells the kind of a file from its first bytes.
fn kind(head: &[u8]) -> Option<Kind> {
    if let Some(line) = head.strip_prefix(b"#!") {
        let line = line.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let line = line.get(..127).unwrap_or(line);
        // a kernel takes the CR of CR LF for a letter
        let line = String::from_utf8_lossy(line);
        let line = line.trim_matches([' ', '\t']);
        return Some(Kind::Script(line.to_owned()));
    }
    if head.starts_with(b"SQLite format 3\0") {
        Some(Kind::Sqlite)
    } else if head.starts_with(b"REDIS0") {
        Some(Kind::Redis)
    } else if head.starts_with(b"JAVA PROFILE 1.") {
        Some(Kind::HeapDump)
    } else {
        elf::read(head).map(Kind::Elf)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_the_first_bytes() {
        for (bytes, want) in [
            (
                &b"#!/bin/sh -e\necho"[..],
                Some(Kind::Script("/bin/sh -e".into())),
            ),
            (b"#! /bin/sh\r\n", Some(Kind::Script("/bin/sh\r".into()))),
            (b"#!", Some(Kind::Script(String::new()))),
            (b"SQLite format 3\0xx", Some(Kind::Sqlite)),
            (b"SQLite format 3", None),
            (b"REDIS0011", Some(Kind::Redis)),
            (b"", None),
        ] {
            assert_eq!(kind(bytes), want, "{bytes:?}");
        }
    }

    #[test]
    fn what_was_read_is_handed_on() {
        let mut noting = Noting::new(&Limits::default());
        for (path, text) in [
            ("etc/passwd", "root:x:0:0\n"),
            ("srv/x", "no note at all, but text"),
        ] {
            let mut bytes = text.as_bytes();
            let mut read = noting
                .file(1, path.as_bytes(), &mut bytes)
                .unwrap()
                .to_vec();
            read.extend_from_slice(bytes);
            assert_eq!(read, text.as_bytes(), "{path}");
        }
        let notes = noting.finish(&str::to_owned);
        assert_eq!(notes.files.len(), 1);
        assert!(notes.gaps.is_empty());
    }

    #[test]
    fn what_is_kept_holds_no_secret() {
        let mut noting = Noting::new(&Limits::default());
        let files = [
            ("start.sh", "#!/bin/sh X=SECRET\nSECRET; a\n"),
            (
                "etc/sudoers",
                "# SECRET\n#include SECRET\na ALL=NOPASSWD: SECRET\n",
            ),
        ];
        for (entry, (path, text)) in (0..).zip(files) {
            noting
                .file(entry, path.as_bytes(), &mut text.as_bytes())
                .unwrap();
        }
        let notes = noting.finish(&|text| text.replace("SECRET", "?").replace("PASSWD: ?", "!"));
        let text = |entry| String::from_utf8_lossy(&notes.files[&entry]);
        assert_eq!(text(0), "#!/bin/sh X=?\n?; a\n");
        assert_eq!(text(1), "#include ?\na ALL=NOPASSWD: ?\n");
        assert_eq!(notes.kinds[&0], Kind::Script("/bin/sh X=?".to_owned()));
    }

    #[test]
    fn what_is_too_large_is_a_gap() {
        let mut noting = Noting::new(&Limits::default());
        let large = vec![b'x'; crate::topic::NOTE_BYTES + 1];
        noting.file(1, b"etc/group", &mut &large[..]).unwrap();
        let notes = noting.finish(&str::to_owned);
        assert_eq!((notes.files.len(), notes.gaps.len()), (0, 1));
    }
}
