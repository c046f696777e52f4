//! What looks at the bytes of a layer's files while they flow by.
//!
//! The one place that composes it: a file is read once, however many look at it.

use std::io::{self, Read};

use serde::{Deserialize, Serialize};

use crate::Settings;
use crate::secrets::{Looking, OfFiles};

/// Looks at the regular files of one layer.
#[derive(Debug)]
pub(crate) struct Inspector<'s> {
    secrets: Option<Looking<'s>>,
}

/// What looking at the files of a layer gave; a part that nobody looked for is not there.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Inspected {
    pub(crate) secrets: Option<OfFiles>,
}

impl<'s> Inspector<'s> {
    /// Starts before the first file.
    pub(crate) fn new(settings: &'s Settings) -> Self {
        let looking = |secrets| Looking::new(secrets, &settings.limits);
        Self {
            secrets: settings.secrets.as_ref().map(looking),
        }
    }

    /// Looks at one file: the number of its entry, its name in the tar, its content.
    pub(crate) fn look(&mut self, entry: u32, path: &[u8], bytes: &mut dyn Read) -> io::Result<()> {
        match &mut self.secrets {
            Some(secrets) => secrets.file(entry, path, bytes),
            None => Ok(()),
        }
    }

    pub(crate) fn finish(self) -> Inspected {
        Inspected {
            secrets: self.secrets.map(Looking::finish),
        }
    }
}

impl Inspected {
    /// Whether everything is there that is asked for: a record may be of a scan that asked for less,
    /// or by other rules.
    pub(crate) fn answers(&self, settings: &Settings) -> bool {
        settings.secrets.as_ref().is_none_or(|wanted| {
            let looked = self.secrets.as_ref();
            looked.is_some_and(|looked| looked.revision == wanted.engine.revision())
        })
    }
}
