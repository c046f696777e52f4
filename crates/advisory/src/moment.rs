//! Since when a publisher says something, to the millisecond.

use jiff::Timestamp;

/// A moment; the first one where nobody knows.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(u64);

impl Moment {
    /// Reads a time stamp: `2026-06-02T00:00:00Z`; without a zone, as NVD writes it, it is UTC.
    pub(crate) fn of(stamp: &str) -> Self {
        let mut read = ["", "Z", "T00:00:00Z"]
            .iter()
            .map(|end| format!("{stamp}{end}").parse::<Timestamp>());
        let moment = read.find_map(Result::ok);
        let since = moment.map(Timestamp::as_millisecond);
        Self(since.and_then(|it| it.try_into().ok()).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_ordered_however_they_are_written() {
        let ascending = [
            "soon",
            "2026-01-01",
            "2026-01-01T00:00:00.5Z",
            "2026-01-01T02:00:01+02:00",
            "2026-01-01T00:00:01.001",
            "2026-06-02T00:00:00Z",
        ];
        assert!(ascending.is_sorted_by_key(|stamp| Moment::of(stamp)));
        assert_eq!(Moment::of("0001-01-01T00:00:00Z"), Moment::of("soon"));
        assert!(Moment::of("2026-01-01") < Moment::of("2026-01-01T00:00:00.5Z"));
    }
}
