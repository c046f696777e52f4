//! What is known of images: facts in memory, one scan for all who wait for it, few scans at a time.
//!
//! Facts are kept by the digest that a name led to; what a name leads to is asked again after a while, and
//! that nobody could tell is believed for a shorter one.

mod history;
mod hosts;
mod looked;
mod memory;
mod queue;
mod seen;
mod shared;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::civil::Date;
use model::Digest;
use policy::image_policy::{Decided, ImageFacts, ImagePolicy};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use crate::kept::Kept;
use hosts::{Hosts, Waiting};
use looked::{Looked, RESULTS, What};
use memory::Memory;
use queue::{Flight, Going, Pilot};
pub(crate) use seen::{KnownImage, Seen};

/// Names that wait for a scan; more are told to come again.
const MOST_WAITING: usize = 1_000;

/// The same of one registry: whatever is asked of it, there is room for another's.
const MOST_WAITING_OF_ONE: usize = MOST_WAITING / 2;

/// Bytes of a name: a host, 255 of a repository, 128 of a tag and a digest are fewer.
const MOST_NAME_BYTES: usize = 1_024;

/// How long a name with a digest is believed to lead to it.
const FOREVER: Duration = Duration::from_hours(24);

/// How long whoever knows an image of before waits until its registry says what the name leads to now.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a flight that is going on has to say.
const BEGUN: Seen = Seen::Unscanned("a scan has begun");

/// How images are looked at; a port, since tests answer otherwise than registries do.
pub trait Looker: Send + Sync {
    /// Says why an image cannot be looked at, if its name alone tells: nobody waits for that.
    fn refuses(&self, name: &str) -> Option<String>;

    /// Finds what a name leads to. Blocking, for some seconds at most.
    fn find(&self, name: &str) -> Lead;

    /// Scans what it was found to lead to: an image by its digest, or an archive. Blocking.
    fn scan(&self, name: &str, digest: Option<Digest>) -> Look;
}

/// What a name leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lead {
    /// An archive that is given for it.
    Archive,
    /// The image that its registry gives by this digest.
    Image(Digest),
    /// Nothing that can be scanned.
    Unscannable(String),
    /// Its registry gives no answer.
    Unreachable(String),
}

/// What became of looking at an image.
#[derive(Debug, Clone)]
pub enum Look {
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
    /// Scans of one registry at a time; beside them goes on one of another.
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
    free: Semaphore,
    hosts: Hosts,
    /// Who may read the store, which has one file.
    reading: Semaphore,
    inner: Mutex<Inner>,
}

/// Until when somebody waits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ends {
    /// For what a name leads to, and for the answer as a whole.
    pub(crate) answer: Instant,
    /// For a scan.
    pub(crate) scan: Instant,
}

impl Ends {
    /// The same for all.
    pub(crate) const fn at(end: Instant) -> Self {
        Self {
            answer: end,
            scan: end,
        }
    }
}

/// How far looking at an image is.
enum Stage {
    /// Nobody knows yet what its name leads to.
    Finding,
    /// That is known, and is no image of before.
    Scanning,
    Done(Seen),
}

/// What changes.
struct Inner {
    memory: Memory,
    /// Scans that are going on or wait.
    flights: BTreeMap<String, Going>,
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
            // whatever one registry keeps waiting, another's image has a worker
            free: Semaphore::new(workers.saturating_add(1)),
            hosts: Hosts::new(workers),
            reading: Semaphore::new(workers),
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

