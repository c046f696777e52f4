//! The words of all rules in a text: those of tokens in its long runs of their characters, the others
//! everywhere.

use std::ops::Range;

use crate::runs::{self, LEAST};
use crate::skim::{Hit, Skim, Word};
use crate::sweep::Sweep;

/// Where the words of a rule stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stands {
    /// With all of the token in one run of its characters, [`LEAST`] or more of them.
    InRun,
    Anywhere,
}

/// The words of some rules.
#[derive(Debug)]
pub(crate) struct Words {
    of_runs: Skim,
    others: Others,
    /// Bytes of the longest one.
    longest: usize,
}

/// Words that may stand anywhere.
#[derive(Debug)]
enum Others {
    Few(Sweep),
    /// More than can be swept for, as a user's rules may have, or by a processor that cannot.
    Many(Skim),
}

impl Words {
    /// Takes words, and where each stands; those of less than three bytes are never found.
    pub(crate) fn new(words: impl Iterator<Item = (Stands, Word)>) -> Self {
        let mut longest = 0;
        let (mut of_runs, mut others) = (Vec::new(), Vec::new());
        for (stands, word) in words.filter(|(_, word)| word.text.len() >= 3) {
            longest = longest.max(word.text.len());
            match stands {
                Stands::InRun => of_runs.push(word),
                Stands::Anywhere => others.push(word),
            }
        }
        Self {
            of_runs: Skim::new(of_runs),
            others: Sweep::new(others)
                .map_or_else(|words| Others::Many(Skim::new(words)), Others::Few),
            longest,
        }
    }

    /// Returns the words that begin within `range` of a text, sorted by rule and place.
    pub(crate) fn find(&self, text: &[u8], range: &Range<usize>) -> Vec<Hit> {
        let mut hits = Vec::new();
        // a run, and a word in it, may begin before the range and end behind it
        let start = range.start.saturating_sub(LEAST);
        let end = range.end.saturating_add(self.longest.max(LEAST));
        let part = text.get(start..end.min(text.len())).unwrap_or_default();
        runs::each(part, |run| {
            let token = part.get(run.clone()).unwrap_or_default();
            self.of_runs.find(token, start + run.start, &mut hits);
        });
        match &self.others {
            Others::Few(sweep) => sweep.find(part, start, &mut hits),
            Others::Many(skim) => skim.find(part, start, &mut hits),
        }
        hits.retain(|hit| range.contains(&hit.at));
        hits.sort_unstable();
        hits.dedup();
        hits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[(Stands, &str)]) -> Words {
        let word = |(rule, (stands, text)): (usize, &(Stands, &str))| {
            let word = Word {
                rule,
                text: text.as_bytes().to_vec(),
                is_exact: true,
            };
            (*stands, word)
        };
        Words::new(words.iter().enumerate().map(word))
    }

    fn places(words: &Words, text: &str, range: Range<usize>) -> Vec<(usize, usize)> {
        let hits = words.find(text.as_bytes(), &range);
        hits.into_iter().map(|hit| (hit.rule, hit.at)).collect()
    }

    #[test]
    fn what_begins_outside_the_range_belongs_to_another() {
        for stands in [Stands::InRun, Stands::Anywhere] {
            let words = words(&[(stands, "abcdef")]);
            let text = "abcdefabcdef........";
            for (range, want) in [
                (0..6, &[(0, 0)][..]),
                (0..7, &[(0, 0), (0, 6)]),
                (1..12, &[(0, 6)]),
                (1..6, &[]),
                (6..7, &[(0, 6)]),
            ] {
                assert_eq!(places(&words, text, range.clone()), want, "{range:?}");
            }
        }
    }

    #[test]
    fn words_are_found_however_many_there_are() {
        for count in [1, 60, 500] {
            let texts: Vec<String> = (0..count).map(|number| format!("w{number:03}.")).collect();
            let all: Vec<(Stands, &str)> = texts
                .iter()
                .map(|text| (Stands::Anywhere, &**text))
                .collect();
            let words = words(&all);
            let text = texts.concat();
            let found = places(&words, &text, 0..text.len());
            let want: Vec<(usize, usize)> = (0..count).map(|at| (at, 5 * at)).collect();
            assert_eq!(found, want, "{count}");
        }
    }

    #[test]
    fn words_of_tokens_are_found_in_long_runs_only() {
        let words = words(&[(Stands::InRun, "ghp_"), (Stands::Anywhere, "hip")]);
        for (text, want) in [
            ("ghp_0123456789abcdef", &[(0, 0)][..]),
            ("ghp_0123456789abcde", &[]),
            ("ghp_0123456789abcde f", &[]),
            ("ghp_ hip", &[(1, 5)]),
            ("0123456789abcdefghp_", &[(0, 16)]),
            (" 0123456789abcdefghp_ hip", &[(0, 17), (1, 22)]),
        ] {
            assert_eq!(places(&words, text, 0..text.len()), want, "{text}");
        }
    }

    #[test]
    fn no_place_is_left_out_whatever_stands_around() {
        let words = words(&[(Stands::InRun, "ghp_")]);
        for before in 0..150 {
            for behind in [0, 1, 7, 70] {
                for start in [0, before / 2, before] {
                    let (before, behind) = ("\0".repeat(before), "\0".repeat(behind));
                    let text = format!("{before}ghp_0123456789abcdef{behind}");
                    let range = start..text.len();
                    let want = [(0, before.len())];
                    assert_eq!(places(&words, &text, range), want, "{text:?}");
                }
            }
        }
    }
}
