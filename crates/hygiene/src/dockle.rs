//! Dockle's verdict on an image, code by code, as Dockle gives it.
//!
//! Source of truth: goodwithtech/dockle at commit 35171cc, and what it said about recorded images.
//! Where it is wrong it is followed here; four of its inputs make it panic, and are ordinary here.

mod accounts;
mod codes;
mod config;
mod environment;
mod files;
pub mod forms;
mod history;
mod paths;

use std::collections::{BTreeMap, BTreeSet};

use model::ImageConfig;

pub use codes::{Code, Level};
pub use files::{Entry, Files, is_account_file};

/// What a user lets pass, or wants to be told of beyond the lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Codes that do not count.
    pub ignored: BTreeSet<String>,
    /// Names of variables that may hold anything.
    pub accepted_keys: BTreeSet<String>,
    /// More parts of names that mean a secret.
    pub sensitive_words: Vec<String>,
    /// File names, or whole paths, that are fine.
    pub accepted_files: BTreeSet<String>,
    /// More file names that mean a secret.
    pub sensitive_files: Vec<String>,
    /// Extensions that are fine, without the dot.
    pub accepted_extensions: BTreeSet<String>,
    /// More extensions that mean a secret, with the dot.
    pub sensitive_extensions: Vec<String>,
    /// Whether the caller's environment asks for content trust: it says nothing about the image.
    pub has_content_trust: bool,
}

/// What is judged.
#[derive(Debug)]
pub struct Subject<'a> {
    /// Configuration and history.
    pub config: &'a ImageConfig,
    /// The same as it may be shown: what alerts quote.
    pub shown: &'a ImageConfig,
    /// The files of all layers.
    pub files: &'a Files,
    /// The reference that the image was asked for by; none if it came from an archive.
    pub name: Option<&'a str>,
}

/// What was found under one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The code.
    pub code: &'static Code,
    /// How bad it is; that of what was found last.
    pub level: Level,
    /// What was found, as it was found.
    pub alerts: Vec<Alert>,
    /// Whether the user ignores the code.
    pub is_ignored: bool,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// One sentence.
    pub text: String,
    /// A file of the image, `metadata`, or nothing.
    pub place: String,
}

/// All that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// By usual level, the worst first, then by code; those that are ignored last.
    pub findings: Vec<Finding>,
    /// The reference that the image was asked for by.
    pub name: Option<String>,
}

/// Place of what is in the configuration.
pub(crate) const METADATA: &str = "metadata";

/// What a check hands in.
#[derive(Debug, Default)]
pub(crate) struct Found(BTreeMap<&'static str, (Level, Vec<Alert>)>);

impl Found {
    /// Adds an alert of the code's usual level.
    pub(crate) fn add(&mut self, code: &'static str, place: &str, text: impl Into<String>) {
        let level = codes::find(code).map_or(Level::Info, |code| code.level);
        self.add_as(level, code, place, text);
    }

    /// Adds that something could not be looked at; what was found last decides the level of a code.
    pub(crate) fn skip(&mut self, code: &'static str, text: impl Into<String>) {
        self.add_as(Level::Skip, code, "", text);
    }

    fn add_as(&mut self, level: Level, code: &'static str, place: &str, text: impl Into<String>) {
        let (last, alerts) = self.0.entry(code).or_insert((level, Vec::new()));
        *last = level;
        alerts.push(Alert {
            text: text.into(),
            place: place.to_owned(),
        });
    }
}

impl Subject<'_> {
    /// Returns each line of the history, as it is and as it may be shown.
    fn lines(&self) -> impl Iterator<Item = (&str, &str)> {
        let steps = self.config.history.iter().zip(&self.shown.history);
        steps.map(|(step, shown)| (&*step.created_by, &*shown.created_by))
    }
}

/// Judges an image.
pub fn judge(subject: &Subject<'_>, options: &Options) -> Verdict {
    let mut found = Found::default();
    config::check(subject, options, &mut found);
    history::check(subject, &mut found);
    environment::check(subject, options, &mut found);
    accounts::check(subject.files, &mut found);
    paths::check(subject.files, options, &mut found);
    let mut findings: Vec<Finding> = found
        .0
        .into_iter()
        .filter_map(|(id, (level, alerts))| {
            Some(Finding {
                code: codes::find(id)?,
                level,
                alerts,
                is_ignored: options.ignored.contains(id),
            })
        })
        .collect();
    findings.sort_by_key(|finding| {
        let usual = std::cmp::Reverse(finding.code.level);
        (finding.is_ignored, usual, finding.code.id)
    });
    Verdict {
        findings,
        name: subject.name.map(ToOwned::to_owned),
    }
}

impl Verdict {
    /// Returns what counts.
    pub fn counting(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| !finding.is_ignored)
    }

    /// Whether anything is at least as bad as this.
    pub fn reaches(&self, level: Level) -> bool {
        self.counting().any(|finding| finding.level >= level)
    }

    /// Counts the codes of a level; those that found nothing, or are ignored, have passed.
    pub(crate) fn count(&self, level: Level) -> usize {
        match level {
            Level::Pass => codes::CODES.len() - self.counting().count(),
            Level::Ignore => self.findings.len() - self.counting().count(),
            Level::Skip | Level::Info | Level::Warn | Level::Fatal => {
                self.counting().filter(|it| it.level == level).count()
            }
        }
    }
}

#[cfg(test)]
mod tests;
