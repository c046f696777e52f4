//! Layers: read in parallel, each once, through the cache, and laid over each other.

mod inspect;
mod parallel;
mod room;
mod scan;

use std::collections::{BTreeMap, BTreeSet};

use archive::{Hashing, TarError, skip_to_end};
use image::{ImageError, LayerContent, LayerPlan};
use model::{Content, Digest, Gap, GapKind, Layer, Limits, Tree, hides};
use secret::Redactor;
use serde::{Deserialize, Serialize};

use crate::secrets::{self, Digests, Lying, OfFiles};
use crate::source::{Archive, Bytes};
use crate::{Cache, ScanError, Settings};

pub(crate) use inspect::{Inspected, Inspector};
pub(crate) use room::Room;
pub(crate) use scan::{BUFFER_BYTES, Reader, reread_from, scan};

/// A layer that was read to its end, with what was computed on the way.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Scanned {
    /// Digest of the stored bytes.
    pub(crate) digest: Digest,
    pub(crate) stored_bytes: u64,
    pub(crate) is_compressed: bool,
    pub(crate) content: LayerContent,
    pub(crate) inspected: Inspected,
}

/// The layers of an image; one that stands there twice was read once.
#[derive(Debug)]
pub(crate) struct Layers<'a> {
    scanned: Vec<Held<'a>>,
    /// For each layer of the image its place in `scanned`.
    places: Vec<usize>,
}

/// A stream has read its layers before anyone asked.
#[derive(Debug)]
enum Held<'a> {
    Own(Box<Scanned>),
    Streamed(&'a Scanned),
}

impl Held<'_> {
    fn scanned(&self) -> &Scanned {
        match self {
            Self::Own(scanned) => scanned,
            Self::Streamed(scanned) => scanned,
        }
    }
}

/// Reads all layers and proves them against what promised them.
pub(crate) fn read<'a>(
    plans: &[LayerPlan],
    archive: &'a Archive,
    cache: Option<&Cache>,
    settings: &Settings,
) -> Result<Layers<'a>, ScanError> {
    let mut unique: BTreeMap<(&str, Digest), usize> = BTreeMap::new();
    let mut jobs: Vec<(usize, &LayerPlan)> = Vec::new();
    let mut places = Vec::new();
    for (index, plan) in plans.iter().enumerate() {
        let place = *unique
            .entry((&plan.member, plan.diff_id))
            .or_insert_with(|| {
                jobs.push((index, plan));
                jobs.len() - 1
            });
        places.push(place);
    }
    let scanned = match archive {
        Archive::Streamed(streamed) => jobs
            .iter()
            .map(|&(index, plan)| {
                let scanned = streamed.layer(&plan.member, &name(index, plan))?;
                prove(index, plan, scanned)?;
                Ok(Held::Streamed(scanned))
            })
            .collect::<Result<Vec<_>, ScanError>>()?,
        Archive::Folder(_) | Archive::Seekable(_) | Archive::Remote(_) => {
            parallel::read(&jobs, archive, cache, settings)?
        }
    };
    Ok(Layers { scanned, places })
}

fn name(index: usize, plan: &LayerPlan) -> String {
    format!("layer {} ({})", index + 1, plan.member)
}

/// Finds the stored bytes of a layer, of the length that its descriptor promises.
pub(crate) fn find<'a>(
    archive: &'a Archive,
    index: usize,
    plan: &LayerPlan,
) -> Result<Bytes<'a>, ScanError> {
    let what = name(index, plan);
    let stored = archive
        .stored(plan)
        .map_err(|source| ImageError::Io {
            what: what.clone(),
            source,
        })?
        .ok_or_else(|| ImageError::Missing {
            what: what.clone(),
            named_by: "the manifest".to_owned(),
        })?;
    match plan.stored_bytes {
        Some(want) if want != stored.len() => Err(ImageError::SizeMismatch {
            what,
            want,
            got: stored.len(),
        }
        .into()),
        _ => Ok(stored),
    }
}

