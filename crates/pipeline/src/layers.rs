//! Layers: read in parallel, each once, through the cache, and laid over each other.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read};
use std::num::NonZero;
use std::sync::Mutex;
use std::thread;

use archive::{Bounded, Codec, Hashing, SNIFF_BYTES, TarError, decode, skip_to_end};
use image::{ImageError, LayerContent, LayerPlan};
use model::{Digest, Gap, GapKind, Layer, Limits, Tree};
use serde::{Deserialize, Serialize};

use crate::ahead::ahead;
use crate::cache::Kind;
use crate::deadline::Timed;
use crate::source::{Archive, Stored};
use crate::{Cache, ScanError, Settings};

/// Bytes up to which a layer may inflate whatever its stored size.
const FREE_BYTES: u64 = 1 << 30;
/// Beyond that, how many times its stored size. Layers of programs reach 70; only a bomb or a disk
/// image of zeros comes near deflate's 1032.
const MAX_RATIO: u64 = 256;
/// Bytes that are read from the stored side at once.
const BUFFER_BYTES: usize = 128 << 10;

/// A layer that was read to its end, with what was computed on the way.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Scanned {
    /// Digest of the stored bytes.
    pub(crate) digest: Digest,
    pub(crate) stored_bytes: u64,
    pub(crate) is_compressed: bool,
    pub(crate) content: LayerContent,
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
        Archive::Folder(_) | Archive::Seekable(_) => {
            read_parallel(&jobs, archive, cache, settings)?
        }
    };
    Ok(Layers { scanned, places })
}

