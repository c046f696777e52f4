//! An image in a registry: documents as they are asked for, layers as they come.
//!
//! Nothing of it is written anywhere. It shows itself as a layout with one image, or one of several
//! platforms, whose `index.json` is made here.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Mutex, PoisonError};

use image::{Blobs, Named, PlatformChoice};
use model::{Digest, Gap, GapKind, ImageName, Limits};
use registry::{Access, Blob, Pull};

use crate::ScanError;

/// An image that a name means, found in its registry.
#[derive(Debug)]
pub(crate) struct Remote {
    pull: Pull,
    index: Vec<u8>,
    /// Digests that are asked for as manifests; all others are blobs.
    manifests: Mutex<BTreeSet<Digest>>,
    /// What came last: a configuration is asked for its platform, and then for all else.
    last: Mutex<Vec<(Digest, image::Stored)>>,
}

/// Documents that are kept for the next question.
const KEPT: usize = 4;

impl Remote {
    /// Finds out what the name means.
    pub(crate) fn open(
        name: &ImageName,
        access: &Access,
        platform: &PlatformChoice,
        limits: &Limits,
    ) -> Result<Self, ScanError> {
        let pull = Pull::open(name, access).map_err(Box::new)?;
        let top = pull.top();
        let named = Named {
            digest: top.digest,
            bytes: &top.bytes,
        };
        let index = image::index_of(named, platform, limits)?;
        let mut manifests: BTreeSet<Digest> = image::manifests_of(&top.bytes).into_iter().collect();
        manifests.insert(top.digest);
        Ok(Self {
            index,
            manifests: Mutex::new(manifests),
            last: Mutex::default(),
            pull,
        })
    }

    /// Returns the digest of what the name means.
    pub(crate) fn digest(&self) -> Digest {
        self.pull.top().digest
    }

    /// Returns `repository:tag` and `repository@digest`.
    pub(crate) fn known_as(&self) -> (Option<String>, String) {
        self.pull.known_as()
    }

    /// Returns the registry and the repository, for errors.
    pub(crate) fn place(&self) -> String {
        self.pull.place()
    }

    /// Says whether the registry proved who it is.
    pub(crate) fn gap(&self) -> Option<Gap> {
        let why = self.pull.unproved()?;
        let hides = "that the image is another than the registry's";
        Some(Gap::new(GapKind::Unproved, "", why, hides))
    }

    /// Returns a reader of a layer.
    pub(crate) fn layer(&self, digest: Digest, stored_bytes: u64) -> Blob<'_> {
        self.pull.blob(digest, stored_bytes)
    }
}

impl Blobs for Remote {
    fn document(&self, name: &str, limit: u64) -> io::Result<Option<image::Stored>> {
        if name == "index.json" {
            return Ok(Some(image::Stored::new(self.index.clone())));
        }
        let hex = name.strip_prefix("blobs/sha256/").unwrap_or_default();
        let Ok(digest) = Digest::from_hex(hex) else {
            return Ok(None);
        };
        let is_manifest = |manifests: &BTreeSet<Digest>| manifests.contains(&digest);
        let manifests = || {
            self.manifests
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, stored)) = last.iter().find(|(of, _)| *of == digest) {
            return Ok(Some(stored.clone()));
        }
        let bytes = if is_manifest(&manifests()) {
            let bytes = self.pull.manifest(digest)?.bytes;
            manifests().extend(image::manifests_of(&bytes));
            bytes
        } else {
            self.pull.small_blob(digest, limit)?
        };
        let stored = image::Stored::new(bytes);
        last.truncate(KEPT - 1);
        last.insert(0, (digest, stored.clone()));
        Ok(Some(stored))
    }
}