/// Proves a layer against what promised it.
fn prove(index: usize, plan: &LayerPlan, scanned: &Scanned) -> Result<(), ScanError> {
    let what = name(index, plan);
    if let Some(want) = plan.digest
        && want != scanned.digest
    {
        let claim = "the manifest";
        return Err(ImageError::DigestMismatch {
            what,
            claim,
            want,
            got: scanned.digest,
        }
        .into());
    }
    if let Some(want) = plan.stored_bytes
        && want != scanned.stored_bytes
    {
        return Err(ImageError::SizeMismatch {
            what,
            want,
            got: scanned.stored_bytes,
        }
        .into());
    }
    prove_content((index, plan), scanned.content.diff_id, scanned.digest)
}

/// Proves the tar of a layer, whose stored bytes have the digest `stored`.
///
/// Some writers put the digest of the compressed bytes where its own is to stand: that is proved as
/// well, and told in a gap.
pub(crate) fn prove_content(
    (index, plan): (usize, &LayerPlan),
    got: Digest,
    stored: Digest,
) -> Result<(), ScanError> {
    let want = plan.diff_id;
    if want == got || want == stored {
        return Ok(());
    }
    Err(ImageError::DigestMismatch {
        what: name(index, plan),
        claim: "the configuration (as its diffID)",
        want,
        got,
    }
    .into())
}

/// Which files of a layer to read by a second pass over it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// Numbers of their entries.
    pub(crate) entries: &'a [u32],
    /// Bytes that they may have together; what goes beyond is left out.
    pub(crate) most_bytes: u64,
}

/// Reads the content of some entries of a layer, by a second pass over it.
pub(crate) fn fetch(
    archive: &Archive,
    (index, plan): (usize, &LayerPlan),
    wanted: Wanted<'_>,
    settings: &Settings,
) -> Result<BTreeMap<u32, Vec<u8>>, ScanError> {
    let mut contents = BTreeMap::new();
    reread(archive, (index, plan), settings, &mut |tar| {
        let Wanted {
            entries,
            most_bytes,
        } = wanted;
        contents = image::read_contents(tar, entries, most_bytes, &settings.limits)?;
        Ok(())
    })?;
    Ok(contents)
}

