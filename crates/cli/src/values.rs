//! Values that the user writes in shorthand: `5m`, `30d`, `512m`.

use std::time::Duration;

use model::counted;

/// Parses a duration: `90s`, `5m0s`, `1h30m`, `5d`; a bare number is seconds.
///
/// # Errors
/// A sentence that says what is expected.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let bad = || format!("`{text}` is not a duration such as 90s, 5m, 1h30m or 5d");
    let mut total = Duration::ZERO;
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(bad());
    }
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (number, after) = rest.split_at_checked(digits).ok_or_else(bad)?;
        let number: u64 = number.parse().map_err(|_not_a_number| bad())?;
        let unit_len = after
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(after.len());
        let (unit, next) = after.split_at_checked(unit_len).ok_or_else(bad)?;
        let seconds = match unit {
            "" | "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            "w" => 604_800,
            _ => return Err(bad()),
        };
        let part = number.checked_mul(seconds).ok_or_else(bad)?;
        total = total
            .checked_add(Duration::from_secs(part))
            .ok_or_else(bad)?;
        rest = next;
    }
    Ok(total)
}

/// Returns a duration for people, to the hour where it has days.
pub(crate) fn in_words(duration: Duration) -> String {
    let seconds = usize::try_from(duration.as_secs()).unwrap_or(usize::MAX);
    let (days, hours) = (seconds / 86_400, seconds % 86_400 / 3_600);
    match (days, hours) {
        (0, 0) => counted(seconds, "second"),
        (0, hours) => counted(hours, "hour"),
        (days, 0) => counted(days, "day"),
        (days, hours) => counted(days, "day") + " " + &counted(hours, "hour"),
    }
}

/// Parses a size in bytes: `512m`, `2g`, `1.5GiB`; units count in powers of 1,024.
///
/// # Errors
/// A sentence that says what is expected.
pub(crate) fn bytes(text: &str) -> Result<u64, String> {
    let bad = || format!("`{text}` is not a size such as 512m or 2g");
    let lower = text.trim().to_ascii_lowercase();
    let digits = lower
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(lower.len());
    let (number, unit) = lower.split_at_checked(digits).ok_or_else(bad)?;
    let number: u64 = number.parse().map_err(|_not_a_number| bad())?;
    let shift = match unit {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        _ => return Err(bad()),
    };
    number.checked_mul(1 << shift).ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_long() {
        for (seconds, want) in [
            (90, "90 seconds"),
            (7_200, "2 hours"),
            (86_400, "1 day"),
            (5 * 86_400 + 3_700, "5 days 1 hour"),
        ] {
            assert_eq!(in_words(Duration::from_secs(seconds)), want);
        }
    }

    #[test]
    fn reads_shorthand() {
        for (text, seconds) in [
            ("90", 90),
            ("90s", 90),
            ("5m0s", 300),
            ("1h30m", 5400),
            ("5d", 432_000),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for (text, want) in [
            ("512m", 512 << 20),
            ("2GiB", 2 << 30),
            ("10", 10),
            ("4 k", 0),
        ] {
            assert_eq!(bytes(text).unwrap_or(0), want, "{text}");
        }
        for bad in [
            "",
            "m",
            "5x",
            "-1",
            "1.5h",
            "99999999999999999999s",
            "99999999999999w",
        ] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
