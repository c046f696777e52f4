//! Layers read in parallel, through the cache.

use std::num::NonZero;
use std::sync::Mutex;
use std::thread;

use archive::{Hashing, TarError, skip_to_end};
use image::{ImageError, LayerPlan};

use super::scan::BUFFER_BYTES;
use super::{Held, Room, Scanned, find, name, prove, scan};
use crate::cache::Kind;
use crate::source::{Archive, Bytes};
use crate::timed::Timed;
use crate::{Cache, ScanError, Settings};

/// Layers that are pulled at once, at least.
const PULLS: usize = 4;

/// Reads the layers of `jobs`, numbered as in the image, on all cores.
///
/// The longest go first, so that no thread starts a long one when the others are done. After an
/// error no further layer is started.
pub(super) fn read<'a>(
    jobs: &[(usize, &LayerPlan)],
    archive: &Archive,
    cache: Option<&Cache>,
    settings: &Settings,
) -> Result<Vec<Held<'a>>, ScanError> {
    let mut queue = Vec::new();
    for (place, &(index, plan)) in jobs.iter().enumerate() {
        queue.push(Job {
            stored: find(archive, index, plan)?,
            place,
            index,
            plan,
        });
    }
    queue.sort_by_key(|job| (job.stored.len(), job.place));
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = match archive {
        // who waits for the network leaves the core to others
        Archive::Remote(_) => cores.max(PULLS),
        Archive::Folder(_) | Archive::Seekable(_) | Archive::Streamed(_) => cores,
    };
    let reader = Reader {
        cache,
        settings,
        has_spare_threads: jobs.len() < cores,
        room: Room::new(&settings.limits),
    };
    let queue = Mutex::new(queue);
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..threads.min(jobs.len()) {
            scope.spawn(|| reader.work(&queue, &done));
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(place, _)| *place);
    done.into_iter()
        .map(|(_, result)| Ok(Held::Own(Box::new(result?))))
        .collect()
}

struct Job<'a> {
    stored: Bytes<'a>,
    /// Its place among the jobs.
    place: usize,
    /// Its number in the image.
    index: usize,
    plan: &'a LayerPlan,
}

type Done = (usize, Result<Scanned, ScanError>);

struct Reader<'a> {
    cache: Option<&'a Cache>,
    settings: &'a Settings,
    has_spare_threads: bool,
    room: Room,
}

impl Reader<'_> {
    fn work(&self, queue: &Mutex<Vec<Job<'_>>>, done: &Mutex<Vec<Done>>) {
        let pop = || queue.lock().ok()?.pop();
        while let Some(Job {
            stored,
            place,
            index,
            plan,
        }) = pop()
        {
            let result = self.read(stored, index, plan).and_then(|mut scanned| {
                self.room.take(&mut scanned)?;
                Ok(scanned)
            });
            if result.is_err()
                && let Ok(mut queue) = queue.lock()
            {
                queue.clear();
            }
            if let Ok(mut done) = done.lock() {
                done.push((place, result));
            }
        }
    }

    fn read(
        &self,
        stored: Bytes<'_>,
        index: usize,
        plan: &LayerPlan,
    ) -> Result<Scanned, ScanError> {
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
    /// configuration), so the bytes must first prove to have it; those of a registry are never
    /// fetched for that, since the manifest that promises them is all that it has.
    fn recall(&self, stored: &Bytes<'_>, plan: &LayerPlan) -> Result<Option<Scanned>, TarError> {
        let Some(cache) = self.cache else {
            return Ok(None);
        };
        let claimed = plan.digest.unwrap_or(plan.diff_id);
        if !cache.has(Kind::Layer, claimed) {
            return Ok(None);
        }
        if let Bytes::Local(stored) = stored {
            let timed = Timed {
                source: stored.clone(),
                deadline: self.settings.deadline,
            };
            let mut hashing = Hashing::new(timed);
            skip_to_end(&mut hashing, &mut vec![0; BUFFER_BYTES])?;
            if hashing.finish().0 != claimed {
                return Ok(None);
            }
        }
        let record: Option<Scanned> = cache.get(Kind::Layer, claimed);
        Ok(record.filter(|record| record.inspected.answers(self.settings)))
    }
}
