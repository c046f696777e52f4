//! What outlives the server, in a store: written by one thread, from a queue, so that nobody waits for a disk.
//!
//! A store that cannot be used costs nothing but what it would have told: all goes on, and it is said at
//! `/readyz`, in the metrics and in the log.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use model::Digest;
use policy::image_policy::ImageFacts;
use serde_json::json;
use store::{Store, StoreError};

use crate::gate::Clock;
use crate::log::log;
use crate::scans::KnownImage;

/// Things that wait to be written; more are let go.
const MOST_WAITING: usize = 10_000;

/// How long a name can be believed, in seconds: an end that is further away is of a clock that was wrong.
const MOST_BELIEVED: i64 = 24 * 60 * 60;

/// Tells what facts are made by: program, options and data. Others are not read.
pub type MadeBy = Arc<dyn Fn() -> String + Send + Sync>;

/// What is to be written.
enum Write {
    Image(Arc<KnownImage>, String),
    Name(String, Digest, i64),
    Admitted(String, Digest),
    ForgetOthers(String),
}

/// What outlives the server.
pub(crate) struct Kept {
    store: Option<Arc<Store>>,
    queue: SyncSender<Write>,
    made_by: MadeBy,
    clock: Clock,
    problem: Arc<Problem>,
}

/// Why the store is not used, if it is not.
#[derive(Default)]
struct Problem(Mutex<Option<String>>);

impl Problem {
    fn set(&self, why: Option<String>) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *now == why {
            return;
        }
        let said = why
            .as_ref()
            .map_or_else(|| "the store is used again".to_owned(), Clone::clone);
        log(&json!({"kind": "store", "message": said}));
        *now = why;
    }

    fn get(&self) -> Option<String> {
        let now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        now.clone()
    }
}

impl Kept {
    /// Begins to write; without a store nothing is written or known.
    pub(crate) fn new(
        opened: Option<Result<Store, StoreError>>,
        made_by: MadeBy,
        clock: Clock,
    ) -> Self {
        let problem = Arc::new(Problem::default());
        let store = match opened.transpose() {
            Ok(store) => store.map(Arc::new),
            Err(error) => {
                problem.set(Some(error.to_string()));
                None
            }
        };
        let (queue, waiting) = sync_channel(MOST_WAITING);
        if let Some(store) = &store {
            let writer = Writer {
                store: Arc::clone(store),
                problem: Arc::clone(&problem),
                clock: Arc::clone(&clock),
            };
            thread::spawn(move || writer.run(&waiting));
        }
        Self {
            store,
            queue,
            made_by,
            clock,
            problem,
        }
    }

    /// Returns why the store is not used; none if it is, or if there is none.
    pub(crate) fn problem(&self) -> Option<String> {
        self.problem.get()
    }

    pub(crate) fn made_by(&self) -> String {
        (self.made_by)()
    }

    /// Returns the facts of an image. Blocking.
    pub(crate) fn image(&self, digest: Digest, made_by: &str) -> Option<ImageFacts> {
        let store = self.store.as_ref()?;
        self.read(store.image(digest, made_by, self.now()))
    }

    /// Returns what a name leads to, and for how many seconds that is believed. Blocking.
    pub(crate) fn name(&self, name: &str) -> Option<(Digest, u64)> {
        let (store, now) = (self.store.as_ref()?, self.now());
        let (digest, until) = self.read(store.name(name, now))?;
        let left = until.saturating_sub(now);
        let left = Some(left).filter(|left| *left <= MOST_BELIEVED)?;
        Some((digest, u64::try_from(left).ok()?))
    }

    /// Returns what was let in, by namespace. Blocking.
    pub(crate) fn admitted(&self) -> Vec<(String, Digest)> {
        let read = self.store.as_ref().map(|store| store.admitted());
        read.and_then(|read| self.read(read.map(Some)))
            .unwrap_or_default()
    }

    /// Keeps an image that was scanned.
    pub(crate) fn keep_image(&self, image: &Arc<KnownImage>, made_by: &str) {
        self.write(Write::Image(Arc::clone(image), made_by.to_owned()));
    }

    /// Keeps what a name leads to, for so many seconds.
    pub(crate) fn keep_name(&self, name: &str, digest: Digest, seconds: u64) {
        let seconds = i64::try_from(seconds).unwrap_or(MOST_BELIEVED);
        let until = self.now().saturating_add(seconds.min(MOST_BELIEVED));
        self.write(Write::Name(name.to_owned(), digest, until));
    }

    /// Keeps that an image was let in.
    pub(crate) fn admit(&self, namespace: &str, digest: Digest) {
        self.write(Write::Admitted(namespace.to_owned(), digest));
    }

    /// Lets go what was made by other data.
    pub(crate) fn forget_others(&self) {
        self.write(Write::ForgetOthers(self.made_by()));
    }

    fn write(&self, what: Write) {
        if self.store.is_some() && self.queue.try_send(what).is_err() {
            let why = "the store does not keep up: some of what is known is not written";
            self.problem.set(Some(why.to_owned()));
        }
    }

    /// Returns the day, in UTC.
    pub(crate) fn today(&self) -> Date {
        Offset::UTC.to_datetime((self.clock)()).date()
    }

    fn now(&self) -> i64 {
        seconds((self.clock)())
    }

    fn read<T>(&self, read: Result<Option<T>, StoreError>) -> Option<T> {
        read.unwrap_or_else(|error| {
            self.problem.set(Some(error.to_string()));
            None
        })
    }
}

/// What the writing thread has.
struct Writer {
    store: Arc<Store>,
    problem: Arc<Problem>,
    clock: Clock,
}

impl Writer {
    fn run(&self, waiting: &Receiver<Write>) {
        for what in waiting {
            let written = self.write(what);
            self.problem
                .set(written.err().map(|error| error.to_string()));
        }
    }

    fn write(&self, what: Write) -> Result<(), StoreError> {
        let now = seconds((self.clock)());
        match what {
            Write::Image(image, made_by) => self.store.keep_image(&image.facts, &made_by, now),
            Write::Name(name, digest, until) => self.store.keep_name(&name, digest, until),
            Write::Admitted(namespace, digest) => self.store.admit(&namespace, digest, now),
            Write::ForgetOthers(made_by) => self.store.forget_others(&made_by),
        }
    }
}

fn seconds(time: Timestamp) -> i64 {
    time.as_second()
}
