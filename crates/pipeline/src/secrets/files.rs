//! Secrets of files that flow by, as records of layers keep them.

use std::borrow::Cow;
use std::io::{self, Read};

use model::{Gap, GapKind, Gaps, ImagePath, Limits, Secret, hides};
use secret::{Looked, Scanner};
use serde::{Deserialize, Serialize};

use super::{Secrets, digests, packed, zipped};

/// The secrets of the files of one layer, or of a root.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct OfFiles {
    /// Which rules looked.
    pub(crate) revision: String,
    /// Files with secrets, in the order in which they came.
    pub(crate) files: Vec<OfFile>,
    /// What was not looked at.
    pub(crate) gaps: Vec<Gap>,
}

/// A file with secrets.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OfFile {
    /// Number of its entry.
    pub(crate) entry: u32,
    pub(crate) path: ImagePath,
    pub(crate) found: Vec<Secret>,
    /// Its checksums as databases of packages write them; none of a large one.
    pub(crate) digests: Vec<String>,
}

/// Looks at one file after the other.
#[derive(Debug)]
pub(crate) struct Looking<'s> {
    scanner: Scanner<'s>,
    files: Vec<OfFile>,
    gaps: Gaps,
    revision: &'s str,
    left: usize,
    most: usize,
    limits: Limits,
}

impl<'s> Looking<'s> {
    pub(crate) fn new(secrets: &'s Secrets, limits: &Limits) -> Self {
        Self {
            scanner: Scanner::new(&secrets.engine, limits),
            files: Vec::new(),
            gaps: Gaps::new(limits.gaps_of_a_kind),
            revision: secrets.engine.revision(),
            left: limits.secrets,
            most: limits.secrets,
            limits: *limits,
        }
    }

    /// Looks at a file; may leave bytes of it unread.
    pub(crate) fn file(&mut self, entry: u32, path: &[u8], bytes: &mut dyn Read) -> io::Result<()> {
        // of a million files hardly one needs a text of its own
        let named = match ImagePath::already(path) {
            Some(name) => Cow::Borrowed(name),
            None => Cow::Owned(ImagePath::new(path).to_string()),
        };
        let mut head = Vec::new();
        #[expect(clippy::disallowed_methods, reason = "`take` bounds it")]
        bytes.take(zipped::MAGIC_BYTES).read_to_end(&mut head)?;
        let bytes = &mut head.chain(bytes);
        if zipped::is_one(&head) {
            return self.zip(entry, (path, &named), bytes);
        }
        let mut looked = self.scanner.file(&named, bytes)?;
        let whole = self.scanner.held();
        let packed = whole.and_then(|bytes| Some((packed::codec(bytes)?, bytes.to_vec())));
        let mut digests = whole.filter(|_| !looked.found.is_empty()).map(digests);
        if let Some((codec, bytes)) = packed {
            match packed::look(&mut self.scanner, &named, (codec, &bytes), &self.limits) {
                Ok(mut inside) => {
                    looked.found.append(&mut inside.found);
                    looked.unread_after = looked.unread_after.or(inside.unread_after);
                    looked.is_cut |= inside.is_cut;
                }
                Err(error) => {
                    let why = format!("what it holds compressed was not looked at: {error}");
                    self.gaps.add(gap(&named, why));
                }
            }
            // the scanner holds what is inside by now
            digests = (!looked.found.is_empty()).then(|| super::digests(&bytes));
        }
        self.add(entry, (path, &named), looked, digests.unwrap_or_default());
        Ok(())
    }

    /// Looks at the members of a zip.
    fn zip(
        &mut self,
        entry: u32,
        (path, named): (&[u8], &str),
        bytes: &mut dyn Read,
    ) -> io::Result<()> {
        let limits = self.limits;
        let mut zip = zipped::Zip::read(bytes)?;
        let (looked, end) = zip.look(&mut self.scanner, &limits);
        let with_secrets = zip.whole().filter(|_| !looked.found.is_empty());
        let digests = with_secrets.map(digests);
        if let Err(error) = end {
            let why = format!("not all that it holds was looked at: {error}");
            self.gaps.add(gap(named, why));
        }
        self.add(entry, (path, named), looked, digests.unwrap_or_default());
        Ok(())
    }

    /// Keeps what was found in a file, and what was not looked at.
    fn add(
        &mut self,
        entry: u32,
        (path, named): (&[u8], &str),
        mut looked: Looked,
        digests: Vec<String>,
    ) {
        if let Some(after) = looked.unread_after {
            let why = format!("only its first {after} bytes were looked at for secrets");
            self.gaps.add(gap(named, why));
        }
        if looked.is_cut {
            let why = "it holds more that looks like secrets than is told";
            self.gaps.add(gap(named, why.to_owned()));
        }
        if looked.found.is_empty() {
            return;
        }
        if looked.found.len() > self.left {
            looked.found.truncate(self.left);
            self.gaps.add(too_many("", self.most));
        }
        self.left -= looked.found.len();
        self.files.push(OfFile {
            entry,
            path: ImagePath::new(path),
            found: looked.found,
            digests,
        });
    }

    /// Notes what was not looked at.
    pub(crate) fn note(&mut self, gap: Gap) {
        self.gaps.add(gap);
    }

    pub(crate) fn finish(self) -> OfFiles {
        OfFiles {
            revision: self.revision.to_owned(),
            files: self.files,
            gaps: self.gaps.into_sorted(),
        }
    }
}

pub(super) fn too_many(place: &str, most: usize) -> Gap {
    gap(
        place,
        format!("more than {most} secrets were found; the rest was left out"),
    )
}

pub(super) fn gap(place: &str, why: String) -> Gap {
    Gap::new(GapKind::Limited, place, why, hides::SECRETS)
}
