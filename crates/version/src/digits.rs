//! Numbers of any length as they stand in versions, and how to cut them off a text.

use std::cmp::Ordering;

/// Compares two runs of ASCII digits as numbers; an empty run is zero.
///
/// They are never turned into a number type: a version may hold more digits than one has.
pub(crate) fn compare(a: &[u8], b: &[u8]) -> Ordering {
    let (a, b) = (strip_zeros(a), strip_zeros(b));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Splits after the longest prefix whose bytes all satisfy `wanted`.
pub(crate) fn split(text: &[u8], wanted: impl Fn(&u8) -> bool) -> (&[u8], &[u8]) {
    let end = text
        .iter()
        .position(|byte| !wanted(byte))
        .unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, &[]))
}

/// Returns the number that follows.
pub(crate) fn next(digits: &[u8]) -> Vec<u8> {
    let mut next = digits.to_vec();
    for digit in next.iter_mut().rev() {
        if *digit != b'9' {
            *digit += 1;
            return next;
        }
        *digit = b'0';
    }
    next.insert(0, b'1');
    next
}

fn strip_zeros(digits: &[u8]) -> &[u8] {
    split(digits, |&byte| byte == b'0').1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_by_value_whatever_the_length() {
        for (a, b, want) in [
            ("", "000", Ordering::Equal),
            ("007", "7", Ordering::Equal),
            ("9", "10", Ordering::Less),
            (
                "18446744073709551616",
                "18446744073709551615",
                Ordering::Greater,
            ),
        ] {
            assert_eq!(compare(a.as_bytes(), b.as_bytes()), want, "{a} {b}");
        }
    }

    #[test]
    fn next_carries() {
        for (digits, want) in [("", "1"), ("0", "1"), ("109", "110"), ("999", "1000")] {
            assert_eq!(next(digits.as_bytes()), want.as_bytes());
        }
    }
}
