//! A value that is made when somebody first asks for it, by one thread for all.

use std::sync::{Mutex, OnceLock, PoisonError};

/// A value that is not made yet, or is. Making it may fail; then whoever asks next tries again.
#[derive(Debug)]
pub(crate) struct Once<T> {
    made: OnceLock<T>,
    turn: Mutex<()>,
}

impl<T> Once<T> {
    pub(crate) const fn new() -> Self {
        Self {
            made: OnceLock::new(),
            turn: Mutex::new(()),
        }
    }

    /// Returns the value. Who comes while another thread makes it waits: two threads that match the
    /// packages of one image would else decompress nearly every block twice.
    pub(crate) fn get_or_make<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
        if let Some(made) = self.made.get() {
            return Ok(made);
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = self.made.get() {
            return Ok(made);
        }
        let value = make()?;
        Ok(self.made.get_or_init(|| value))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn a_value_is_made_once_and_a_failure_is_tried_again() {
        let once = Once::new();
        assert_eq!(once.get_or_make(|| Err::<u8, _>("broken")), Err("broken"));
        let count = AtomicUsize::new(0);
        let make = || {
            count.fetch_add(1, Ordering::Relaxed);
            thread::yield_now();
            Ok::<_, &str>(7)
        };
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| assert_eq!(once.get_or_make(make), Ok(&7)));
            }
        });
        assert_eq!(count.into_inner(), 1);
        assert_eq!(once.get_or_make(|| Err("never asked")), Ok(&7));
    }
}
