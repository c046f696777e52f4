//! When a request is worth another try, and after how long.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// Tries of one request.
const MOST_TRIES: u32 = 5;
/// The first wait; each further one is twice as long.
const FIRST: Duration = Duration::from_millis(500);

/// Whether an answer of this status may be another one in a moment.
pub const fn is_worth_a_retry(status: u16) -> bool {
    // 499 and 522 are those of proxies that lost a side
    matches!(status, 408 | 429 | 499 | 500 | 502 | 503 | 504 | 522)
}

/// Returns how long to wait before the next try, after `tries` of them; `None` for no more.
///
/// `asked` is what `Retry-After` says: then it is waited that long at least. `chance` spreads those
/// who were turned away together.
pub(crate) fn wait(tries: u32, asked: Option<Duration>, chance: u32) -> Option<Duration> {
    if tries >= MOST_TRIES {
        return None;
    }
    let doubled = FIRST.saturating_mul(1 << tries.saturating_sub(1).min(8));
    // who asks for no pause is not asked again at once: it would be without end
    let least = asked.map_or(doubled, |asked| asked.max(FIRST));
    // up to a quarter of a second per second, one second at most
    let spread = (least / 4).min(Duration::from_secs(1));
    Some(least.saturating_add(spread / 100 * (chance % 100)))
}

/// Reads `Retry-After`: a count of seconds, or a time, which is held against that of the answer
/// (`Date`), since its clock may not be ours. A time that is past is none to wait for.
pub(crate) fn asked(retry_after: Option<&str>, date: Option<&str>) -> Option<Duration> {
    let asked = retry_after?.trim();
    if let Ok(seconds) = asked.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let end = time(asked)?;
    let now = date.and_then(time).unwrap_or_else(now);
    Some(Duration::try_from(end.duration_since(now)).unwrap_or_default())
}

/// Reads a time as HTTP writes it: `Wed, 21 Oct 2015 07:28:00 GMT`.
fn time(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text.trim()).ok()
}

#[expect(
    clippy::disallowed_methods,
    reason = "of an answer that does not say when it was given"
)]
fn now() -> Timestamp {
    Timestamp::now()
}

/// Returns a number that nobody can foresee.
pub(crate) fn chance() -> u32 {
    let number = RandomState::new().build_hasher().finish();
    u32::try_from(number >> 32).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_longer_each_time_and_then_gives_up() {
        let seconds = Duration::from_secs;
        let millis = Duration::from_millis;
        for (tries, asked, chance, want) in [
            (1, None, 0, Some(millis(500))),
            (1, None, 50, Some(millis(500) + millis(125) / 100 * 50)),
            (2, None, 100, Some(seconds(1))),
            (4, None, 0, Some(seconds(4))),
            (5, None, 0, None),
            (1, Some(seconds(7)), 0, Some(seconds(7))),
            (3, Some(seconds(0)), 0, Some(millis(500))),
            (1, Some(seconds(60)), 99, Some(seconds(60) + millis(990))),
            (1, Some(Duration::MAX), 99, Some(Duration::MAX)),
        ] {
            assert_eq!(wait(tries, asked, chance), want, "{tries} {asked:?}");
        }
    }

    #[test]
    fn what_is_asked_is_seconds_or_a_time() {
        let seconds = |count| Some(Duration::from_secs(count));
        let date = Some("Wed, 21 Oct 2015 07:28:00 GMT");
        for (retry_after, want) in [
            (" 120 ", seconds(120)),
            ("Wed, 21 Oct 2015 07:30:05 GMT", seconds(125)),
            ("Wed, 21 Oct 2015 07:27:00 GMT", seconds(0)),
            ("Thu, 22 Oct 2015 07:28:00 GMT", seconds(86_400)),
            ("-1", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(asked(Some(retry_after), date), want, "{retry_after}");
        }
        assert_eq!(asked(None, date), None);
        // the clock of this machine is after 2015
        assert_eq!(asked(date, None), seconds(0));
    }

    #[test]
    fn only_what_may_change_is_tried_again() {
        let statuses = [429, 500, 502, 503, 504, 408];
        assert!(statuses.into_iter().all(is_worth_a_retry));
        assert!(
            ![200, 206, 307, 400, 401, 403, 404, 405, 501]
                .into_iter()
                .any(is_worth_a_retry)
        );
    }
}
