//! What is known of images: facts in memory, one scan for all who wait for it, few scans at a time.
//!
//! Facts are kept by the digest that a name led to; what a name leads to is asked again after a while, and
//! that nobody could tell is believed for a shorter one.

mod memory;
mod seen;
mod shared;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::civil::Date;
use model::Digest;
use policy::image_policy::{Decided, ImageFacts};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, timeout};

use crate::kept::Kept;
use memory::Memory;
pub(crate) use seen::{KnownImage, Seen};

/// Names that wait for a scan; more are told to come again.
const MOST_WAITING: usize = 1_000;

/// Bytes of a name: a host, 255 of a repository, 128 of a tag and a digest are fewer.
const MOST_NAME_BYTES: usize = 1_024;

/// How long a name with a digest is believed to lead to it.
const FOREVER: Duration = Duration::from_hours(24);

/// How images are looked at; a port, since tests answer otherwise than registries do.
pub trait Looker: Send + Sync {
    /// Says why an image cannot be looked at, if its name alone tells: nobody waits for that.
    fn refuses(&self, name: &str) -> Option<String>;

    /// Finds what a name leads to, and scans it unless `knows` has its facts. Blocking.
    fn look(&self, name: &str, knows: &dyn Fn(Digest) -> bool) -> Look;
}

/// What became of looking at an image.
#[derive(Debug, Clone)]
pub enum Look {
    /// Its facts are those of this digest, which are known.
    Same(Digest),
    /// It was scanned.
    Scanned {
        /// What was found.
        facts: Box<ImageFacts>,
        /// The digest by which its registry gives it; none if it is of an archive, of which nobody can tell.
        pulled: Option<Digest>,
    },
    /// It cannot be.
    Unscannable(String),
    /// Its registry gives no answer.
    Unreachable(String),
}

/// How long what is known is believed, and how much is kept.
#[derive(Debug, Clone)]
pub struct Keeping {
    /// What a tag leads to.
    pub tag: Duration,
    /// That nobody could tell.
    pub failure: Duration,
    /// Bytes of all facts.
    pub bytes: usize,
    /// Scans at a time.
    pub workers: usize,
}

