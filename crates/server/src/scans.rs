//! What is known of images: facts in memory, one scan for all who wait for it, few scans at a time.
//!
//! Facts are kept by the digest that a name led to; what a name leads to is asked again after a while, and
//! that nobody could tell is believed for a shorter one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::Digest;
use policy::image_policy::{ImageFacts, Known};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, timeout};

/// Names that wait for a scan; more are told to come again.
const MOST_WAITING: usize = 1_000;

/// Bytes of a name: a host, 255 of a repository, 128 of a tag and a digest are fewer.
const MOST_NAME_BYTES: usize = 1_024;

/// Names of which it is remembered what they lead to; others are looked up each time.
const MOST_NAMES: usize = 50_000;

/// How long a name with a digest is believed to lead to it.
const FOREVER: Duration = Duration::from_hours(24);

/// How images are looked at; a port, since tests answer otherwise than registries do.
pub trait Looker: Send + Sync {
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

/// What is known of one name.
#[derive(Debug, Clone)]
pub(crate) enum Seen {
    /// What was found, and the digest by which its registry gives it.
    Facts(Arc<ImageFacts>, Option<Digest>),
    Unscanned(&'static str),
    Unscannable(String),
    Unreachable(String),
}

impl Seen {
    /// Returns it as policies are asked.
    pub(crate) fn known(&self) -> Known<'_> {
        match self {
            Self::Facts(facts, _) => Known::Scanned(facts),
            Self::Unscanned(why) => Known::Unscanned((*why).to_owned()),
            Self::Unscannable(why) => Known::Unscannable(why.clone()),
            Self::Unreachable(why) => Known::Unreachable(why.clone()),
        }
    }

    /// Returns the digest of the image, whoever computed it.
    pub(crate) fn digest(&self) -> Option<Digest> {
        match self {
            Self::Facts(facts, _) => facts.digest,
            Self::Unscanned(_) | Self::Unscannable(_) | Self::Unreachable(_) => None,
        }
    }

    /// Returns the digest by which its registry gives it.
    pub(crate) const fn pulled(&self) -> Option<Digest> {
        match self {
            Self::Facts(_, pulled) => *pulled,
            Self::Unscanned(_) | Self::Unscannable(_) | Self::Unreachable(_) => None,
        }
    }
}

/// How often what was asked was known.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) hits: u64,
    pub(crate) misses: u64,
    pub(crate) waiting: usize,
    pub(crate) images: usize,
    pub(crate) bytes: usize,
}

/// What is known of images.
pub(crate) struct Scans {
    looker: Arc<dyn Looker>,
    keeping: Keeping,
    free: Arc<Semaphore>,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    names: BTreeMap<String, Named>,
    facts: BTreeMap<Digest, Kept>,
    /// Scans that are going on or wait.
    flights: BTreeMap<String, watch::Receiver<Option<Seen>>>,
    bytes: usize,
    /// Rises with each use: the lowest were not used for longest.
    use_count: u64,
    counts: Counts,
}

struct Named {
    seen: Seen,
    until: Instant,
}

struct Kept {
    facts: Arc<ImageFacts>,
    bytes: usize,
    last_use: u64,
}

