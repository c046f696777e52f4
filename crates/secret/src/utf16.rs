//! UTF-16 with a byte order mark, read as UTF-8.

use std::io::{self, Read};

/// Which byte of a unit comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Little,
    Big,
}

/// Tells by the mark at the start of a text.
pub(crate) fn order(head: &[u8]) -> Option<Order> {
    match head {
        [0xff, 0xfe, ..] => Some(Order::Little),
        [0xfe, 0xff, ..] => Some(Order::Big),
        _ => None,
    }
}

/// A reader of UTF-8; what is no UTF-16 becomes U+FFFD.
pub(crate) struct Utf16<R> {
    source: R,
    order: Order,
    /// Decoded bytes that were not read yet.
    ready: Vec<u8>,
    start: usize,
    /// A byte or two units that their other half is to follow.
    rest: Vec<u8>,
}

impl<R: Read> Utf16<R> {
    pub(crate) const fn new(source: R, order: Order) -> Self {
        Self {
            source,
            order,
            ready: Vec::new(),
            start: 0,
            rest: Vec::new(),
        }
    }

    /// Decodes the next bytes, and says whether there were any.
    fn refill(&mut self) -> io::Result<bool> {
        let mut bytes = vec![0; 16 << 10];
        let count = self.source.read(&mut bytes)?;
        bytes.truncate(count);
        let mut all = std::mem::take(&mut self.rest);
        all.append(&mut bytes);
        let (pairs, odd) = all.as_chunks::<2>();
        let mut units: Vec<u16> = pairs
            .iter()
            .map(|&pair| match self.order {
                Order::Little => u16::from_le_bytes(pair),
                Order::Big => u16::from_be_bytes(pair),
            })
            .collect();
        // the first half of a pair of units waits for the other, unless nothing follows
        let is_half = count > 0
            && units
                .last()
                .is_some_and(|unit| (0xd800..0xdc00).contains(unit));
        let kept = odd.len() + if is_half { 2 } else { 0 };
        if is_half {
            units.pop();
        }
        self.rest = if count > 0 {
            all.split_off(all.len() - kept)
        } else {
            Vec::new()
        };
        let chars =
            char::decode_utf16(units).map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER));
        self.ready = chars
            .filter(|&char| char != '\u{feff}')
            .collect::<String>()
            .into_bytes();
        self.start = 0;
        Ok(count > 0)
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.start == self.ready.len() {
            if !self.refill()? && self.ready.is_empty() {
                return Ok(0);
            }
        }
        let mut ready = self.ready.get(self.start..).unwrap_or_default();
        let count = ready.read(out)?;
        self.start += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let one = out.len().min(1);
            self.0.read(&mut out[..one])
        }
    }

    #[test]
    fn text_is_the_same_however_it_comes() {
        let text = "key=Ä𝄞\nx";
        for order in [Order::Little, Order::Big] {
            let units = std::iter::once(0xfeff).chain(text.encode_utf16());
            let mut bytes: Vec<u8> = units
                .flat_map(|unit: u16| match order {
                    Order::Little => unit.to_le_bytes(),
                    Order::Big => unit.to_be_bytes(),
                })
                .collect();
            assert_eq!(super::order(&bytes), Some(order));
            bytes.push(7);
            for is_slow in [false, true] {
                let mut out = String::new();
                #[expect(clippy::disallowed_methods, reason = "a few bytes")]
                if is_slow {
                    Utf16::new(Slow(&bytes), order)
                        .read_to_string(&mut out)
                        .unwrap();
                } else {
                    Utf16::new(&bytes[..], order)
                        .read_to_string(&mut out)
                        .unwrap();
                }
                assert_eq!(out, text);
            }
        }
    }
}
