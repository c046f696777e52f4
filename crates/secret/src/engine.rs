//! The rules made ready: their words in tables, their expressions compiled when a word is met.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};
use regex::bytes::{RegexSet, RegexSetBuilder};
use sha2::{Digest as _, Sha256};

use crate::block::{Block, Match, Nature};
use crate::format::Scope;
use crate::kubernetes;
use crate::rule::Rule;
use crate::rules::{OWN_FAMILY, Rules};
use crate::skim::Word;
use crate::words::{Stands, Words};

/// Counts the changes of what is found with the same rules.
const REVISION: u32 = 7;
/// Stands for a rule: the words that tell a Secret of Kubernetes.
pub(crate) const KUBERNETES: usize = usize::MAX;

/// The rules, ready to be asked; shared by all threads.
#[derive(Debug)]
pub struct Engine {
    rules: Vec<Rule>,
    /// Words of the rules for text.
    pub(crate) words: Words,
    /// Words of the rules for programs.
    pub(crate) program_words: Words,
    /// Paths of the rules for whole files, and their rules.
    paths: RegexSet,
    of_paths: Vec<usize>,
    /// Marks of these rules, and their rules.
    marks: OnceLock<Option<(AhoCorasick, Vec<usize>)>>,
    /// The rules for settings.
    pub(crate) of_settings: Vec<usize>,
    revision: String,
}

impl Engine {
    /// Makes rules ready.
    pub fn new(rules: Rules) -> Self {
        let rules = rules.list;
        let places = |is: fn(Scope) -> bool| {
            let of = move |(place, rule): (usize, &Rule)| is(rule.scope).then_some(place);
            rules.iter().enumerate().filter_map(of).collect::<Vec<_>>()
        };
        let of_paths = places(|scope| scope == Scope::File);
        let paths = of_paths.iter().filter_map(|&rule| rules.get(rule));
        let paths = paths.map(|rule| rule.path.as_str());
        Self {
            words: Words::new(
                words(&rules, |scope| scope != Scope::Setting).chain(words_of_kubernetes()),
            ),
            program_words: Words::new(words(&rules, |scope| scope == Scope::Anywhere)),
            // each is tested: those of the table by a test, those of users when they are read
            paths: RegexSetBuilder::new(paths)
                .unicode(false)
                .build()
                .unwrap_or_default(),
            of_settings: places(|scope| scope == Scope::Setting),
            revision: revision(&rules),
            of_paths,
            marks: OnceLock::new(),
            rules,
        }
    }

    /// Returns a text that is another one where the same file may have other findings.
    pub fn revision(&self) -> &str {
        &self.revision
    }

    pub(crate) fn rule(&self, place: usize) -> Option<&Rule> {
        self.rules.get(place)
    }

    /// Whether a user added rules.
    pub(crate) fn has_own_rules(&self) -> bool {
        self.rules.iter().any(|rule| rule.family == OWN_FAMILY)
    }

    /// Returns where secrets stand in a text that may hold files; none if it has more that looks like them
    /// than is looked at.
    pub(crate) fn spans(&self, text: &[u8]) -> Option<Spans> {
        let block = Block {
            text,
            range: 0..text.len(),
            nature: Nature::Text,
        };
        let of_file = self.of_text(text);
        let matches = block.find(self, &of_file, usize::MAX);
        let found = matches.found.into_iter();
        let mut spans = Spans::default();
        for Match { rule, range, .. } in found {
            match self.rule(rule).map(|rule| rule.id.as_str()) {
                Some(ANY_NAME) => spans.whole.push(before_command(text, range)),
                Some(OF_VARIABLES) => spans.of_lines.push(range),
                _ => spans.whole.push(range),
            }
        }
        if matches.has_kubernetes {
            let values = kubernetes::values(text).into_iter();
            spans.whole.extend(values.map(|it| it.range));
        }
        (!matches.is_cut).then_some(spans)
    }

    /// Returns the rules that know a file by its path and may find one in a text that has none: a history does
    /// `echo … > ~/.netrc`.
    pub(crate) fn of_text(&self, text: &[u8]) -> Vec<usize> {
        let with_marks = self.marks.get_or_init(|| {
            let of_paths = self.of_paths.iter();
            let marks = of_paths.flat_map(|&place| {
                let marks = self.rule(place).map_or(&[][..], |rule| rule.marks);
                marks.iter().map(move |mark| (*mark, place))
            });
            let (marks, places): (Vec<&str>, Vec<usize>) = marks.unzip();
            let mut builder = AhoCorasickBuilder::new();
            let found = builder.ascii_case_insensitive(true).build(marks);
            Some((found.ok()?, places))
        });
        let Some((marks, places)) = with_marks else {
            return self.of_paths.clone();
        };
        let found = marks.find_overlapping_iter(text);
        let found = found.filter_map(|mark| places.get(mark.pattern().as_usize()).copied());
        let own = self.of_paths.iter().copied().filter(|&place| {
            let rule = self.rule(place);
            rule.is_some_and(|rule| rule.family == OWN_FAMILY)
        });
        let all: BTreeSet<usize> = found.chain(own).collect();
        all.into_iter().collect()
    }

