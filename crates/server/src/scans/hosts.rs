//! Registries that keep us waiting: few ask one at a time, and one that was silent again and again is not
//! asked for a while, so that what hangs holds up nobody but those who want something of it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::ImageName;
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// Those who ask one registry at a time.
const MOST_ASKING: usize = 4;

/// A registry that says nothing for so long is silent; one that fails at once costs nobody anything.
const SILENT: Duration = Duration::from_secs(2);

/// Times of silence in a row, after which a registry is away.
const MOST_SILENCES: u32 = 3;

/// Registries that are remembered; those that nobody asks now make room.
const MOST_HOSTS: usize = 1_000;

/// The registries that were asked.
pub(super) struct Hosts {
    known: Mutex<BTreeMap<String, Arc<Host>>>,
    /// Scans of one registry at a time.
    scans: usize,
}

/// One of them.
pub(super) struct Host {
    /// Who may ask.
    pub(super) turn: Semaphore,
    /// Who may scan.
    pub(super) scans: Semaphore,
    /// Looks at images of it that go on or wait.
    waiting: AtomicUsize,
    /// What became of asking it what names lead to.
    pub(super) names: Answers,
    /// The same of scans: it may say all names at once, and give no layer.
    pub(super) layers: Answers,
}

/// Whether a registry answers.
#[derive(Default)]
pub(super) struct Answers(Mutex<Silence>);

/// A look at an image of a registry, while it goes on or waits.
pub(super) struct Waiting(pub(super) Arc<Host>);

impl Waiting {
    pub(super) fn at(host: &Arc<Host>) -> Self {
        host.waiting.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(host))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

#[derive(Default)]
struct Silence {
    /// In a row.
    times: u32,
    /// Until when it is away.
    until: Option<Instant>,
    why: String,
}

impl Hosts {
    /// No registry yet; of each, so many scans may go on at a time.
    pub(super) const fn new(scans: usize) -> Self {
        Self {
            known: Mutex::new(BTreeMap::new()),
            scans,
        }
    }

    /// Returns the registry that an image is of.
    pub(super) fn of(&self, name: &str) -> Arc<Host> {
        let image = name.parse::<ImageName>();
        let host = image.map_or_else(|_| String::new(), |image| image.registry().to_owned());
        let mut hosts = lock(&self.known);
        if hosts.len() >= MOST_HOSTS {
            hosts.retain(|_, host| Arc::strong_count(host) > 1);
        }
        Arc::clone(hosts.entry(host).or_insert_with(|| {
            Arc::new(Host {
                turn: Semaphore::new(MOST_ASKING),
                scans: Semaphore::new(self.scans),
                waiting: AtomicUsize::new(0),
                names: Answers::default(),
                layers: Answers::default(),
            })
        }))
    }
}

impl Host {
    /// Returns how many looks at images of it go on or wait.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
}

impl Answers {
    /// Returns why it is not asked now. When that is over one may ask, and the others go on waiting until it
    /// is known what came of it, or for `pause`.
    pub(super) fn is_away(&self, now: Instant, pause: Duration) -> Option<String> {
        let mut silence = lock(&self.0);
        if silence.times < MOST_SILENCES {
            return None;
        }
        let until = silence.until?;
        if until <= now {
            silence.until = now.checked_add(pause);
            return None;
        }
        let times = silence.times;
        Some(format!(
            "not asked, it was silent {times} times in a row: {}",
            silence.why
        ))
    }

    /// Takes down that it gave no answer, after so long.
    pub(super) fn gave_none(&self, took: Duration, now: Instant, pause: Duration, why: &str) {
        let mut silence = lock(&self.0);
        if took >= SILENT {
            silence.times = silence.times.saturating_add(1);
            silence.until = now.checked_add(pause);
            why.clone_into(&mut silence.why);
        }
    }

    /// Takes down that it gave one.
    pub(super) fn answered(&self) {
        *lock(&self.0) = Silence::default();
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_silent_again_and_again_is_left_alone_for_a_while() {
        let hosts = Hosts::new(2);
        let host = hosts.of("r.example/a:1");
        let (start, pause) = (Instant::now(), Duration::from_secs(10));
        let at = |seconds| start + Duration::from_secs(seconds);
        for time in 0..3 {
            assert_eq!(host.names.is_away(at(time), pause), None, "{time}");
            host.names.gave_none(SILENT, at(time), pause, "no byte");
        }
        let why = "not asked, it was silent 3 times in a row: no byte";
        assert_eq!(
            hosts.of("other.example/a").names.is_away(at(3), pause),
            None
        );
        let same = hosts.of("r.example/b:2");
        assert_eq!(same.names.is_away(at(3), pause).as_deref(), Some(why));
        // one asks again, the others wait for what it hears
        assert_eq!(host.names.is_away(at(12), pause), None);
        assert_eq!(host.names.is_away(at(13), pause).as_deref(), Some(why));
        // what it says of names tells nothing of its layers
        assert_eq!(host.layers.is_away(at(13), pause), None);
        host.names.answered();
        assert_eq!(host.names.is_away(at(14), pause), None);
    }

    #[test]
    fn who_fails_at_once_is_asked_again() {
        let hosts = Hosts::new(2);
        let host = hosts.of("r.example/a:1");
        let (now, pause) = (Instant::now(), Duration::from_secs(10));
        for _ in 0..10 {
            host.names
                .gave_none(Duration::from_millis(20), now, pause, "refused");
        }
        assert_eq!(host.names.is_away(now, pause), None);
    }

    #[test]
    fn registries_of_strangers_make_room() {
        let hosts = Hosts::new(2);
        let kept = hosts.of("r.example/a");
        for stranger in 0..5_000 {
            hosts.of(&format!("r{stranger}.example/a"));
        }
        assert!(lock(&hosts.known).len() <= MOST_HOSTS);
        assert!(Arc::ptr_eq(&kept, &hosts.of("r.example/b:2")));
    }
}