    /// Returns the day of the oldest data by which images that are known are judged, as the case `stale` counts.
    pub(crate) fn data_day(&self, policy: &ImagePolicy) -> Option<Date> {
        let inner = self.lock();
        let days = inner
            .memory
            .facts()
            .filter_map(|facts| policy.data_day(facts));
        days.min()
    }

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
        if is_due && !inner.flights.contains_key(name) {
            let _nobody_waits = self.fly(name, inner);
        }
        Some(seen)
    }

    /// Keeps what was decided about an image.
    pub(crate) fn decided(&self, image: &Arc<KnownImage>, decided: Arc<Decided>) {
        self.lock().memory.decided(image, decided);
    }

    /// Returns what is known of an image; what is not, a scan begins for, and is waited for.
    pub(crate) async fn of(self: &Arc<Self>, name: &str, ends: Ends) -> Seen {
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
        let before = self.before(name);
        let wait = match &before {
            Some(_) => left(ends.answer).min(PATIENCE),
            None => left(ends.answer),
        };
        let found = flight.wait_for(|stage| !matches!(stage, Stage::Finding));
        if timeout(wait, found).await.is_err() {
            return before.unwrap_or(BEGUN);
        }
        let done = flight.wait_for(|stage| matches!(stage, Stage::Done(_)));
        let seen = match timeout(left(ends.scan), done).await {
            Ok(Ok(stage)) => match &*stage {
                Stage::Done(seen) => Some(seen.clone()),
                Stage::Finding | Stage::Scanning => None,
            },
            Ok(Err(_crashed)) => None,
            Err(_late) => return BEGUN,
        };
        seen.unwrap_or(Seen::Unscanned("the scan broke off"))
    }

    /// Returns what was known of an image, if its registry cannot tell what the name leads to now.
    fn before(&self, name: &str) -> Option<Seen> {
        let today = self.kept.today();
        self.lock().memory.before(name, Instant::now(), today)
    }

    /// Returns what is known, or the look that is going on; none if too many wait.
    fn begin(self: &Arc<Self>, name: &str) -> Result<Seen, Option<Flight>> {
        if let Some(seen) = self.known(name) {
            return Ok(seen);
        }
        let mut inner = self.lock();
        inner.misses = inner.misses.saturating_add(1);
        if let Some(going) = inner.flights.get(name) {
            return Err(Some(going.flight()));
        }
        Err(self.fly(name, inner))
    }

    /// Begins to look at an image, unless too many wait.
    fn fly(self: &Arc<Self>, name: &str, mut inner: MutexGuard<'_, Inner>) -> Option<Flight> {
        let host = self.hosts.of(name);
        let has_room = host.waiting() < MOST_WAITING_OF_ONE
            && (inner.flights.len() < MOST_WAITING || queue::make_room(&mut inner.flights));
        if !has_room {
            return None;
        }
        let waiting = Waiting::at(&host);
        let (pilot, going, flight) = queue::flight(&host);
        let generation = inner.generation;
        let (scans, asked) = (Arc::clone(self), name.to_owned());
        let task = tokio::spawn(async move {
            let looked = scans.look(&asked, generation, &pilot).await;
            let seen = scans.keep(&asked, looked, generation);
            drop(waiting);
            pilot.stage.send_replace(Stage::Done(seen));
        });
        // nothing is kept, nor taken out, while this is locked
        let going = going.by(task.abort_handle());
        inner.flights.insert(name.to_owned(), going);
        Some(flight)
    }

    /// Looks into the store, finds out what a name leads to, and scans that if it is not known. Asking and
    /// scanning have turns of their own: what hangs in the one keeps nobody from the other.
    async fn look(self: &Arc<Self>, name: &str, generation: u64, pilot: &Pilot) -> Looked {
        let made_by: Arc<str> = self.kept.made_by().into();
        let (asked, by) = (name.to_owned(), Arc::clone(&made_by));
        let turn = pilot.turn(&self.reading).await;
        let stored = self.on_thread(move |scans| scans.stored(&asked, &by, generation));
        let stored = stored.await.flatten();
        drop(turn);
        let (what, life) = if let Some((digest, life)) = stored {
            (What::Same(digest), Some(life))
        } else {
            let what = self.ask(name, &made_by, generation, pilot).await;
            (what, None)
        };
        Looked {
            what,
            life,
            made_by,
        }
    }

    async fn ask(
        self: &Arc<Self>,
        name: &str,
        made_by: &Arc<str>,
        generation: u64,
        pilot: &Pilot,
    ) -> What {
        let host = &pilot.host;
        let turn = pilot.turn(&host.turn).await;
        let pause = self.keeping.failure;
        if let Some(why) = host.names.is_away(Instant::now(), pause) {
            return What::Unreachable(why);
        }
        let (start, asked) = (Instant::now(), name.to_owned());
        let lead = self.on_thread(move |scans| scans.looker.find(&asked)).await;
        drop(turn);
        let digest = match lead {
            Some(Lead::Archive) => None,
            Some(Lead::Image(digest)) => Some(digest),
            Some(Lead::Unscannable(why)) => return What::Unscannable(why),
            Some(Lead::Unreachable(why)) => {
                host.names
                    .gave_none(start.elapsed(), Instant::now(), pause, &why);
                return What::Unreachable(why);
            }
            None => return What::broken(),
        };
        host.names.answered();
        if let Some(digest) = digest {
            let by = Arc::clone(made_by);
            let knows = move |scans: &Self| scans.knows(digest, &by, generation, KnownImage::is_of);
            let turn = pilot.turn(&self.reading).await;
            let is_known = self.on_thread(knows).await == Some(true);
            drop(turn);
            if is_known {
                return What::Same(digest);
            }
        }
        pilot.stage.send_replace(Stage::Scanning);
        let _of_host = pilot.turn(&host.scans).await;
        let _permit = pilot.turn(&self.free).await;
        // those before it may have shown that it is of no use
        if let Some(why) = host.layers.is_away(Instant::now(), pause) {
            return What::Unreachable(why);
        }
        let (start, asked) = (Instant::now(), name.to_owned());
        let scan = self.on_thread(move |scans| scans.looker.scan(&asked, digest));
        let scanned = scan.await.map_or_else(What::broken, What::from);
        match &scanned {
            What::Unreachable(why) => {
                let now = Instant::now();
                host.layers.gave_none(start.elapsed(), now, pause, why);
            }
            What::Same(_) | What::Scanned { .. } | What::Unscannable(_) => host.layers.answered(),
        }
        scanned
    }

    /// Does what blocks; `None` if it panics.
    async fn on_thread<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Option<T> {
        let scans = Arc::clone(self);
        tokio::task::spawn_blocking(move || work(&scans)).await.ok()
    }

    /// Returns what the store knows a name to lead to, and for how long. Blocking.
    fn stored(&self, name: &str, made_by: &str, generation: u64) -> Option<(Digest, Duration)> {
        let (digest, seconds) = self.kept.name(name)?;
        let is_known = self.knows(digest, made_by, generation, KnownImage::is_usable);
        is_known.then(|| (digest, Duration::from_secs(seconds)))
    }

    /// Whether an image is in memory that is good for today; what the store has of it comes there. Blocking.
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
        inner.generation == generation && is_good(&inner.memory.insert(facts, today), today)
    }

    fn keep(&self, name: &str, looked: Looked, generation: u64) -> Seen {
        let mut inner = self.lock();
        inner.flights.remove(name);
        let looks = inner.looks.entry(looked.result()).or_default();
        *looks = looks.saturating_add(1);
        let is_of_now = inner.generation == generation;
        let (seen, life) = match looked.what {
            What::Same(digest) => match inner.memory.image(digest) {
                Some(image) => (Seen::facts(image, Some(digest)), self.keeping.tag),
                // pushed out meanwhile: the next one who asks has it scanned
                None => (BEGUN, Duration::ZERO),
            },
            What::Scanned { facts, pulled } if is_of_now => {
                let image = inner.memory.insert(*facts, self.kept.today());
                self.kept.keep_image(&image, &looked.made_by);
                (Seen::facts(image, pulled), self.keeping.tag)
            }
            What::Scanned { facts, pulled } => {
                let image = Arc::new(KnownImage::new(*facts));
                (Seen::facts(image, pulled), Duration::ZERO)
            }
            What::Unscannable(why) => (Seen::Unscannable(why), self.keeping.failure),
            What::Unreachable(why) => {
                let (now, today) = (Instant::now(), self.kept.today());
                let again = now.checked_add(self.keeping.failure).unwrap_or(now);
                // what was known is better than nothing
                match inner.memory.believe_again(name, again, today) {
                    Some(before) => return before,
                    None => (Seen::Unreachable(why), self.keeping.failure),
                }
            }
        };
        let is_known = matches!(seen, Seen::Facts { .. }) && life > Duration::ZERO;
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

fn left(end: Instant) -> Duration {
    end.saturating_duration_since(Instant::now())
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
