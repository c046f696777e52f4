//! Looks at images that go on or wait for their turn, and which of them makes room when too many wait: one that
//! has not begun, and that nobody waits for any more.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Weak};

use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::task::AbortHandle;

use super::Stage;
use super::hosts::Host;

/// Those who wait for a look follow it by this.
pub(super) type Flight = watch::Receiver<Stage>;

/// It does something, and is let.
const BUSY: u8 = 0;
/// It waits for its turn.
const WAITS: u8 = 1;
/// It made room, and does nothing any more.
const GONE: u8 = 2;

/// What a look has at hand.
pub(super) struct Pilot {
    pub(super) stage: Arc<watch::Sender<Stage>>,
    pub(super) host: Arc<Host>,
    state: Arc<AtomicU8>,
}

/// A look, for those who come later.
pub(super) struct Going<Task = AbortHandle> {
    flight: Flight,
    stage: Weak<watch::Sender<Stage>>,
    host: Arc<Host>,
    state: Arc<AtomicU8>,
    task: Task,
}

/// Returns both ends of a look, and what the first who waits for it follows.
pub(super) fn flight(host: &Arc<Host>) -> (Pilot, Going<()>, Flight) {
    let (stage, flight) = watch::channel(Stage::Finding);
    let (stage, state) = (Arc::new(stage), Arc::new(AtomicU8::new(WAITS)));
    let going = Going {
        flight: flight.clone(),
        stage: Arc::downgrade(&stage),
        host: Arc::clone(host),
        state: Arc::clone(&state),
        task: (),
    };
    let pilot = Pilot {
        stage,
        host: Arc::clone(host),
        state,
    };
    (pilot, going, flight)
}

impl Pilot {
    /// Waits for a turn. Who has made room for others meanwhile gets none: its task ends here.
    pub(super) async fn turn<'s>(&self, turns: &'s Semaphore) -> Option<SemaphorePermit<'s>> {
        let becomes = |from, to| {
            let state = &self.state;
            state.compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst)
        };
        // who has not begun waits already
        let _waits = becomes(BUSY, WAITS);
        let permit = turns.acquire().await.ok();
        if becomes(WAITS, BUSY).is_err() {
            drop(permit);
            return std::future::pending().await;
        }
        permit
    }
}

impl Going<()> {
    /// Tells which task looks.
    pub(super) fn by(self, task: AbortHandle) -> Going {
        let Self {
            flight,
            stage,
            host,
            state,
            task: (),
        } = self;
        Going {
            flight,
            stage,
            host,
            state,
            task,
        }
    }
}

impl Going {
    pub(super) fn flight(&self) -> Flight {
        self.flight.clone()
    }

    /// Whether nobody follows it but this list.
    fn is_left(&self) -> bool {
        let stage = self.stage.upgrade();
        stage.is_some_and(|stage| stage.receiver_count() <= 1)
            && self.state.load(Ordering::SeqCst) == WAITS
    }

    /// Ends it, unless its turn has come.
    fn ends(&self) -> bool {
        let ended = self
            .state
            .compare_exchange(WAITS, GONE, Ordering::SeqCst, Ordering::SeqCst);
        if ended.is_ok() {
            self.task.abort();
        }
        ended.is_ok()
    }
}

/// Takes out one that nobody waits for, of the registry of which most wait; false if there is none.
pub(super) fn make_room(flights: &mut BTreeMap<String, Going>) -> bool {
    loop {
        let left = flights.iter().filter(|(_, going)| going.is_left());
        let Some((name, going)) = left.max_by_key(|(_, going)| going.host.waiting()) else {
            return false;
        };
        // its turn may have come just now
        if going.ends() {
            let name = name.clone();
            flights.remove(&name);
            return true;
        }
    }
}
