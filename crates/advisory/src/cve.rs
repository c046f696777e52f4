//! CVE ids as numbers: small to store, and sorted by year and number.

use std::fmt;

/// A CVE id in its one official spelling: `CVE-2024-0727`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cve {
    /// Years since [`FIRST_YEAR`].
    year: u8,
    number: u32,
}

const FIRST_YEAR: u16 = 1980;
/// Ids have at most seven digits; 2^25 leaves room and lets year and number share 32 bits.
const NUMBER_BITS: u32 = 25;
/// CVEs that share a shelf.
pub(crate) const SHELF: u32 = 100;

impl Cve {
    /// Parses the official spelling; anything else is not a CVE id to us.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (year, number) = text.strip_prefix("CVE-")?.split_once('-')?;
        // `CVE-2024-00727` and `CVE-2024-+123` are spellings that would not come back
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_official = year.len() == 4
            && (number.len() == 4 || (number.len() > 4 && !number.starts_with('0')));
        if !is_official || !is_digits(year) || !is_digits(number) {
            return None;
        }
        let year: u16 = year.parse().ok()?;
        let cve = Self {
            year: u8::try_from(year.checked_sub(FIRST_YEAR)?).ok()?,
            number: number.parse().ok()?,
        };
        let fits = cve.number < 1 << NUMBER_BITS && cve.year < 1 << (32 - NUMBER_BITS);
        fits.then_some(cve)
    }

    /// Returns one number that sorts as the ids do.
    pub(crate) fn pack(self) -> u32 {
        (u32::from(self.year) << NUMBER_BITS) | self.number
    }

    /// Makes the id of a number that [`Cve::pack`] gave; every number is some id.
    pub(crate) fn unpack(packed: u32) -> Self {
        Self {
            year: u8::try_from(packed >> NUMBER_BITS).unwrap_or_default(),
            number: packed & ((1 << NUMBER_BITS) - 1),
        }
    }

    /// Returns the key under which tables of CVEs keep it: `CVE-2024-12` for 2024-1200 to 1299.
    pub(crate) fn shelf(self) -> String {
        format!(
            "CVE-{}-{}",
            u16::from(self.year).saturating_add(FIRST_YEAR),
            self.number.div_euclid(SHELF)
        )
    }

    /// Returns the first id that its shelf may hold.
    pub(crate) fn first_of_shelf(self) -> Self {
        Self {
            number: self.number.saturating_sub(self.place()),
            ..self
        }
    }

    /// Returns the CVE at a place of the shelf with this key; none if there can be none.
    pub(crate) fn on_shelf(key: &str, place: u32) -> Option<Self> {
        let (year, shelf) = key.strip_prefix("CVE-")?.split_once('-')?;
        let shelf: u32 = shelf.parse().ok()?;
        let number = shelf.checked_mul(SHELF)?.checked_add(place)?;
        Self::parse(&format!("CVE-{year}-{number:04}"))
    }

    /// Returns its place within its shelf, 0 to 99.
    pub(crate) fn place(self) -> u32 {
        self.number.rem_euclid(SHELF)
    }
}

impl fmt::Display for Cve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = u16::from(self.year).saturating_add(FIRST_YEAR);
        write!(f, "CVE-{year}-{:04}", self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn official_spellings_come_back() {
        for text in ["CVE-1999-0001", "CVE-2024-0727", "CVE-2026-1234567"] {
            let cve = Cve::parse(text).unwrap();
            assert_eq!(Cve::unpack(cve.pack()).to_string(), text);
        }
    }

    #[test]
    fn other_spellings_are_no_cve() {
        for text in [
            "",
            "CVE-",
            "CVE-2024",
            "CVE-2024-",
            "CVE-2024-727",
            "CVE-2024-00727",
            "cve-2024-0727",
            "CVE-2024-0727 ",
            "CVE-1979-0001",
            "CVE-2108-0001",
            "CVE-2024-33554432",
            "CVE-2024-+123",
            "GHSA-4qjf-2hgm-92q6",
        ] {
            assert_eq!(Cve::parse(text), None, "{text}");
        }
    }

    #[test]
    fn shelves_hold_a_hundred() {
        let at = |text| {
            let cve = Cve::parse(text).unwrap();
            let first = cve.first_of_shelf().to_string();
            (cve.shelf(), cve.place(), first)
        };
        for (text, shelf, place, first) in [
            ("CVE-2024-0727", "CVE-2024-7", 27, "CVE-2024-0700"),
            ("CVE-2024-12999", "CVE-2024-129", 99, "CVE-2024-12900"),
        ] {
            assert_eq!(at(text), (shelf.to_owned(), place, first.to_owned()));
        }
    }
}
