//! The 64-bit hash of structures that Trivy makes ids of.
//!
//! Source of truth: trivy.md §2.3; Go's `hashstructure`, format 2. It is FNV-1 over the structure: fields
//! in declaration order.

/// The running hash of a structure.
#[derive(Debug, Clone, Copy)]
pub struct Struct(u64);

impl Struct {
    /// Starts with the name of its type.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self(text(name))
    }

    /// Adds a field with the hash of its value.
    pub fn add(&mut self, field: &str, value: u64) {
        self.0 = finish(self.0 ^ ordered(text(field), value));
    }

    /// Adds a text, unless it is empty.
    pub(crate) fn text(&mut self, field: &str, value: &str) {
        if !value.is_empty() {
            self.add(field, text(value));
        }
    }

    /// Adds a number, unless it is zero.
    pub(crate) fn number(&mut self, field: &str, value: u32) {
        if value != 0 {
            self.add(field, fnv(&u64::from(value).to_le_bytes()));
        }
    }

    /// Adds a list whose order counts, unless it is empty.
    pub(crate) fn list<'a>(&mut self, field: &str, values: impl Iterator<Item = &'a str>) {
        let mut values = values.peekable();
        if values.peek().is_some() {
            let hash = values.fold(0, |hash, value| ordered(hash, text(value)));
            self.add(field, hash);
        }
    }

    /// Returns the hash so far.
    #[must_use]
    pub const fn hash(self) -> u64 {
        self.0
    }
}

/// Hashes a text.
#[must_use]
pub fn text(text: &str) -> u64 {
    fnv(text.as_bytes())
}

/// Hashes two hashes whose order counts.
#[must_use]
pub fn ordered(a: u64, b: u64) -> u64 {
    let mut bytes = [0; 16];
    let (low, high) = bytes.split_at_mut(8);
    low.copy_from_slice(&a.to_le_bytes());
    high.copy_from_slice(&b.to_le_bytes());
    fnv(&bytes)
}

/// Ends a hash whose parts were joined by exclusive or.
#[must_use]
pub fn finish(hash: u64) -> u64 {
    fnv(&hash.to_le_bytes())
}

/// FNV-1, 64 bits: multiply, then exclusive or.
#[must_use]
pub fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        hash.wrapping_mul(0x0100_0000_01b3) ^ u64::from(*byte)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_fnv_1() {
        // Published test vectors of the 64-bit FNV-1.
        for (text, want) in [
            ("", 0xcbf2_9ce4_8422_2325),
            ("a", 0xaf63_bd4c_8601_b7be),
            ("foobar", 0x340d_8765_a4dd_a9c2),
        ] {
            assert_eq!(fnv(text.as_bytes()), want, "{text}");
        }
    }
}
