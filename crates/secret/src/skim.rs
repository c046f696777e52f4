//! Finds the words of all rules in one pass over a text.
//!
//! Three bytes of each word, its rarest, are hashed into a table of bits; each three bytes of the text
//! ask it. What it says is nearly always no, and no answer waits for another: twice as fast as an
//! automaton over the same words, whose next step waits for the last one. A yes is compared with the
//! words themselves.

use std::ops::Range;

/// Bits of the table: 16 KiB, which stay in the nearest cache.
const BITS: u32 = 17;
const CELLS: usize = 1 << (BITS - 6);

/// The words of some rules.
#[derive(Debug)]
pub(crate) struct Skim {
    table: Box<[u64; CELLS]>,
    /// Sorted by gram.
    words: Vec<Word>,
    longest: usize,
}

/// A word of a rule.
#[derive(Debug)]
struct Word {
    gram: u32,
    /// Where in the word the gram is.
    at: usize,
    text: Vec<u8>,
    is_exact: bool,
    rule: usize,
}

/// A word of a rule stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hit {
    pub(crate) rule: usize,
    /// Where the word begins.
    pub(crate) at: usize,
}

impl Skim {
    /// Takes words as rule, text, and whether capitals matter; words of less than three bytes are
    /// never found.
    pub(crate) fn new<'a>(words: impl Iterator<Item = (usize, &'a str, bool)>) -> Self {
        let mut table = Box::new([0; CELLS]);
        let mut known: Vec<Word> = words
            .filter_map(|(rule, text, is_exact)| {
                let (at, gram) = rarest(text.as_bytes())?;
                Some(Word {
                    gram,
                    at,
                    text: text.as_bytes().to_vec(),
                    is_exact,
                    rule,
                })
            })
            .collect();
        known.sort_by_key(|word| word.gram);
        for word in &known {
            let (cell, bit) = place(word.gram);
            if let Some(cell) = table.get_mut(cell) {
                *cell |= bit;
            }
        }
        let longest = known.iter().map(|word| word.text.len()).max().unwrap_or(0);
        Self {
            table,
            words: known,
            longest,
        }
    }

    /// Returns the words that begin within `range` of a text, sorted by rule and place.
    pub(crate) fn find(&self, text: &[u8], range: Range<usize>) -> Vec<Hit> {
        let mut hits = Vec::new();
        // the gram may be the end of a word that begins within the range
        let end = range.end.saturating_add(self.longest).min(text.len());
        let part = text.get(range.start..end).unwrap_or_default();
        for (at, four) in part.array_windows::<4>().enumerate() {
            let gram = folded(u32::from_le_bytes(*four));
            let (cell, bit) = place(gram);
            // the mask tells the compiler that the cell is there
            if self
                .table
                .get(cell & (CELLS - 1))
                .is_some_and(|cell| cell & bit != 0)
            {
                self.compare(text, range.start + at, gram, &mut hits);
            }
        }
        if let Some(&[a, b, c]) = part.last_chunk::<3>() {
            let gram = folded(u32::from_le_bytes([a, b, c, 0]));
            self.compare(text, end - 3, gram, &mut hits);
        }
        hits.retain(|hit| range.contains(&hit.at));
        hits.sort_unstable();
        hits.dedup();
        hits
    }

    /// Compares the words whose gram stands at `at`.
    #[cold]
    fn compare(&self, text: &[u8], at: usize, gram: u32, hits: &mut Vec<Hit>) {
        let first = self.words.partition_point(|word| word.gram < gram);
        let rest = self.words.get(first..).unwrap_or_default();
        for word in rest.iter().take_while(|word| word.gram == gram) {
            let Some(start) = at.checked_sub(word.at) else {
                continue;
            };
            let there = text.get(start..start.saturating_add(word.text.len()));
            let is_there = there.is_some_and(|there| {
                there == word.text || (!word.is_exact && there.eq_ignore_ascii_case(&word.text))
            });
            if is_there {
                hits.push(Hit {
                    rule: word.rule,
                    at: start,
                });
            }
        }
    }
}

/// Three bytes, capitals as small letters; other characters may fall together, too.
const fn folded(bytes: u32) -> u32 {
    (bytes & 0x00ff_ffff) | 0x0020_2020
}

/// Returns the cell and the bit of a gram.
fn place(gram: u32) -> (usize, u64) {
    // Fibonacci hashing: the golden ratio spreads neighbours
    let hash = gram.wrapping_mul(0x9e37_79b1) >> (32 - BITS);
    (usize::try_from(hash >> 6).unwrap_or(0), 1 << (hash & 63))
}

/// Returns the three bytes of a word that a text holds least often, and where they are.
fn rarest(word: &[u8]) -> Option<(usize, u32)> {
    let cost = |gram: &[u8; 3]| gram.iter().map(|&byte| frequency(byte)).sum::<u32>();
    let grams = word.array_windows::<3>().enumerate();
    let (at, &[a, b, c]) = grams.min_by_key(|(_, gram)| cost(gram))?;
    Some((at, folded(u32::from_le_bytes([a, b, c, 0]))))
}

/// How often a byte stands in text, roughly: letters by the order that typesetters know.
fn frequency(byte: u8) -> u32 {
    const LETTERS: &[u8] = b"qzjxkvbywgpfmucdlhrsnioate";
    let small = byte.to_ascii_lowercase();
    let rank = LETTERS.iter().position(|&letter| letter == small);
    match rank {
        Some(rank) => 4 + u32::try_from(rank).unwrap_or(0),
        None if byte == b' ' => 30,
        None => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Vec<(usize, usize)> {
        let words = [
            (0, "ghp_", false),
            (1, "AKIA", true),
            (2, "://", true),
            (3, "hip", true),
        ];
        let hits = Skim::new(words.into_iter()).find(text.as_bytes(), 0..text.len());
        hits.into_iter().map(|hit| (hit.rule, hit.at)).collect()
    }

    #[test]
    fn words_are_found_wherever_they_stand() {
        for (text, want) in [
            ("ghp_", &[(0, 0)][..]),
            ("xGHP_x", &[(0, 1)]),
            ("AKIA akia", &[(1, 0)]),
            ("http://x ftp://", &[(2, 4), (2, 12)]),
            ("hip ship whip", &[(3, 0), (3, 5), (3, 10)]),
            ("ghp", &[]),
            ("", &[]),
            ("hi", &[]),
        ] {
            assert_eq!(find(text), want, "{text}");
        }
    }

    #[test]
    fn what_begins_outside_the_range_belongs_to_another() {
        let skim = Skim::new([(0, "abcdef", true)].into_iter());
        let text = b"abcdefabcdef";
        for (range, want) in [
            (0..6, vec![0]),
            (0..7, vec![0, 6]),
            (1..12, vec![6]),
            (1..6, vec![]),
        ] {
            let found: Vec<usize> = skim
                .find(text, range.clone())
                .iter()
                .map(|hit| hit.at)
                .collect();
            assert_eq!(found, want, "{range:?}");
        }
    }
}
