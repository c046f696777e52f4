//! Spans of time as the file writes them: `14d`, `12h`, `30m`, `10s`.

use std::time::Duration;

/// Years that a span may last.
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
        "d" => 86_400,
        _ => return None,
    };
    let seconds = number.checked_mul(seconds)?;
    (seconds <= MOST_DAYS.saturating_mul(86_400)).then(|| Duration::from_secs(seconds))
}

/// Reads a span of whole days.
pub(super) fn days(text: &str) -> Option<i64> {
    let seconds = span(text)?.as_secs();
    i64::try_from(seconds.div_ceil(86_400)).ok()
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
        assert_eq!(days("1h"), Some(1));
    }
}
