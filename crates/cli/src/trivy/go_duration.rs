//! Go's durations, as `--timeout` has them: `5m0s`, `1.5h`, `300000ms`.
//!
//! Source of truth: Go's package `time`, `ParseDuration`. None is below zero here.

use std::time::Duration;

/// Units, and how many of them are a second or how many seconds they are.
const UNITS: [(&str, f64); 8] = [
    ("ns", 1e-9),
    ("us", 1e-6),
    ("µs", 1e-6),
    ("μs", 1e-6),
    ("ms", 1e-3),
    ("s", 1.0),
    ("m", 60.0),
    ("h", 3600.0),
];

/// Reads a duration.
///
/// # Errors
/// What Go says.
pub(super) fn read(text: &str) -> Result<Duration, String> {
    let bad = || format!("time: invalid duration {text:?}");
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    if rest == "0" {
        return Ok(Duration::ZERO);
    }
    if rest.is_empty() {
        return Err(bad());
    }
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let is_of_number = |it: char| it.is_ascii_digit() || it == '.';
        let digits = rest.find(|it| !is_of_number(it)).unwrap_or(rest.len());
        let (number, after) = rest.split_at_checked(digits).ok_or_else(bad)?;
        let number: f64 = number.parse().map_err(|_no_number| bad())?;
        let length = after.find(is_of_number).unwrap_or(after.len());
        let (unit, next) = after.split_at_checked(length).ok_or_else(bad)?;
        if unit.is_empty() {
            return Err(format!("time: missing unit in duration {text:?}"));
        }
        let known = UNITS.iter().find(|(name, _)| *name == unit);
        let (_, each) =
            known.ok_or_else(|| format!("time: unknown unit {unit:?} in duration {text:?}"))?;
        seconds += number * each;
        rest = next;
    }
    Duration::try_from_secs_f64(seconds).map_err(|_too_long| bad())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_those_of_go() {
        for (text, millis) in [
            ("5m0s", 300_000),
            ("300000ms", 300_000),
            ("1.5h", 5_400_000),
            ("0.5m", 30_000),
            (".5m", 30_000),
            ("+1h1m", 3_660_000),
            ("100us", 0),
            ("0", 0),
        ] {
            let read = read(text).map(|it| it.as_millis());
            assert_eq!(read, Ok(millis), "{text}");
        }
        for (text, want) in [
            ("5", "time: missing unit in duration \"5\""),
            ("1h5", "time: missing unit in duration \"1h5\""),
            ("5d", "time: unknown unit \"d\" in duration \"5d\""),
            ("", "time: invalid duration \"\""),
            ("-5m", "time: invalid duration \"-5m\""),
            (".m", "time: invalid duration \".m\""),
            ("1.2.3s", "time: invalid duration \"1.2.3s\""),
            (
                "99999999999999999999h",
                "time: invalid duration \"99999999999999999999h\"",
            ),
        ] {
            assert_eq!(read(text), Err(want.to_owned()), "{text}");
        }
    }
}