    /// Whether the rules for settings say that this one is secret.
    pub(crate) fn is_secret_setting(&self, name: &str, value: &str) -> bool {
        let text = setting(name, value);
        let block = Block {
            text: text.as_bytes(),
            range: 0..0,
            nature: Nature::Text,
        };
        !block.find(self, &self.of_settings, 1).found.is_empty()
    }

    /// Returns the rules that are asked of all of a file.
    pub(crate) fn of_path(&self, path: &[u8]) -> Vec<usize> {
        let fitting = self.paths.matches(path).into_iter();
        fitting
            .filter_map(|at| self.of_paths.get(at).copied())
            .collect()
    }
}

/// Returns the words of the rules of some scopes, as [`Words::new`] takes them.
fn words(rules: &[Rule], is_asked: fn(Scope) -> bool) -> impl Iterator<Item = (Stands, Word)> {
    let asked = rules
        .iter()
        .enumerate()
        .filter(move |(_, rule)| is_asked(rule.scope));
    asked.flat_map(|(place, rule)| {
        let word = move |text: &String| Word {
            rule: place,
            text: text.as_bytes().to_vec(),
            is_exact: rule.is_exact,
        };
        rule.words.iter().map(move |text| (rule.stands, word(text)))
    })
}

/// Where secrets stand in a text.
#[derive(Debug, Default)]
pub(crate) struct Spans {
    pub(crate) whole: Vec<Range<usize>>,
    /// Values as files of variables have them, up to the end of the line; in a script they end with a word.
    pub(crate) of_lines: Vec<Range<usize>>,
}

/// The rule that takes for a value whatever stands behind a name.
const ANY_NAME: &str = "assigned-secret";
/// The rule for files of variables.
const OF_VARIABLES: &str = "dotenv";

/// Returns the part of a value before `|` or `&` if what follows is the name of a program.
fn before_command(text: &[u8], range: Range<usize>) -> Range<usize> {
    let value = text.get(range.clone()).unwrap_or_default();
    let end = value.iter().rposition(|byte| matches!(byte, b'|' | b'&'));
    let is_of_name = |byte: &u8| byte.is_ascii_lowercase() || matches!(byte, b'/' | b'-');
    let is_name = |at: usize| {
        value
            .get(at + 1..)
            .is_some_and(|rest| rest.iter().all(is_of_name))
    };
    match end.filter(|at| is_name(*at)) {
        Some(at) => range.start..range.start + at,
        None => range,
    }
}

/// Returns a setting as its rules read it: labels write their words with points and dashes.
pub(crate) fn setting(name: &str, value: &str) -> String {
    format!("{}={value}", name.replace(['.', '-'], "_"))
}

fn words_of_kubernetes() -> impl Iterator<Item = (Stands, Word)> {
    let word = |text: &str| Word {
        rule: KUBERNETES,
        text: text.as_bytes().to_vec(),
        is_exact: true,
    };
    let words = kubernetes::WORDS.into_iter();
    words.map(move |text| (Stands::Anywhere, word(text)))
}

fn revision(rules: &[Rule]) -> String {
    let mut hash = Sha256::new();
    hash.update(REVISION.to_le_bytes());
    for rule in rules {
        let Rule {
            id,
            title,
            family,
            severity,
            words,
            is_exact,
            stands: _,
            expression,
            entropy,
            scope,
            path,
            check: _,
            glance: _,
            marks: _,
        } = rule;
        let text = expression.text();
        // lengths before texts: no two lists of rules are written alike
        hash.update(format!("{id:?}{title:?}{family:?}{severity:?}{words:?}{is_exact}{text:?}{entropy}{scope:?}{path:?}"));
    }
    let digest: [u8; 32] = hash.finalize().into();
    let short = digest.first_chunk().copied().unwrap_or_default();
    format!("{:016x}", u64::from_be_bytes(short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_rules_are_another_revision() {
        let all = Engine::new(Rules::default());
        let again = Engine::new(Rules::default());
        let fewer = Engine::new(Rules::read(b"disable: [jwt]").unwrap());
        assert_eq!(all.revision(), again.revision());
        assert_ne!(all.revision(), fewer.revision());
    }

    #[test]
    fn names_of_settings_say_that_they_are_secret() {
        let engine = Engine::new(Rules::default());
        for (name, want) in [
            ("DB_PASSWORD", true),
            ("PASSWORD_OF_DB", true),
            ("REGISTRY_CREDS", true),
            ("DB_PW", true),
            ("PW", true),
            ("PW_BROWSERS", false),
            ("SACRED", false),
        ] {
            assert_eq!(engine.is_secret_setting(name, "hunter2x9"), want, "{name}");
        }
    }

    #[test]
    fn what_follows_a_value_is_no_part_of_it() {
        for (value, want) in [
            ("ab|sh", "ab"),
            ("ab&/bin/sh", "ab"),
            ("ab|c|sh", "ab|c"),
            ("ab|cD9", "ab|cD9"),
            ("ab|", "ab"),
            ("ab", "ab"),
        ] {
            let range = before_command(value.as_bytes(), 0..value.len());
            assert_eq!(value.get(range), Some(want), "{value}");
        }
    }

    #[test]
    fn every_expression_compiles() {
        for rule in Rules::read(b"enable: [assigned-secret]").unwrap().list {
            assert!(rule.expression.compiled().is_some(), "{}", rule.id);
        }
        let engine = Engine::new(Rules::default());
        assert_eq!(engine.paths.len(), engine.of_paths.len());
    }
}
