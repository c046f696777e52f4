//! Whether the bytes of a blob come fast enough to be waited for: one byte a second is no silence, and would
//! keep whoever reads busy until the end of the time.

use std::io::{self, Read};
use std::time::{Duration, Instant};

/// How long is waited for bytes before they are judged; what the reader does with them takes none of it.
const WINDOW: Duration = Duration::from_secs(10);
/// Bytes that have to come in that time: a kilobyte a second, less than a modem had.
const LEAST: usize = 10_240;

/// What came since the last judgement.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    waited: Duration,
    bytes: usize,
}

impl Pace {
    /// Reads what comes.
    ///
    /// # Errors
    /// It comes too slowly; those of reading.
    #[expect(
        clippy::disallowed_methods,
        reason = "the clock enters here, and nowhere below"
    )]
    pub(crate) fn read(&mut self, body: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
        let start = Instant::now();
        let count = body.read(buffer)?;
        self.note(start.elapsed(), count)
            .map_err(io::Error::other)?;
        Ok(count)
    }

    fn note(&mut self, took: Duration, bytes: usize) -> Result<(), String> {
        self.waited = self.waited.saturating_add(took);
        self.bytes = self.bytes.saturating_add(bytes);
        if self.waited < WINDOW {
            return Ok(());
        }
        let Self { waited, bytes } = std::mem::take(self);
        if bytes < LEAST {
            let seconds = waited.as_secs();
            return Err(format!("it stalls: {bytes} bytes came in {seconds} s"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trickle_is_told_from_a_slow_line() {
        // milliseconds that each read waits, bytes that it gives, and which of them is too slow
        for (millis, bytes, want) in [
            (1_000, 1, Some(10)),
            (1_000, 1_000, Some(10)),
            (1_000, 1_100, None),
            (20_000, 65_536, None),
            // whoever reads seldom, and finds it there, is no slow line
            (0, 1, None),
        ] {
            let mut pace = Pace::default();
            let took = Duration::from_millis(millis);
            let stalled = (1..100).find(|_| pace.note(took, bytes).is_err());
            assert_eq!(stalled, want, "{millis} {bytes}");
        }
    }
}
