//! Whether the bytes of a body come fast enough to be waited for: one byte a second is no silence, and would
//! keep whoever reads busy until the end of the time.

use std::io::{self, Read};
use std::time::{Duration, Instant};

/// How long is waited for bytes before they are judged; what the reader does with them takes none of it.
const WINDOW: Duration = Duration::from_secs(10);
/// Bytes that have to come in that time: a kilobyte a second, less than a modem had.
const LEAST: usize = 10_240;

/// What is there at once was sent before: it counts to the time before it.
const AT_ONCE: Duration = Duration::from_millis(10);

/// What came since the last judgement.
#[derive(Debug, Default)]
pub struct Pace {
    waited: Duration,
    bytes: usize,
    stall: Option<String>,
}

impl Pace {
    /// Reads what comes; whether that was too slow is told afterwards, since what came is good.
    ///
    /// # Errors
    /// Those of reading.
    #[expect(
        clippy::disallowed_methods,
        reason = "the clock enters here, and nowhere below"
    )]
    pub fn read(&mut self, body: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
        let start = Instant::now();
        let result = body.read(buffer);
        self.note(start.elapsed(), result.as_ref().copied().unwrap_or(0));
        if result.is_err() && self.waited >= WINDOW {
            // the connection was silent until somebody lost patience
            self.judge();
        }
        result
    }

    /// Returns why what comes is too slow to be waited for any longer.
    pub fn stall(&self) -> Option<&str> {
        self.stall.as_deref()
    }

    fn note(&mut self, took: Duration, bytes: usize) {
        if self.waited >= WINDOW && took >= AT_ONCE {
            self.judge();
        }
        self.waited = self.waited.saturating_add(took);
        self.bytes = self.bytes.saturating_add(bytes);
    }

    fn judge(&mut self) {
        let Self { waited, bytes, .. } = std::mem::take(self);
        if bytes < LEAST {
            let seconds = waited.as_secs();
            self.stall = Some(format!("it stalls: {bytes} bytes came in {seconds} s"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trickle_is_told_from_a_slow_line() {
        // milliseconds that each read waits, bytes that it gives, and after which of them it is too slow
        for (millis, bytes, want) in [
            (1_000, 1, Some(11)),
            (1_000, 1_000, Some(11)),
            (1_000, 1_100, None),
            (20_000, 65_536, None),
            (20_000, 497, Some(2)),
            // whoever reads seldom, and finds it there, is no slow line
            (0, 1, None),
        ] {
            let mut pace = Pace::default();
            let took = Duration::from_millis(millis);
            let mut stalls = |_: &i32| {
                pace.note(took, bytes);
                pace.stall().is_some()
            };
            assert_eq!((1..100).find(&mut stalls), want, "{millis} {bytes}");
        }
    }

    /// Who has to fetch what they send begins late; what they give then is judged as a whole.
    #[test]
    fn what_comes_late_and_then_at_once_is_no_trickle() {
        let mut pace = Pace::default();
        pace.note(Duration::from_secs(12), 4_096);
        for _ in 0..10 {
            pace.note(Duration::ZERO, 4_096);
        }
        pace.note(Duration::from_secs(1), 4_096);
        assert_eq!(pace.stall(), None);
    }

    #[test]
    fn what_came_is_given_out_however_late() {
        struct Slow;
        impl Read for Slow {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                std::thread::sleep(AT_ONCE);
                buffer.iter_mut().take(2).for_each(|byte| *byte = 7);
                Ok(2)
            }
        }
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::ConnectionReset.into())
            }
        }
        let late = || Pace {
            waited: WINDOW,
            ..Pace::default()
        };
        let (mut pace, mut buffer) = (late(), [0; 4]);
        assert_eq!(pace.read(&mut Slow, &mut buffer).unwrap(), 2);
        assert_eq!(buffer, [7, 7, 0, 0]);
        assert_eq!(pace.stall(), Some("it stalls: 0 bytes came in 10 s"));
        // silence that ends with an error is a stall as well
        for (mut pace, is_stall) in [(late(), true), (Pace::default(), false)] {
            pace.read(&mut Broken, &mut buffer).unwrap_err();
            assert_eq!(pace.stall().is_some(), is_stall);
        }
    }
}
