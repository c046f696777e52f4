//! Two things that are done at once.

use std::panic;
use std::thread;

/// Does both, the second one on a thread of its own.
pub(crate) fn both<A, B: Send>(
    first: impl FnOnce() -> A,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    thread::scope(|scope| {
        let second = scope.spawn(second);
        let first = first();
        match second.join() {
            Ok(second) => (first, second),
            Err(panicked) => panic::resume_unwind(panicked),
        }
    })
}
