//! Finds a few dozen words in one pass over a text, by the vector instructions of a library.
//!
//! Of each word a few letters, the rarest, are looked for in a copy of the text without capitals; what
//! is found is compared with the words themselves.

use aho_corasick::Span;
use aho_corasick::packed::Searcher;

use crate::skim::{Hit, Word, frequency};

/// Bytes of the text that are copied at once: they stay in the nearest cache.
const PIECE: usize = 4 << 10;
/// Bytes of a word that are looked for: by the first four the library tells nearly all apart.
const ANCHOR: usize = 8;
/// Bytes by which the library tells words apart, if it may.
const TELLING: usize = 4;

/// The words of some rules.
#[derive(Debug)]
pub(crate) struct Sweep {
    sets: Vec<Set>,
}

/// Words that are looked for together: a short one among long ones would have all told apart by as few bytes,
/// and half of the words are told apart twice as fast as all.
#[derive(Debug)]
struct Set {
    /// Whether capitals matter in all of them: then the text is looked at as it is.
    is_exact: bool,
    searcher: Searcher,
    /// What the searcher knows by the numbers of these.
    anchors: Vec<Anchor>,
    /// For each anchor those that may stand at the same place, itself among them.
    same: Vec<Vec<usize>>,
}

/// A part of a word; without capitals where these do not matter in all words of the set.
#[derive(Debug)]
struct Anchor {
    bytes: Vec<u8>,
    /// Where in the word it is.
    at: usize,
    word: Word,
}

impl Sweep {
    /// Takes words of three bytes or more.
    ///
    /// # Errors
    /// Gives them back where there are too many, or the processor lacks the instructions.
    pub(crate) fn new(words: Vec<Word>) -> Result<Self, Vec<Word>> {
        let all = words.iter().cloned();
        let (long, short): (Vec<Word>, Vec<Word>) =
            all.partition(|word| word.text.len() >= TELLING);
        let (exact, others): (Vec<Word>, Vec<Word>) =
            long.into_iter().partition(|word| word.is_exact);
        let sets = [exact, others, short].into_iter();
        let sets = sets.filter(|words| !words.is_empty()).map(Set::new);
        let sets: Option<Vec<Set>> = sets.collect();
        sets.map(|sets| Self { sets }).ok_or(words)
    }

    /// Adds the words that stand in `part` of a text, in no order; one may be there twice. `start` is
    /// where the part begins in the text.
    pub(crate) fn find(&self, part: &[u8], start: usize, hits: &mut Vec<Hit>) {
        for set in self.sets.iter().filter(|set| set.is_exact) {
            set.find(part, |anchor, place| {
                hits.extend(anchor.hit(part, place, start));
            });
        }
        if self.sets.iter().any(|set| !set.is_exact) {
            self.find_folded(part, start, hits);
        }
    }

    fn find_folded(&self, part: &[u8], start: usize, hits: &mut Vec<Hit>) {
        let mut room = [0; PIECE + ANCHOR];
        for at in (0..part.len()).step_by(PIECE) {
            let rest = part.get(at..).unwrap_or_default();
            let mut len = 0;
            for (folded, byte) in room.iter_mut().zip(rest) {
                *folded = byte | 0x20;
                len += 1;
            }
            let folded = room.get(..len).unwrap_or_default();
            for set in self.sets.iter().filter(|set| !set.is_exact) {
                set.find(folded, |anchor, place| {
                    hits.extend(anchor.hit(part, at + place, start));
                });
            }
        }
    }
}

impl Set {
    fn new(words: Vec<Word>) -> Option<Self> {
        let is_exact = words.iter().all(|word| word.is_exact);
        let anchor = |word| Anchor::new(word, is_exact);
        let anchors: Vec<Anchor> = words.into_iter().map(anchor).collect();
        let is_start = |a: &Anchor, b: &Anchor| a.bytes.starts_with(&b.bytes);
        let same = |it: &Anchor| {
            let others = anchors.iter().enumerate();
            let same = others.filter(|(_, other)| is_start(it, other) || is_start(other, it));
            same.map(|(number, _)| number).collect()
        };
        Some(Self {
            is_exact,
            searcher: Searcher::new(anchors.iter().map(|anchor| &anchor.bytes))?,
            same: anchors.iter().map(same).collect(),
            anchors,
        })
    }

    /// Calls `see` with each anchor and where it stands.
    fn find(&self, text: &[u8], mut see: impl FnMut(&Anchor, usize)) {
        let mut span = Span::from(0..text.len());
        while let Some(found) = self.searcher.find_in(text, span) {
            let number = found.pattern().as_usize();
            let rest = text.get(found.start()..).unwrap_or_default();
            for anchor in self.same.get(number).into_iter().flatten() {
                let anchor = self.anchors.get(*anchor);
                if let Some(anchor) = anchor.filter(|anchor| rest.starts_with(&anchor.bytes)) {
                    see(anchor, found.start());
                }
            }
            span.start = found.start() + 1;
        }
    }
}

impl Anchor {
    fn new(word: Word, is_exact: bool) -> Self {
        let folded = |byte: &u8| if is_exact { *byte } else { byte | 0x20 };
        let cost = |bytes: &[u8]| bytes.iter().copied().map(frequency).sum::<u32>();
        let fours = word.text.windows(TELLING).enumerate();
        let rarest = fours.min_by_key(|(_, four)| cost(four));
        let at = rarest.map_or(0, |(at, _)| at);
        let bytes = word.text.iter().skip(at).take(ANCHOR);
        Self {
            bytes: bytes.map(folded).collect(),
            at,
            word,
        }
    }

    /// Returns the hit if the word itself stands around the place of its anchor.
    fn hit(&self, part: &[u8], place: usize, start: usize) -> Option<Hit> {
        let begin = place.checked_sub(self.at)?;
        let there = part.get(begin..begin.checked_add(self.word.text.len())?)?;
        self.word.is(there).then_some(Hit {
            rule: self.word.rule,
            at: start + begin,
        })
    }
}