/// Reads files again, layer by layer, for their checksums.
pub(crate) fn digests(
    files: &[&Lying<'_>],
    plans: &[LayerPlan],
    archive: &Archive,
    settings: &Settings,
) -> Result<Digests, ScanError> {
    let mut layers: BTreeMap<u16, BTreeSet<u32>> = BTreeMap::new();
    for content in files.iter().map(|file| file.content()) {
        layers
            .entry(content.layer)
            .or_default()
            .insert(content.entry);
    }
    let mut digests = Digests::new();
    for (layer, entries) in layers {
        let index = usize::from(layer);
        let entries: Vec<u32> = entries.into_iter().collect();
        let wanted = Wanted {
            entries: &entries,
            most_bytes: settings.limits.files_bytes,
        };
        if let Some(plan) = plans.get(index) {
            for (entry, bytes) in fetch(archive, (index, plan), wanted, settings)? {
                digests.insert(Content { layer, entry }, secrets::digests(&bytes));
            }
        }
    }
    Ok(digests)
}

/// Hands the tar of a layer to `read`; again from its beginning if the
/// archive has it twice, where the last counts.
pub(crate) fn reread(
    archive: &Archive,
    (index, plan): (usize, &LayerPlan),
    settings: &Settings,
    read: Reader<'_>,
) -> Result<(), ScanError> {
    let failed = |source| ImageError::Tar {
        what: name(index, plan),
        source,
    };
    let done = match archive {
        Archive::Streamed(streamed) => streamed.reread(&plan.member, settings, read),
        Archive::Folder(_) | Archive::Seekable(_) => {
            reread_from(find(archive, index, plan)?, settings, read)
        }
        Archive::Remote(_) => {
            // what comes a second time may be something else: it is proved again
            let mut hashing = Hashing::new(find(archive, index, plan)?);
            let done = reread_from(&mut hashing, settings, read);
            let rest = skip_to_end(&mut hashing, &mut vec![0; BUFFER_BYTES]);
            let (got, _) = hashing.finish();
            if let (Ok(()), Some(want)) = (&rest, plan.digest.filter(|want| *want != got)) {
                let (what, claim) = (name(index, plan), "the manifest");
                return Err(ImageError::DigestMismatch {
                    what,
                    claim,
                    want,
                    got,
                }
                .into());
            }
            done.and(rest.map_err(TarError::Io))
        }
    };
    Ok(done.map_err(failed)?)
}

impl Layers<'_> {
    pub(crate) fn get(&self, index: usize) -> Option<&Scanned> {
        self.scanned
            .get(*self.places.get(index)?)
            .map(Held::scanned)
    }

    /// Returns the secrets that were found in a layer, if they are asked for.
    pub(crate) fn secrets(&self, index: usize, settings: &Settings) -> Option<&OfFiles> {
        settings.secrets.as_ref()?;
        self.get(index)?.inspected.secrets.as_ref()
    }

    /// Returns the secrets that were found in each layer.
    pub(crate) fn files_of(
        &self,
        plans: &[LayerPlan],
        settings: &Settings,
    ) -> impl Iterator<Item = &OfFiles> {
        (0..plans.len()).filter_map(|index| self.secrets(index, settings))
    }

    /// Lays layer number `index` over `tree`, and returns what did not fit.
    ///
    /// The lowest layer's tree becomes the merged one: two trees of a million files would not fit
    /// the memory that one may take.
    pub(crate) fn lay(
        &mut self,
        index: usize,
        plan: &LayerPlan,
        tree: &mut Tree,
        limits: &Limits,
    ) -> Vec<Gap> {
        let mut gaps = Vec::new();
        if let Some(scanned) = self.get(index) {
            gaps.clone_from(&scanned.content.gaps);
            if scanned.content.diff_id != plan.diff_id {
                let why = "its diffID is the digest of the compressed bytes, not of the tar";
                let place = format!("layer {}", index + 1);
                let hides = "that the configuration is not what a builder should write";
                gaps.push(Gap::new(GapKind::Unparsed, place, why, hides));
            }
        }
        if index == 0 {
            *tree = self.take_lowest().into_base(limits);
            return gaps;
        }
        let (Some(scanned), Ok(number)) = (self.get(index), u16::try_from(index)) else {
            return gaps;
        };
        if let Err(full) = tree.apply(&scanned.content.tree, number, limits) {
            let why = format!("part of it could not be merged: {full}");
            let place = format!("layer {}", index + 1);
            gaps.push(Gap::new(GapKind::Limited, place, why, hides::FILES));
        }
        gaps
    }

    fn take_lowest(&mut self) -> Tree {
        let is_alone = self.places.iter().filter(|place| **place == 0).count() == 1;
        match self.scanned.first_mut() {
            Some(Held::Own(scanned)) if is_alone => std::mem::take(&mut scanned.content.tree),
            Some(held) => held.scanned().content.tree.clone(),
            None => Tree::new(),
        }
    }

    /// Describes the layers for the report.
    pub(crate) fn describe(&self, plans: &[LayerPlan], redactor: &Redactor<'_>) -> Vec<Layer> {
        let layer = |(index, plan): (usize, &LayerPlan)| {
            let scanned = self.get(index)?;
            Some(Layer {
                digest: scanned.digest,
                stored_bytes: scanned.stored_bytes,
                is_compressed: scanned.is_compressed,
                diff_id: scanned.content.diff_id,
                tar_bytes: scanned.content.tar_bytes,
                created_by: redactor.text(&plan.created_by),
                is_base: plan.is_base,
            })
        };
        plans.iter().enumerate().filter_map(layer).collect()
    }
}

#[cfg(test)]
mod tests;
