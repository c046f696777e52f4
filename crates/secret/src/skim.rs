//! Finds the words of all rules in one pass over a text.
//!
//! Of each word two grams, three bytes each that begin next to each other, its rarest, are hashed into a
//! table of bits; so every second place of the text asks it, and meets one of the two. What it says is
//! nearly always no, and no answer waits for another, as each step of an automaton does. A yes is compared
//! with the words themselves.

/// Bits of the table: 16 KiB, which stay in the nearest cache.
const BITS: u32 = 17;
const CELLS: usize = 1 << (BITS - 6);
/// Bits of a hash by which grams are sorted into shelves: a handful of them on each.
const SHELF_BITS: u32 = 10;
const SHELVES: usize = 1 << SHELF_BITS;

/// The words of some rules.
#[derive(Debug)]
pub(crate) struct Skim {
    table: Box<[u64; CELLS]>,
    words: Vec<Word>,
    /// Sorted by shelf.
    grams: Vec<Gram>,
    /// Where each shelf begins; the last one ends with the grams.
    shelves: Vec<usize>,
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
#[derive(Debug, Clone)]
pub(crate) struct Word {
    pub(crate) rule: usize,
    pub(crate) text: Vec<u8>,
    /// Whether capitals matter.
    pub(crate) is_exact: bool,
}

impl Word {
    /// Whether a text of its length is it.
    pub(crate) fn is(&self, text: &[u8]) -> bool {
        text == self.text || (!self.is_exact && text.eq_ignore_ascii_case(&self.text))
    }
}

/// A word of a rule stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hit {
    pub(crate) rule: usize,
    /// Where the word begins.
    pub(crate) at: usize,
}

impl Skim {
    /// Takes words of three bytes or more.
    pub(crate) fn new(words: Vec<Word>) -> Self {
        let mut grams: Vec<Gram> = (0..)
            .zip(&words)
            .flat_map(|(number, word)| grams(number, &word.text))
            .collect();
        grams.sort_by_key(|gram| shelf(gram.bytes));
        let mut table = Box::new([0; CELLS]);
        for gram in &grams {
            let (cell, bit) = place(gram.bytes);
            if let Some(cell) = table.get_mut(cell) {
                *cell |= bit;
            }
        }
        let start = |shelf_at| grams.partition_point(|gram| shelf(gram.bytes) < shelf_at);
        Self {
            table,
            shelves: (0..=SHELVES).map(start).collect(),
            words,
            grams,
        }
    }

    /// Adds the words that stand in `part` of a text, in no order; one may be there twice. `start` is
    /// where the part begins in the text.
    pub(crate) fn find(&self, part: &[u8], start: usize, hits: &mut Vec<Hit>) {
        // two places in one step: 0 and 2 of eight bytes
        for (step, eight) in part.array_windows::<8>().step_by(4).enumerate() {
            let bytes = u64::from_le_bytes(*eight);
            let (first, second) = (low(bytes), low(bytes >> 16));
            let [is_first, is_second] = [first, second].map(|gram| self.may_be(gram));
            if is_first | is_second {
                if is_first {
                    self.compare((part, start), step * 4, first, hits);
                }
                if is_second {
                    self.compare((part, start), step * 4 + 2, second, hits);
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
            if self.may_be(gram) {
                self.compare((part, start), at, gram, hits);
            }
        }
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
    fn compare(&self, (part, start): (&[u8], usize), at: usize, gram: u32, hits: &mut Vec<Hit>) {
        let on_shelf = self.shelves.get(shelf(gram)..).unwrap_or_default();
        let &[first, end, ..] = on_shelf else { return };
        let rest = self.grams.get(first..end).unwrap_or_default();
        for it in rest.iter().filter(|it| it.bytes == gram) {
            let (Some(begin), Some(word)) = (at.checked_sub(it.at), self.words.get(it.word)) else {
                continue;
            };
            let there = part.get(begin..begin.saturating_add(word.text.len()));
            if there.is_some_and(|there| word.is(there)) {
                hits.push(Hit {
                    rule: word.rule,
                    at: start + begin,
                });
            }
        }
    }
}

/// Three bytes, capitals as small letters; other characters may fall together, too.
const fn folded(bytes: u32) -> u32 {
    (bytes & 0x00ff_ffff) | 0x0020_2020
}

/// Fibonacci hashing: the golden ratio spreads neighbours.
const fn hash(gram: u32) -> u32 {
    gram.wrapping_mul(0x9e37_79b1)
}

/// Returns the cell and the bit of a gram.
fn place(gram: u32) -> (usize, u64) {
    let hash = hash(gram) >> (32 - BITS);
    (usize::try_from(hash >> 6).unwrap_or(0), 1 << (hash & 63))
}

/// Returns the shelf of a gram.
fn shelf(gram: u32) -> usize {
    usize::try_from(hash(gram) >> (32 - SHELF_BITS)).unwrap_or(0)
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
pub(crate) fn frequency(byte: u8) -> u32 {
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
        let word = |(rule, text, is_exact): (usize, &str, bool)| Word {
            rule,
            text: text.into(),
            is_exact,
        };
        let mut hits = Vec::new();
        Skim::new(words.map(word).into()).find(text.as_bytes(), 0, &mut hits);
        hits.sort();
        hits.dedup();
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
}
