//! Finds the words of all rules in one pass over a text.
//!
//! Of each word two grams, three bytes each that begin next to each other, its rarest, are hashed into a
//! table of bits; so every second place of the text asks it, and meets one of the two. What it says is
//! nearly always no, and no answer waits for another, as each step of an automaton does. A yes is compared
//! with the words themselves.

use std::ops::Range;

/// Bits of the table: 16 KiB, which stay in the nearest cache.
const BITS: u32 = 17;
const CELLS: usize = 1 << (BITS - 6);

/// The words of some rules.
#[derive(Debug)]
pub(crate) struct Skim {
    table: Box<[u64; CELLS]>,
    words: Vec<Word>,
    /// Sorted by gram.
    grams: Vec<Gram>,
    longest: usize,
}

/// Three bytes of a word.
#[derive(Debug, Clone, Copy)]
struct Gram {
    bytes: u32,
    /// Which word.
    word: usize,
    /// Where in the word they are.
    at: usize,
}

/// A word of a rule.
#[derive(Debug)]
struct Word {
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
        let words: Vec<Word> = words
            .filter(|(_, text, _)| text.len() >= 3)
            .map(|(rule, text, is_exact)| Word {
                text: text.as_bytes().to_vec(),
                is_exact,
                rule,
            })
            .collect();
        let mut grams: Vec<Gram> = (0..)
            .zip(&words)
            .flat_map(|(number, word)| grams(number, &word.text))
            .collect();
        grams.sort_by_key(|gram| gram.bytes);
        let mut table = Box::new([0; CELLS]);
        for gram in &grams {
            let (cell, bit) = place(gram.bytes);
            if let Some(cell) = table.get_mut(cell) {
                *cell |= bit;
            }
        }
        let longest = words.iter().map(|word| word.text.len()).max().unwrap_or(0);
        Self {
            table,
            words,
            grams,
            longest,
        }
    }

    /// Returns the words that begin within `range` of a text, sorted by rule and place.
    pub(crate) fn find(&self, text: &[u8], range: Range<usize>) -> Vec<Hit> {
        let mut hits = Vec::new();
        // the gram may be the end of a word that begins within the range
        let end = range.end.saturating_add(self.longest).min(text.len());
        let part = text.get(range.start..end).unwrap_or_default();
        // two places in one step: 0 and 2 of eight bytes
        for (step, eight) in part.array_windows::<8>().step_by(4).enumerate() {
            let bytes = u64::from_le_bytes(*eight);
            let (first, second) = (low(bytes), low(bytes >> 16));
            let [is_first, is_second] = [first, second].map(|gram| self.may_be(gram));
            if is_first | is_second {
                if is_first {
                    self.compare(text, range.start + step * 4, first, &mut hits);
                }
                if is_second {
                    self.compare(text, range.start + step * 4 + 2, second, &mut hits);
                }
            }
        }
        // what no eight bytes follow
        let tail = part.len().saturating_sub(7).next_multiple_of(4);
        for at in (tail..part.len()).step_by(2) {
            let byte = |at: usize| part.get(at).copied().unwrap_or(0);
            let gram = folded(u32::from_le_bytes([
                byte(at),
                byte(at + 1),
                byte(at + 2),
                0,
            ]));
            self.compare(text, range.start + at, gram, &mut hits);
        }
        hits.retain(|hit| range.contains(&hit.at));
        hits.sort_unstable();
        hits.dedup();
        hits
    }

    /// Whether a word may have this gram.
    fn may_be(&self, gram: u32) -> bool {
        let (cell, bit) = place(gram);
        // the mask tells the compiler that the cell is there
        self.table
            .get(cell & (CELLS - 1))
            .is_some_and(|cell| cell & bit != 0)
    }

    /// Compares the words whose gram stands at `at`.
    #[cold]
    fn compare(&self, text: &[u8], at: usize, gram: u32, hits: &mut Vec<Hit>) {
        let first = self.grams.partition_point(|it| it.bytes < gram);
        let rest = self.grams.get(first..).unwrap_or_default();
        for it in rest.iter().take_while(|it| it.bytes == gram) {
            let (Some(start), Some(word)) = (at.checked_sub(it.at), self.words.get(it.word)) else {
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

/// The lower half of eight bytes, as a gram.
fn low(bytes: u64) -> u32 {
    let [a, b, c, ..] = bytes.to_le_bytes();
    folded(u32::from_le_bytes([a, b, c, 0]))
}

/// Returns the two grams of a word, next to each other, that a text holds least often; of a word of three
/// bytes the second one ends with any byte.
fn grams(word: usize, text: &[u8]) -> Vec<Gram> {
    let gram = |at, [a, b, c]: [u8; 3]| Gram {
        bytes: folded(u32::from_le_bytes([a, b, c, 0])),
        word,
        at,
    };
    if let &[a, b, c] = text {
        // folded, each byte is one that has this bit
        let any = (0..=u8::MAX).filter(|any| any & 0x20 != 0);
        let seconds = any.map(|any| gram(1, [b, c, any]));
        return seconds.chain([gram(0, [a, b, c])]).collect();
    }
    let cost = |four: &[u8; 4]| {
        let [a, b, c, d] = four.map(frequency);
        (a + b + c).max(b + c + d)
    };
    let fours = text.array_windows::<4>().enumerate();
    let rarest = fours.min_by_key(|(_, four)| cost(four));
    rarest.map_or_else(Vec::new, |(at, &[a, b, c, d])| {
        vec![gram(at, [a, b, c]), gram(at + 1, [b, c, d])]
    })
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
    fn words_are_found_at_every_place_of_texts_of_every_length() {
        for word in ["ghp_", "AKIA", "://", "hip"] {
            for before in 0..20 {
                for behind in 0..12 {
                    let text = format!("{}{word}{}", "-".repeat(before), "-".repeat(behind));
                    let places: Vec<usize> = find(&text).into_iter().map(|(_, at)| at).collect();
                    assert_eq!(places, [before], "{text}");
                }
            }
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
