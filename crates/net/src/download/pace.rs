//! Whether a body comes fast enough to be waited for. One byte a second keeps every timeout of silence
//! happy, and a command busy for years.

use std::time::Duration;

/// How long the bytes are counted before they are judged.
const WINDOW: Duration = Duration::from_secs(10);
/// Bytes that have to come in that time: a kilobyte a second, less than a modem had.
const LEAST: usize = 10_240;

/// What came since the last judgement.
#[derive(Debug, Default)]
pub(super) struct Pace {
    since: Duration,
    bytes: usize,
}

impl Pace {
    /// Notes bytes that came at a time since the beginning.
    ///
    /// # Errors
    /// They come too slowly; why, for people.
    pub(super) fn note(&mut self, now: Duration, bytes: usize) -> Result<(), String> {
        self.bytes = self.bytes.saturating_add(bytes);
        let passed = now.saturating_sub(self.since);
        if passed < WINDOW {
            return Ok(());
        }
        let came = self.bytes;
        *self = Self {
            since: now,
            bytes: 0,
        };
        if came < LEAST {
            let seconds = passed.as_secs();
            return Err(format!("it stalls: {came} bytes came in {seconds} s"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trickle_is_told_from_a_slow_line() {
        // bytes a second; whether it is waited for, and after how many seconds it is not
        for (bytes, want) in [
            (1, Some(10)),
            (1_000, Some(10)),
            (1_100, None),
            (1 << 20, None),
        ] {
            let mut pace = Pace::default();
            let stalled =
                (1..100).find(|second| pace.note(Duration::from_secs(*second), bytes).is_err());
            assert_eq!(stalled, want, "{bytes}");
        }
        // a line that was fast and stops
        let mut pace = Pace::default();
        assert_eq!(pace.note(Duration::from_secs(1), 1 << 20), Ok(()));
        assert_eq!(pace.note(Duration::from_secs(11), 1), Ok(()));
        let why = pace.note(Duration::from_secs(22), 1).unwrap_err();
        assert_eq!(why, "it stalls: 1 bytes came in 11 s");
    }
}
