//! Whether a text looks as if it was drawn by chance.

/// Whether a value looks like chance: long, of one word, with digits and letters, of high entropy.
pub(super) fn is_random(value: &str) -> bool {
    let has = |is: fn(&char) -> bool| value.chars().any(|c| is(&c));
    value.len() >= 20
        && !value.contains([' ', ':'])
        && has(char::is_ascii_digit)
        && has(char::is_ascii_alphabetic)
        // words with dashes stay below it, 20 hexadecimal digits are mostly above
        && entropy(value) > 3.2
}

/// Returns the bits of a character.
pub(super) fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    let mut total = 0_u32;
    for byte in text.bytes().take(1_000) {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
        total += 1;
    }
    let share = |count: &u32| f64::from(*count) / f64::from(total.max(1));
    let counts = counts.iter().filter(|count| **count > 0);
    counts.map(share).map(|share| -share * share.log2()).sum()
}