/// The longest layers first, so that no thread starts a long one when the others are done.
fn read_parallel<'a>(
    jobs: &[(usize, &LayerPlan)],
    archive: &Archive,
    cache: Option<&Cache>,
    settings: &Settings,
) -> Result<Vec<Held<'a>>, ScanError> {
    let mut queue = Vec::new();
    for (place, &(index, plan)) in jobs.iter().enumerate() {
        queue.push((find(archive, index, plan)?, place));
    }
    queue.sort_by_key(|(stored, place)| (stored.len(), *place));
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let has_spare_threads = jobs.len() < threads;
    let reader = Reader {
        cache,
        settings,
        has_spare_threads,
    };
    let queue = Mutex::new(queue);
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..threads.min(jobs.len()) {
            scope.spawn(|| {
                while let Some((stored, place)) = pop(&queue) {
                    let Some(&(index, plan)) = jobs.get(place) else {
                        continue;
                    };
                    let result = reader.read(stored, index, plan);
                    let is_over = result.is_err();
                    push(&done, (place, result));
                    if is_over {
                        clear(&queue);
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(place, _)| *place);
    done.into_iter()
        .map(|(_, result)| Ok(Held::Own(Box::new(result?))))
        .collect()
}

fn pop<T>(queue: &Mutex<Vec<T>>) -> Option<T> {
    queue.lock().ok()?.pop()
}

fn push<T>(done: &Mutex<Vec<T>>, item: T) {
    if let Ok(mut done) = done.lock() {
        done.push(item);
    }
}

fn clear<T>(queue: &Mutex<Vec<T>>) {
    if let Ok(mut queue) = queue.lock() {
        queue.clear();
    }
}

fn name(index: usize, plan: &LayerPlan) -> String {
    format!("layer {} ({})", index + 1, plan.member)
}

/// Finds the stored bytes of a layer, of the length that its descriptor promises.
pub(crate) fn find(archive: &Archive, index: usize, plan: &LayerPlan) -> Result<Stored, ScanError> {
    let what = name(index, plan);
    let stored = archive
        .stored(&plan.member)
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

struct Reader<'a> {
    cache: Option<&'a Cache>,
    settings: &'a Settings,
    has_spare_threads: bool,
}

impl Reader<'_> {
    fn read(&self, stored: Stored, index: usize, plan: &LayerPlan) -> Result<Scanned, ScanError> {
        let failed = |source| ImageError::Tar {
            what: name(index, plan),
            source,
        };
        if let Some(scanned) = self.recall(&stored, plan).map_err(failed)? {
            prove(index, plan, &scanned)?;
            return Ok(scanned);
        }
        let len = stored.len();
        let scanned = scan(stored, len, self.has_spare_threads, self.settings).map_err(failed)?;
        prove(index, plan, &scanned)?;
        if let Some(cache) = self.cache {
            cache.put(Kind::Layer, scanned.digest, &scanned);
        }
        Ok(scanned)
    }

    /// Finds a layer in the cache. The key is what the manifest claims (for plain layers, the
    /// configuration), so the bytes must first prove to have it.
    fn recall(&self, stored: &Stored, plan: &LayerPlan) -> Result<Option<Scanned>, TarError> {
        let Some(cache) = self.cache else {
            return Ok(None);
        };
        let claimed = plan.digest.unwrap_or(plan.diff_id);
        if !cache.has(Kind::Layer, claimed) {
            return Ok(None);
        }
        let timed = Timed {
            source: stored.clone(),
            deadline: self.settings.deadline,
        };
        let mut hashing = Hashing::new(timed);
        skip_to_end(&mut hashing, &mut vec![0; BUFFER_BYTES])?;
        let (digest, _) = hashing.finish();
        Ok(if digest == claimed {
            cache.get(Kind::Layer, digest)
        } else {
            None
        })
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
    let (want, got) = (plan.diff_id, scanned.content.diff_id);
    if want != got {
        let claim = "the configuration (as its diffID)";
        return Err(ImageError::DigestMismatch {
            what,
            claim,
            want,
            got,
        }
        .into());
    }
    Ok(())
}

/// Reads one layer from its stored bytes, `stored_bytes` of them, taking both digests on the way.
pub(crate) fn scan(
    source: impl Read + Send,
    stored_bytes: u64,
    has_spare_threads: bool,
    settings: &Settings,
) -> Result<Scanned, TarError> {
    let limits = &settings.limits;
    let mut source = BufReader::with_capacity(
        BUFFER_BYTES,
        Timed {
            source,
            deadline: settings.deadline,
        },
    );
    let head = source.fill_buf()?;
    let codec = Codec::sniff(head.get(..SNIFF_BYTES.min(head.len())).unwrap_or_default())?;
    if codec == Codec::Plain {
        let bounded = Bounded::new(source, limits.layer_bytes, " in one layer");
        let content = image::read_layer(bounded, &inventory::wants, limits)?;
        let (digest, stored_bytes) = (content.diff_id, content.tar_bytes);
        return Ok(Scanned {
            digest,
            stored_bytes,
            is_compressed: false,
            content,
        });
    }
    let mut hashing = BufReader::with_capacity(BUFFER_BYTES, Hashing::new(source));
    let most = stored_bytes
        .saturating_mul(MAX_RATIO)
        .max(FREE_BYTES)
        .min(limits.layer_bytes);
    let reason = " inflate from one layer, which makes it a decompression bomb";
    let decoded = Bounded::new(decode(codec, &mut hashing, limits)?, most, reason);
    let content = if has_spare_threads {
        ahead(decoded, |decoded| {
            image::read_layer(decoded, &inventory::wants, limits)
        })?
    } else {
        image::read_layer(decoded, &inventory::wants, limits)?
    };
    skip_to_end(&mut hashing, &mut vec![0; BUFFER_BYTES])?;
    let (digest, stored_bytes) = hashing.into_inner().finish();
    Ok(Scanned {
        digest,
        stored_bytes,
        is_compressed: true,
        content,
    })
}

/// Reads the content of some entries of a layer, by a second pass over it.
pub(crate) fn fetch(
    archive: &Archive,
    index: usize,
    plan: &LayerPlan,
    entries: &[u32],
    settings: &Settings,
) -> Result<BTreeMap<u32, Vec<u8>>, ScanError> {
    let failed = |source| ImageError::Tar {
        what: name(index, plan),
        source,
    };
    let contents = match archive {
        Archive::Streamed(streamed) => streamed.fetch(&plan.member, entries, settings),
        Archive::Folder(_) | Archive::Seekable(_) => {
            fetch_from(find(archive, index, plan)?, entries, settings)
        }
    };
    Ok(contents.map_err(failed)?)
}

/// Reads the content of some entries of a layer from its stored bytes, which were proved before.
pub(crate) fn fetch_from(
    source: impl Read + Send,
    entries: &[u32],
    settings: &Settings,
) -> Result<BTreeMap<u32, Vec<u8>>, TarError> {
    let mut source = BufReader::with_capacity(
        BUFFER_BYTES,
        Timed {
            source,
            deadline: settings.deadline,
        },
    );
    let head = source.fill_buf()?;
    let codec = Codec::sniff(head.get(..SNIFF_BYTES.min(head.len())).unwrap_or_default())?;
    image::read_contents(
        decode(codec, source, &settings.limits)?,
        entries,
        &settings.limits,
    )
}

impl Layers<'_> {
    pub(crate) fn get(&self, index: usize) -> Option<&Scanned> {
        self.scanned
            .get(*self.places.get(index)?)
            .map(Held::scanned)
    }

    /// Lays layer number `index` over `tree`, and returns what did not fit.
    ///
    /// The lowest layer's tree becomes the merged one: two trees of a million files would not fit
    /// the memory that one may take.
    pub(crate) fn lay(&mut self, index: usize, tree: &mut Tree, limits: &Limits) -> Vec<Gap> {
        let mut gaps = self
            .get(index)
            .map(|scanned| scanned.content.gaps.clone())
            .unwrap_or_default();
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
            gaps.push(Gap::new(GapKind::Limited, place, why, "files of the image"));
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
    pub(crate) fn describe(&self, plans: &[LayerPlan]) -> Vec<Layer> {
        let layer = |(index, plan): (usize, &LayerPlan)| {
            let scanned = self.get(index)?;
            Some(Layer {
                digest: scanned.digest,
                stored_bytes: scanned.stored_bytes,
                is_compressed: scanned.is_compressed,
                diff_id: scanned.content.diff_id,
                tar_bytes: scanned.content.tar_bytes,
                created_by: plan.created_by.clone(),
                is_base: plan.is_base,
            })
        };
        plans.iter().enumerate().filter_map(layer).collect()
    }
}
