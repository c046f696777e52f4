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

/// Words of about one length: a short one among them would have all told apart by as few bytes.
#[derive(Debug)]
struct Set {
    searcher: Searcher,
    /// What the searcher knows by the numbers of these.
    anchors: Vec<Anchor>,
    /// For each anchor those that may stand at the same place, itself among them.
    same: Vec<Vec<usize>>,
}

/// A part of a word, without capitals.
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
        let (long, short): (Vec<Word>, Vec<Word>) = words
            .iter()
            .cloned()
            .partition(|word| word.text.len() >= TELLING);
        let sets = [long, short].into_iter().filter(|words| !words.is_empty());
        let sets: Option<Vec<Set>> = sets.map(Set::new).collect();
        sets.map(|sets| Self { sets }).ok_or(words)
    }

    /// Adds the words that stand in `part` of a text, in no order; one may be there twice. `start` is
    /// where the part begins in the text.
    pub(crate) fn find(&self, part: &[u8], start: usize, hits: &mut Vec<Hit>) {
        let mut room = [0; PIECE + ANCHOR];
        for at in (0..part.len()).step_by(PIECE) {
            let rest = part.get(at..).unwrap_or_default();
            let mut len = 0;
            for (folded, byte) in room.iter_mut().zip(rest) {
                *folded = byte | 0x20;
                len += 1;
            }
            let folded = room.get(..len).unwrap_or_default();
            for set in &self.sets {
                set.find(folded, |anchor, place| {
                    hits.extend(anchor.hit(part, at + place, start));
                });
            }
        }
    }
}

impl Set {
    fn new(words: Vec<Word>) -> Option<Self> {
        let anchors: Vec<Anchor> = words.into_iter().map(Anchor::new).collect();
        let is_start = |a: &Anchor, b: &Anchor| a.bytes.starts_with(&b.bytes);
        let same = |it: &Anchor| {
            let others = anchors.iter().enumerate();
            let same = others.filter(|(_, other)| is_start(it, other) || is_start(other, it));
            same.map(|(number, _)| number).collect()
        };
        Some(Self {
            searcher: Searcher::new(anchors.iter().map(|anchor| &anchor.bytes))?,
            same: anchors.iter().map(same).collect(),
            anchors,
        })
    }

    /// Calls `see` with each anchor and where it stands.
    fn find(&self, folded: &[u8], mut see: impl FnMut(&Anchor, usize)) {
        let mut span = Span::from(0..folded.len());
        while let Some(found) = self.searcher.find_in(folded, span) {
            let number = found.pattern().as_usize();
            let rest = folded.get(found.start()..).unwrap_or_default();
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
    fn new(word: Word) -> Self {
        let cost = |bytes: &[u8]| bytes.iter().copied().map(frequency).sum::<u32>();
        let fours = word.text.windows(TELLING).enumerate();
        let rarest = fours.min_by_key(|(_, four)| cost(four));
        let at = rarest.map_or(0, |(at, _)| at);
        let bytes = word.text.iter().skip(at).take(ANCHOR);
        Self {
            bytes: bytes.map(|byte| byte | 0x20).collect(),
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
