//! Numbers, sizes and times in words.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::Severity;

/// Returns a number with its thousands set apart: `1,203`.
pub(super) fn number(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Returns a severity in at most four letters.
pub(super) const fn short(severity: Severity) -> &'static str {
    match severity {
        Severity::Unknown => "?",
        Severity::Low => "LOW",
        Severity::Medium => "MED",
        Severity::High => "HIGH",
        Severity::Critical => "CRIT",
    }
}

/// Returns a number of things: `1 layer`, `2 layers`.
pub(super) fn count(count: usize, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {thing}{plural}", number(count))
}

/// Returns a size in the largest decimal unit that leaves a whole part: `5.8 MB`, `214 MB`.
pub(super) fn bytes(bytes: u64) -> String {
    const UNITS: [(u64, &str); 4] = [
        (1_000_000_000_000, "TB"),
        (1_000_000_000, "GB"),
        (1_000_000, "MB"),
        (1_000, "kB"),
    ];
    let Some((unit, name)) = UNITS.into_iter().find(|(unit, _)| bytes >= *unit) else {
        return format!("{bytes} bytes");
    };
    let tenths = bytes / (unit / 10);
    if tenths < 100 {
        format!("{}.{} {name}", tenths / 10, tenths % 10)
    } else {
        format!("{} {name}", bytes / unit)
    }
}

/// Returns the day of a moment, in UTC.
pub(super) fn day(moment: Timestamp) -> Date {
    moment.to_zoned_datetime(TimeZone::UTC).date()
}

/// Returns how long a day is past: `today`, `41 days`, `5 years`; `in the future` if it is not.
pub(super) fn age(then: Date, now: Date) -> String {
    let days = then.duration_until(now).as_hours() / 24;
    match usize::try_from(days) {
        Err(_) => "in the future".to_owned(),
        Ok(0) => "today".to_owned(),
        Ok(days) if days < 731 => count(days, "day"),
        Ok(days) => count(days * 400 / 146_097, "year"),
    }
}

/// Returns how long ago a day was: `41 days ago`.
pub(super) fn ago(then: Date, now: Date) -> String {
    let age = age(then, now);
    if age.starts_with(|c: char| c.is_ascii_digit()) {
        age + " ago"
    } else {
        age
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn counts_in_words() {
        for (given, want) in [
            (0, "0 layers"),
            (1, "1 layer"),
            (1_234_567, "1,234,567 layers"),
        ] {
            assert_eq!(count(given, "layer"), want);
        }
        for (given, want) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (5_818_880, "5.8 MB"),
            (214_000_000, "214 MB"),
            (u64::MAX, "18446744 TB"),
        ] {
            assert_eq!(bytes(given), want);
        }
    }

    #[test]
    fn tells_how_long_ago() {
        let now = date(2026, 11, 24);
        for (then, want) in [
            (now, "today"),
            (date(2026, 11, 23), "1 day ago"),
            (date(2026, 10, 14), "41 days ago"),
            (date(2020, 11, 25), "5 years ago"),
            (date(2020, 11, 23), "6 years ago"),
            (date(1, 1, 1), "2,025 years ago"),
            (date(2027, 1, 1), "in the future"),
        ] {
            assert_eq!(ago(then, now), want);
        }
    }
}
