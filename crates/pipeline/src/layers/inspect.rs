//! What looks at the bytes of files while they flow by.
//!
//! The one place that composes it: a file is read once, however many look at it.

use std::io::{self, Read};

use hygiene::{Notes, Noting, Sum};
use image::Shown;
use model::Gap;
use secret::Redactor;
use serde::{Deserialize, Serialize};

use crate::Settings;
use crate::secrets::{Looking, OfFiles};

/// Looks at the regular files of one layer, or of a share of a root.
#[derive(Debug)]
pub(crate) struct Inspector<'s> {
    secrets: Option<Looking<'s>>,
    notes: Option<Noting>,
    /// Takes out of what is noted what no cache is to hold.
    redactor: Redactor<'s>,
    /// Sums of contents, where copies of files are looked for.
    sum: Option<Sum>,
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
            sum: None,
        }
    }

    /// Sums contents, too: what is not read otherwise is read for that.
    pub(crate) fn with_sums(self) -> Self {
        let sum = self.notes.is_some().then(Sum::default);
        Self { sum, ..self }
    }

    /// Looks at one file and its content.
    pub(crate) fn look(&mut self, file: &Shown<'_>, bytes: &mut dyn Read) -> io::Result<()> {
        let Shown { entry, path, .. } = *file;
        let Some(notes) = &mut self.notes else {
            return match &mut self.secrets {
                Some(secrets) => secrets.file(entry, path, bytes),
                None => Ok(()),
            };
        };
        let wanted = |_: &&mut Sum| hygiene::is_summed(file.most_bytes);
        let Some(sum) = self.sum.as_mut().filter(wanted) else {
            return noted(notes, self.secrets.as_mut(), (entry, path), bytes);
        };
        let mut summed = sum.begin(bytes);
        noted(notes, self.secrets.as_mut(), (entry, path), &mut summed)?;
        summed.finish()?;
        if let Some(sum) = sum.end() {
            notes.sum(entry, sum);
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

/// Notes what the first bytes of a file tell, and looks for secrets in all of it.
fn noted(
    notes: &mut Noting,
    secrets: Option<&mut Looking<'_>>,
    (entry, path): (u32, &[u8]),
    bytes: &mut dyn Read,
) -> io::Result<()> {
    let head = notes.file(entry, path, bytes)?;
    match secrets {
        Some(secrets) => secrets.file(entry, path, &mut head.chain(bytes)),
        None => Ok(()),
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
