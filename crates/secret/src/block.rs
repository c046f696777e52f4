//! One block of a text: words, windows around them, matches.
//!
//! A match belongs to the block in which its word begins, whatever blocks it reaches into: so a text
//! has the same matches in whatever pieces it comes.

use std::ops::Range;

use regex::bytes::{Captures, Regex};

use crate::accept::accept;
use crate::engine::{Engine, KUBERNETES};
use crate::evidence::{Facts, Seen};
use crate::expression::{FURTHEST, Reach};
use crate::format::Scope;
use crate::rule::Rule;
use crate::skim::Hit;

/// How often the bytes of a block may be looked at again by expressions, all rules together: text
/// in which every word says that a secret follows would else cost a hundred times what other text does.
const MOST_LOOKS: usize = 24;
/// Bytes up to which a text counts as one of this length.
const SMALL: usize = 100_000;
/// Bytes from which on a secret without a digit is words.
const WORDS: usize = 20;
/// Bytes that are looked at first for a match: most are shorter.
const FIRST_LOOK: usize = 1_000;

/// A part of a text with what stands around it.
#[derive(Debug, Clone)]
pub(crate) struct Block<'a> {
    /// What is at hand.
    pub(crate) text: &'a [u8],
    /// The block within it.
    pub(crate) range: Range<usize>,
    pub(crate) nature: Nature,
}

/// What the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    Program,
    /// Text that a language's package manager brought.
    Brought,
    Text,
}

/// A secret in a block.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Match {
    pub(crate) rule: usize,
    /// Where it stands in the text at hand.
    pub(crate) range: Range<usize>,
    /// What it says, where that is not what stands there.
    pub(crate) decoded: Option<Vec<u8>>,
    pub(crate) facts: Facts,
}

/// The secrets of a block.
#[derive(Debug, Default)]
pub(crate) struct Matches {
    /// Sorted by rule and place.
    pub(crate) found: Vec<Match>,
    /// Whether a limit ended the looking.
    pub(crate) is_cut: bool,
    /// Whether there may be a Secret of Kubernetes.
    pub(crate) has_kubernetes: bool,
}

impl Block<'_> {
    /// Finds the secrets of the block, `most` at most; `of_file` are rules that are asked of all of it.
    pub(crate) fn find(&self, engine: &Engine, of_file: &[usize], most: usize) -> Matches {
        let words = match self.nature {
            Nature::Program => &engine.program_words,
            Nature::Brought | Nature::Text => &engine.words,
        };
        let hits = words.find(self.text, &self.range);
        let mut looking = Looking {
            block: self,
            matches: Matches {
                has_kubernetes: hits.last().is_some_and(|hit| hit.rule == KUBERNETES),
                ..Matches::default()
            },
            looks_left: self.text.len().max(SMALL).saturating_mul(MOST_LOOKS),
            most,
        };
        for same in hits.chunk_by(|a, b| a.rule == b.rule) {
            if let Some((place, rule)) = same
                .first()
                .and_then(|hit| Some((hit.rule, engine.rule(hit.rule)?)))
                && (rule.path.is_empty() || of_file.contains(&place))
            {
                looking.ask(place, rule, same);
            }
        }
        for &place in of_file {
            if let Some(rule) = engine.rule(place).filter(|rule| rule.words.is_empty()) {
                looking.ask_all(place, rule);
            }
        }
        looking.matches
    }
}

struct Looking<'b> {
    block: &'b Block<'b>,
    matches: Matches,
    /// Bytes that expressions may look at.
    looks_left: usize,
    most: usize,
}

