//! Spans of time as the file writes them: `14d`, `12h`, `30m`, `10s`.

use std::time::Duration;

/// Seconds of a day.
const DAY: u64 = 86_400;

/// Days that a span may last: a hundred years.
const MOST_DAYS: u64 = 36_500;

/// Reads a span; none if the text is none.
pub(super) fn span(text: &str) -> Option<Duration> {
    let at = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(at)?;
    let number: u64 = number.parse().ok()?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => DAY,
        _ => return None,
    };
    let seconds = number.checked_mul(seconds)?;
    (seconds <= MOST_DAYS.saturating_mul(DAY)).then(|| Duration::from_secs(seconds))
}

/// Reads a span of whole days, in days or hours: what counts days cannot hold another one.
pub(super) fn days(text: &str) -> Option<i64> {
    let seconds = span(text)?.as_secs();
    let is_whole = text.ends_with(['d', 'h']) && seconds.is_multiple_of(DAY);
    is_whole.then(|| i64::try_from(seconds / DAY).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_a_number_and_a_unit() {
        for (text, want) in [
            ("10s", Some(10)),
            ("30m", Some(1_800)),
            ("12h", Some(43_200)),
            ("14d", Some(1_209_600)),
            ("14", None),
            ("d", None),
            ("1w", None),
            ("-1d", None),
            ("", None),
            ("99999999999999999999d", None),
            ("36501d", None),
        ] {
            assert_eq!(span(text).map(|it| it.as_secs()), want, "{text}");
        }
    }

    #[test]
    fn days_are_whole() {
        for (text, want) in [
            ("14d", Some(14)),
            ("0d", Some(0)),
            ("24h", Some(1)),
            ("2160h", Some(90)),
            ("1h", None),
            ("36h", None),
            ("1440m", None),
            ("86400s", None),
            ("14", None),
        ] {
            assert_eq!(days(text), want, "{text}");
        }
    }
}
