//! Days as 16 bits: what advisories need of a date.

use jiff::civil::Date;

const FIRST_YEAR: i16 = 1970;

/// Packs a day of the years 1970 to 2097; others are not stored.
pub(crate) fn pack(date: Date) -> Option<u16> {
    let year = u16::try_from(date.year().checked_sub(FIRST_YEAR)?).ok()?;
    let month = u16::try_from(date.month()).ok()?;
    let day = u16::try_from(date.day()).ok()?;
    (year < 128).then_some((year << 9) | (month << 5) | day)
}

/// Unpacks a day; `None` if the bits are no day of the calendar.
pub(crate) fn unpack(bits: u16) -> Option<Date> {
    let year = i16::try_from(bits >> 9).ok()?.checked_add(FIRST_YEAR)?;
    let month = i8::try_from((bits >> 5) & 15).ok()?;
    let day = i8::try_from(bits & 31).ok()?;
    Date::new(year, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_come_back() {
        for text in ["1970-01-01", "2024-02-29", "2097-12-31"] {
            let date: Date = text.parse().unwrap();
            assert_eq!(pack(date).and_then(unpack), Some(date), "{text}");
        }
    }

    #[test]
    fn days_out_of_reach_and_impossible_bits_are_none() {
        assert_eq!(pack("1969-12-31".parse().unwrap()), None);
        assert_eq!(pack("2098-01-01".parse().unwrap()), None);
        assert_eq!(unpack(0), None);
        // 30 February 2024
        assert_eq!(unpack((54 << 9) | (2 << 5) | 0b1_1110), None);
    }
}