impl Looking<'_> {
    /// Asks a rule around its words.
    fn ask(&mut self, place: usize, rule: &Rule, hits: &[Hit]) {
        let text = self.block.text;
        if rule.scope == Scope::Written && self.block.nature == Nature::Brought {
            return;
        }
        let may = |hit: &&Hit| {
            let rest = || text.get(hit.at..).unwrap_or_default();
            rule.glance.is_none_or(|glance| glance(rest()))
        };
        let mut hits = hits.iter().filter(may).peekable();
        if hits.peek().is_none() {
            return;
        }
        let Some((regex, reach)) = rule.expression.compiled() else {
            return;
        };
        let mut window = 0..0;
        for hit in hits {
            let next = around(hit.at, *reach, text.len());
            if next.start <= window.end {
                window.end = next.end;
            } else {
                self.search((place, rule), regex, window);
                window = next;
            }
        }
        self.search((place, rule), regex, window);
    }

    /// Asks a rule of the whole block and of what its matches may reach.
    fn ask_all(&mut self, place: usize, rule: &Rule) {
        let Some((regex, _)) = rule.expression.compiled() else {
            return;
        };
        let Range { start, end } = self.block.range;
        let window = around(start, FURTHEST, self.block.text.len()).start
            ..around(end, FURTHEST, self.block.text.len()).end;
        self.search((place, rule), regex, window);
    }

    fn search(&mut self, (place, rule): (usize, &Rule), regex: &Regex, window: Range<usize>) {
        if !self.may_look_at(window.len()) {
            return;
        }
        let text = self.block.text;
        let Some(shown) = text.get(..window.end) else {
            return;
        };
        let mut from = window.start;
        while from < window.end
            && let Some((captures, looked_at)) = next(regex, shown, from)
        {
            if !self.may_look_at(looked_at) {
                return;
            }
            let Some(whole) = captures.get(0) else {
                return;
            };
            let Some(secret) = captures.name("s") else {
                // a branch of a user's expression that holds no secret
                from = whole.end().max(whole.start() + 1);
                continue;
            };
            from = secret.end().max(whole.start() + 1);
            // what ends with the window may go on behind it
            let is_whole = whole.end() < window.end || window.end == text.len();
            let seen = Seen {
                text,
                whole: whole.range(),
                secret: secret.range(),
            };
            let is_words = self.block.nature == Nature::Program && is_words(secret.as_bytes());
            if is_whole
                && !is_words
                && let Some(facts) = accept(rule, &seen)
            {
                self.add(Match {
                    rule: place,
                    range: facts.extent.clone().unwrap_or(seen.secret),
                    decoded: None,
                    facts,
                });
            }
            if self.matches.is_cut {
                return;
            }
        }
    }

    /// Takes bytes from those that expressions may look at; whether there were as many.
    fn may_look_at(&mut self, bytes: usize) -> bool {
        let left = self.looks_left.checked_sub(bytes);
        self.matches.is_cut |= left.is_none();
        self.looks_left = left.unwrap_or(0);
        left.is_some()
    }

    fn add(&mut self, found: Match) {
        if self.matches.found.len() < self.most {
            self.matches.found.push(found);
        } else {
            self.matches.is_cut = true;
        }
    }
}

/// Whether a long secret is but words: strings of a program stand side by side with nothing between, so that
/// the start of a token is followed by whatever comes next. Of real tokens of that length a few in a
/// hundred have no digit.
fn is_words(secret: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    secret.len() >= WORDS && secret.iter().all(is_letter)
}

/// Returns the next match, and how many bytes were looked at to find it. One that ends soon is found without
/// looking at all that follows, which some expressions would do for each of a million matches.
fn next<'t>(regex: &Regex, shown: &'t [u8], from: usize) -> Option<(Captures<'t>, usize)> {
    if !regex.is_match_at(shown, from) {
        return None;
    }
    let mut look = FIRST_LOOK;
    loop {
        let end = from.saturating_add(look).min(shown.len());
        let captures = regex.captures_at(shown.get(..end)?, from);
        let whole = captures.as_ref().and_then(|captures| captures.get(0));
        // what ends where the look ends may go on behind it
        if end == shown.len() || whole.is_some_and(|whole| whole.end() < end) {
            return Some((captures?, end - from));
        }
        look = look.saturating_mul(2);
    }
}

/// Returns the window around a word.
fn around(at: usize, reach: Reach, len: usize) -> Range<usize> {
    // one more than the longest match: what ends at the window's end does not hold the word
    at.saturating_sub(reach.before)..at.saturating_add(reach.behind + 1).min(len)
}