/// How often what was asked was known.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) hits: u64,
    pub(crate) misses: u64,
    pub(crate) waiting: usize,
    pub(crate) images: usize,
    pub(crate) bytes: usize,
    /// What became of looking at images.
    pub(crate) looks: [(&'static str, u64); 5],
}

/// What is known of images.
pub(crate) struct Scans {
    looker: Arc<dyn Looker>,
    keeping: Keeping,
    kept: Kept,
    free: Arc<Semaphore>,
    inner: Mutex<Inner>,
}

/// What changes.
struct Inner {
    memory: Memory,
    /// Scans that are going on or wait.
    flights: BTreeMap<String, watch::Receiver<Option<Seen>>>,
    hits: u64,
    misses: u64,
    looks: BTreeMap<&'static str, u64>,
    /// Counts how often all was forgotten: what was looked at before is of old data.
    generation: u64,
}

impl Scans {
    pub(crate) fn new(looker: Arc<dyn Looker>, keeping: Keeping, kept: Kept) -> Arc<Self> {
        let (workers, most) = (keeping.workers.max(1), keeping.bytes);
        Arc::new(Self {
            looker,
            keeping,
            kept,
            free: Arc::new(Semaphore::new(workers)),
            inner: Mutex::new(Inner {
                memory: Memory::new(most),
                flights: BTreeMap::new(),
                hits: 0,
                misses: 0,
                looks: BTreeMap::new(),
                generation: 0,
            }),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns how much is known.
    pub(crate) fn counts(&self) -> Counts {
        let inner = self.lock();
        Counts {
            hits: inner.hits,
            misses: inner.misses,
            waiting: inner.flights.len(),
            images: inner.memory.images(),
            bytes: inner.memory.bytes(),
            looks: RESULTS
                .map(|result| (result, inner.looks.get(result).copied().unwrap_or_default())),
        }
    }

    /// Forgets all: it was held against other data.
    pub(crate) fn forget(&self) {
        let mut inner = self.lock();
        inner.memory.forget();
        inner.generation = inner.generation.saturating_add(1);
        drop(inner);
        self.kept.forget_others();
    }

    /// Returns what outlives the server.
    pub(crate) const fn kept(&self) -> &Kept {
        &self.kept
    }

    /// Returns what is known of an image, if anything is, without waiting. Of facts that are of yesterday
    /// a look at it begins.
    pub(crate) fn known(self: &Arc<Self>, name: &str) -> Option<Seen> {
        let mut inner = self.lock();
        let (seen, is_due) = inner.known(name, self.kept.today())?;
        if is_due && !inner.flights.contains_key(name) && inner.flights.len() < MOST_WAITING {
            let _nobody_waits = self.fly(name, inner);
        }
        Some(seen)
    }

    /// Keeps what was decided about an image.
    pub(crate) fn decided(&self, image: &Arc<KnownImage>, decided: Arc<Decided>) {
        self.lock().memory.decided(image, decided);
    }

    /// Returns what is known of an image; what is not, a scan begins for, and is waited for so long.
    pub(crate) async fn of(self: &Arc<Self>, name: &str, wait: Duration) -> Seen {
        if name.len() > MOST_NAME_BYTES {
            return Seen::Unscannable(format!("its name has more than {MOST_NAME_BYTES} bytes"));
        }
        if let Some(why) = self.looker.refuses(name) {
            return Seen::Unscannable(why);
        }
        let mut flight = match self.begin(name) {
            Ok(seen) => return seen,
            Err(None) => return Seen::Unscanned("too many scans wait for their turn"),
            Err(Some(flight)) => flight,
        };
        let done = timeout(wait, flight.wait_for(Option::is_some)).await;
        match done {
            Ok(Ok(seen)) => seen
                .clone()
                .unwrap_or(Seen::Unscanned("the scan broke off")),
            Ok(Err(_crashed)) => Seen::Unscanned("the scan broke off"),
            Err(_late) => Seen::Unscanned("a scan has begun"),
        }
    }

    /// Returns what is known, or the scan that is going on; none if too many wait.
    fn begin(self: &Arc<Self>, name: &str) -> Result<Seen, Option<watch::Receiver<Option<Seen>>>> {
        if let Some(seen) = self.known(name) {
            return Ok(seen);
        }
        let mut inner = self.lock();
        inner.misses = inner.misses.saturating_add(1);
        if let Some(flight) = inner.flights.get(name) {
            return Err(Some(flight.clone()));
        }
        if inner.flights.len() >= MOST_WAITING {
            return Err(None);
        }
        Err(Some(self.fly(name, inner)))
    }

    /// Begins to look at an image.
    fn fly(
        self: &Arc<Self>,
        name: &str,
        mut inner: MutexGuard<'_, Inner>,
    ) -> watch::Receiver<Option<Seen>> {
        let (done, flight) = watch::channel(None);
        inner.flights.insert(name.to_owned(), flight.clone());
        let generation = inner.generation;
        drop(inner);
        let (scans, name) = (Arc::clone(self), name.to_owned());
        tokio::spawn(async move {
            let _permit = Arc::clone(&scans.free).acquire_owned().await;
            let (on_thread, asked) = (Arc::clone(&scans), name.clone());
            let looked =
                tokio::task::spawn_blocking(move || on_thread.look(&asked, generation)).await;
            let looked = looked.unwrap_or_else(|_crashed| Looked {
                look: Look::Unscannable("the scan broke off".to_owned()),
                life: None,
                made_by: String::new(),
            });
            let seen = scans.keep(&name, looked, generation);
            let _nobody_waits = done.send(Some(seen));
        });
        flight
    }

    /// Looks into the store, and where that does not know, at the image. Blocking.
    fn look(&self, name: &str, generation: u64) -> Looked {
        let made_by = self.kept.made_by();
        if let Some((digest, seconds)) = self.kept.name(name)
            && self.knows(digest, &made_by, generation, KnownImage::is_usable)
        {
            return Looked {
                look: Look::Same(digest),
                life: Some(Duration::from_secs(seconds)),
                made_by,
            };
        }
        let knows = |digest| self.knows(digest, &made_by, generation, KnownImage::is_of);
        Looked {
            look: self.looker.look(name, &knows),
            life: None,
            made_by,
        }
    }

    /// Whether an image is in memory that is good for today; what the store has of it comes there.
    fn knows(
        &self,
        digest: Digest,
        made_by: &str,
        generation: u64,
        is_good: fn(&KnownImage, Date) -> bool,
    ) -> bool {
        let today = self.kept.today();
        if let Some(known) = self.lock().memory.image(digest) {
            return is_good(&known, today);
        }
        let Some(facts) = self.kept.image(digest, made_by) else {
            return false;
        };
        let mut inner = self.lock();
        inner.generation == generation && is_good(&inner.memory.insert(facts), today)
    }

    fn keep(&self, name: &str, looked: Looked, generation: u64) -> Seen {
        let mut inner = self.lock();
        inner.flights.remove(name);
        let looks = inner.looks.entry(looked.result()).or_default();
        *looks = looks.saturating_add(1);
        let is_of_now = inner.generation == generation;
        let (seen, life) = match looked.look {
            Look::Same(digest) => match inner.memory.image(digest) {
                Some(image) => (Seen::Facts(image, Some(digest)), self.keeping.tag),
                // pushed out meanwhile: the next one who asks has it scanned
                None => (Seen::Unscanned("a scan has begun"), Duration::ZERO),
            },
            Look::Scanned { facts, pulled } if is_of_now => {
                let image = inner.memory.insert(*facts);
                self.kept.keep_image(&image, &looked.made_by);
                (Seen::Facts(image, pulled), self.keeping.tag)
            }
            Look::Scanned { facts, pulled } => {
                let image = Arc::new(KnownImage::new(*facts));
                (Seen::Facts(image, pulled), Duration::ZERO)
            }
            Look::Unscannable(why) => (Seen::Unscannable(why), self.keeping.failure),
            Look::Unreachable(why) => match inner.known(name, self.kept.today()) {
                // what is known of yesterday is better than nothing
                Some((old @ Seen::Facts(..), _)) => return old,
                _ => (Seen::Unreachable(why), self.keeping.failure),
            },
        };
        let is_known = matches!(seen, Seen::Facts(..)) && life > Duration::ZERO;
        let life = match looked.life {
            Some(left) => left,
            // a digest leads to the same image for ever
            None if is_known && name.contains('@') => FOREVER,
            None => life,
        };
        if let (None, true, Some(digest)) = (looked.life, is_known, seen.pulled()) {
            self.kept.keep_name(name, digest, life.as_secs());
        }
        let now = Instant::now();
        let until = now.checked_add(life).unwrap_or(now);
        inner.memory.name(name, seen.clone(), until);
        seen
    }
}

/// What can become of looking at an image.
const RESULTS: [&str; 5] = ["same", "scanned", "stored", "unreachable", "unscannable"];

/// What became of looking, and what it was made by.
struct Looked {
    look: Look,
    /// How long a name that the store told is believed.
    life: Option<Duration>,
    made_by: String,
}

impl Looked {
    const fn result(&self) -> &'static str {
        match self.look {
            _ if self.life.is_some() => "stored",
            Look::Same(_) => "same",
            Look::Scanned { .. } => "scanned",
            Look::Unscannable(_) => "unscannable",
            Look::Unreachable(_) => "unreachable",
        }
    }
}

impl Inner {
    fn known(&mut self, name: &str, today: Date) -> Option<(Seen, bool)> {
        let known = self.memory.seen(name, Instant::now(), today)?;
        self.hits = self.hits.saturating_add(1);
        Some(known)
    }
}

#[cfg(test)]
mod tests;