impl Scans {
    pub(crate) fn new(looker: Arc<dyn Looker>, keeping: Keeping) -> Arc<Self> {
        let workers = keeping.workers.max(1);
        Arc::new(Self {
            looker,
            keeping,
            free: Arc::new(Semaphore::new(workers)),
            inner: Mutex::default(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns how much is known.
    pub(crate) fn counts(&self) -> Counts {
        let inner = self.lock();
        Counts {
            waiting: inner.flights.len(),
            images: inner.facts.len(),
            bytes: inner.bytes,
            ..inner.counts
        }
    }

    /// Forgets all: it was held against other data.
    pub(crate) fn forget(&self) {
        let mut inner = self.lock();
        inner.names.clear();
        inner.facts.clear();
        inner.bytes = 0;
    }

    /// Returns what is known of an image; what is not, a scan begins for, and is waited for so long.
    pub(crate) async fn of(self: &Arc<Self>, name: &str, wait: Duration) -> Seen {
        if name.len() > MOST_NAME_BYTES {
            return Seen::Unscannable(format!("its name has more than {MOST_NAME_BYTES} bytes"));
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
        let now = Instant::now();
        let mut inner = self.lock();
        let fresh = inner
            .names
            .get(name)
            .filter(|named| named.until > now)
            .map(|named| named.seen.clone());
        if let Some(seen) = fresh {
            inner.counts.hits = inner.counts.hits.saturating_add(1);
            inner.touch(&seen);
            return Ok(seen);
        }
        inner.counts.misses = inner.counts.misses.saturating_add(1);
        if let Some(flight) = inner.flights.get(name) {
            return Err(Some(flight.clone()));
        }
        if inner.flights.len() >= MOST_WAITING {
            return Err(None);
        }
        let (done, flight) = watch::channel(None);
        inner.flights.insert(name.to_owned(), flight.clone());
        drop(inner);
        let (scans, name) = (Arc::clone(self), name.to_owned());
        tokio::spawn(async move {
            let _permit = Arc::clone(&scans.free).acquire_owned().await;
            let (on_thread, asked) = (Arc::clone(&scans), name.clone());
            let looked = tokio::task::spawn_blocking(move || {
                let knows = |digest: Digest| on_thread.lock().facts.contains_key(&digest);
                on_thread.looker.look(&asked, &knows)
            });
            let looked = looked
                .await
                .unwrap_or_else(|_crashed| Look::Unscannable("the scan broke off".to_owned()));
            let seen = scans.keep(&name, looked);
            let _nobody_waits = done.send(Some(seen));
        });
        Err(Some(flight))
    }

    fn keep(&self, name: &str, looked: Look) -> Seen {
        let mut inner = self.lock();
        let (seen, life) = match looked {
            Look::Same(digest) => match inner.facts.get(&digest) {
                Some(kept) => (
                    Seen::Facts(Arc::clone(&kept.facts), Some(digest)),
                    self.keeping.tag,
                ),
                // pushed out meanwhile: the next one who asks has it scanned
                None => (Seen::Unscanned("a scan has begun"), Duration::ZERO),
            },
            Look::Scanned { facts, pulled } => {
                let facts = Arc::new(*facts);
                inner.insert(&facts, self.keeping.bytes);
                (Seen::Facts(facts, pulled), self.keeping.tag)
            }
            Look::Unscannable(why) => (Seen::Unscannable(why), self.keeping.failure),
            Look::Unreachable(why) => (Seen::Unreachable(why), self.keeping.failure),
        };
        // a digest leads to the same image for ever
        let life = match &seen {
            Seen::Facts(..) if name.contains('@') => FOREVER,
            Seen::Facts(..) | Seen::Unscanned(_) | Seen::Unscannable(_) | Seen::Unreachable(_) => {
                life
            }
        };
        let now = Instant::now();
        inner.flights.remove(name);
        inner.names.retain(|_, named| named.until > now);
        let until = now.checked_add(life).unwrap_or(now);
        if inner.names.len() < MOST_NAMES {
            let named = Named {
                seen: seen.clone(),
                until,
            };
            inner.names.insert(name.to_owned(), named);
        }
        seen
    }
}

impl Inner {
    fn touch(&mut self, seen: &Seen) {
        self.use_count = self.use_count.saturating_add(1);
        let digest = seen.digest();
        if let Some(kept) = digest.and_then(|digest| self.facts.get_mut(&digest)) {
            kept.last_use = self.use_count;
        }
    }

    /// Keeps facts; what was not used for longest makes room.
    fn insert(&mut self, facts: &Arc<ImageFacts>, most: usize) {
        let Some(digest) = facts.digest else { return };
        self.use_count = self.use_count.saturating_add(1);
        let kept = Kept {
            facts: Arc::clone(facts),
            bytes: facts.bytes(),
            last_use: self.use_count,
        };
        self.bytes = self.bytes.saturating_add(kept.bytes);
        if let Some(old) = self.facts.insert(digest, kept) {
            self.bytes = self.bytes.saturating_sub(old.bytes);
        }
        while self.bytes > most {
            let oldest = self.facts.iter().min_by_key(|(_, kept)| kept.last_use);
            let Some(digest) = oldest.map(|(digest, _)| *digest) else {
                break;
            };
            if let Some(old) = self.facts.remove(&digest) {
                self.bytes = self.bytes.saturating_sub(old.bytes);
            }
            let is_of = |named: &Named| named.seen.digest() == Some(digest);
            self.names.retain(|_, named| !is_of(named));
        }
    }
}

#[cfg(test)]
mod tests;
