//! What looks at the bytes of files while they flow by.
//!
//! The one place that composes it: a file is read once, however many look at it.

use std::io::{self, BufRead, Read};

use archive::read_at_most;
use hygiene::{Notes, Noting, Summed};
use image::Shown;
use model::Gap;
use secret::Redactor;
use serde::{Deserialize, Serialize};

use crate::Settings;
use crate::secrets::{self, Looking, OfFiles};

/// Bytes of a file that runs as its owner, up to which its checksums are taken; they are small.
const MOST_DIGESTED: u64 = 4 << 20;

/// Looks at the regular files of one layer, or of a share of a root.
#[derive(Debug)]
pub(crate) struct Inspector<'s> {
    secrets: Option<Looking<'s>>,
    notes: Option<Noting>,
    /// Takes out of what is noted what no cache is to hold.
    redactor: Redactor<'s>,
}

/// What looking at files gave; a part that nobody looked for is not there.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Inspected {
    pub(crate) secrets: Option<OfFiles>,
    pub(crate) notes: Option<Notes>,
}

impl<'s> Inspector<'s> {
    /// Starts before the first file.
    pub(crate) fn new(settings: &'s Settings) -> Self {
        let looking = |secrets| Looking::new(secrets, &settings.limits);
        let noting = |_| Noting::new(&settings.limits);
        Self {
            secrets: settings.secrets.as_ref().map(looking),
            notes: settings.hygiene.as_ref().map(noting),
            redactor: settings.redactor(),
        }
    }

    /// Looks at one file and its content.
    pub(crate) fn look(&mut self, file: &Shown<'_>, bytes: &mut dyn Read) -> io::Result<()> {
        let is_compared = file.mode & 0o6000 != 0 && file.most_bytes <= MOST_DIGESTED;
        let Some(notes) = self.notes.as_mut().filter(|_| is_compared) else {
            return self.flow(file, bytes);
        };
        let whole = read_at_most(bytes, MOST_DIGESTED)?;
        notes.digest(file.entry, secrets::digests(&whole));
        self.flow(file, &mut whole.as_slice())
    }

    fn flow(&mut self, file: &Shown<'_>, bytes: &mut dyn Read) -> io::Result<()> {
        let Shown { entry, path, .. } = *file;
        let head = match &mut self.notes {
            Some(notes) => notes.file(entry, path, bytes)?,
            None => &[],
        };
        match &mut self.secrets {
            Some(secrets) => secrets.file(entry, path, &mut head.chain(bytes)),
            None => Ok(()),
        }
    }

    /// Looks at one file, and sums its content where copies of files are looked for: what is not read
    /// otherwise is read for that.
    pub(crate) fn look_and_sum(
        &mut self,
        file: &Shown<'_>,
        bytes: &mut dyn BufRead,
    ) -> io::Result<()> {
        if self.notes.is_none() || !hygiene::is_summed(file.path, file.mode, file.most_bytes) {
            return self.look(file, bytes);
        }
        let mut summed = Summed::new(bytes);
        self.look(file, &mut summed)?;
        let sum = summed.finish()?;
        if let Some(notes) = &mut self.notes {
            notes.sum(file.entry, sum);
        }
        Ok(())
    }

    /// Notes what was not looked at.
    pub(crate) fn note(&mut self, gap: Gap) {
        match (&mut self.secrets, &mut self.notes) {
            (Some(secrets), _) => secrets.note(gap),
            (None, Some(notes)) => notes.note(gap),
            (None, None) => {}
        }
    }

    pub(crate) fn finish(self) -> Inspected {
        Inspected {
            secrets: self.secrets.map(Looking::finish),
            notes: self
                .notes
                .map(|notes| notes.finish(&|text| self.redactor.file(text))),
        }
    }
}

impl Inspected {
    /// Whether everything is there that is asked for: a record may be of a scan that asked for less,
    /// or by other rules.
    pub(crate) fn answers(&self, settings: &Settings) -> bool {
        let has_secrets = settings.secrets.as_ref().is_none_or(|wanted| {
            let looked = self.secrets.as_ref();
            looked.is_some_and(|looked| looked.revision == wanted.engine.revision())
        });
        let has_notes = settings.hygiene.is_none()
            || self
                .notes
                .as_ref()
                .is_some_and(|notes| notes.revision == hygiene::REVISION);
        has_secrets && has_notes
    }

    /// Adds what looking at another share of the same files gave.
    pub(crate) fn append(&mut self, other: Self) {
        if let Some(mut found) = other.secrets {
            let all = self.secrets.get_or_insert_default();
            all.files.append(&mut found.files);
            all.gaps.append(&mut found.gaps);
        }
        if let Some(notes) = other.notes {
            self.notes.get_or_insert_default().append(notes);
        }
    }
}
