//! What is wrong with an ignore file: entries that hide too much, or nothing any more.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::Date;
use model::{Judgement, Report};

use super::{Ignored, Subject};

/// Something about an entry that its owner should mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// File and line.
    pub place: String,
    /// What is wrong, as one sentence without a final period.
    pub why: String,
    /// Whether it is only a warning: the entry still holds.
    pub is_warning: bool,
}

/// What was found, before anything was ignored: it tells which entries are dead.
#[derive(Debug, Clone, Copy, Default)]
pub struct Looked<'a> {
    /// In manifests; `None` if nobody looked at any.
    pub manifests: Option<&'a Judgement>,
    /// In images; empty if nobody looked at any.
    pub images: &'a [Report],
}

impl Looked<'_> {
    /// Whether an entry hides nothing of what was looked at, and speaks of nothing else.
    fn is_dead(self, entry: &Ignored) -> bool {
        if entry.is_of_images() {
            let mut subjects = self.images.iter().flat_map(Subject::all_of);
            return !self.images.is_empty() && !subjects.any(|it| entry.is_of(&it));
        }
        let hides = |judged: &Judgement| judged.found.iter().any(|it| entry.is_of(&it.into()));
        self.manifests.is_some_and(|judged| !hides(judged))
    }
}

/// Returns the faults in the order of the entries; `rules` are the ids of all rules that there are.
pub fn lint(ignored: &[Ignored], looked: Looked<'_>, rules: &[&str], today: Date) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for entry in ignored {
        let mut add = |is_warning, why: String| {
            faults.push(Fault {
                place: entry.place.clone(),
                why,
                is_warning,
            });
        };
        let id = &entry.id;
        if entry.is_expired(today) {
            add(false, format!("{id} counts again: its day is past"));
        } else if entry.until.is_some_and(|until| until <= soon(today)) {
            add(true, format!("{id} counts again in less than two weeks"));
        }
        if !seen.insert((id, entry.patterns())) {
            add(false, format!("{id} is there twice"));
        }
        if entry.is_too_wide() {
            add(
                true,
                format!("{id} is ignored everywhere: say where with `match`"),
            );
        }
        if entry.is_of_rule() && !rules.contains(&&*entry.id) {
            add(false, format!("no rule is called {id}: it hides nothing"));
            continue;
        }
        if looked.is_dead(entry) {
            add(false, format!("{id} hides nothing: it can go"));
        }
    }
    faults
}

/// Families of the rules about images; those about manifests are others.
const OF_IMAGES: [&str; 10] = [
    "BAS-", "DAT-", "FRE-", "FUN-", "LAB-", "LAY-", "MIN-", "SEC-", "SUP-", "USR-",
];

fn soon(today: Date) -> Date {
    today.saturating_add(14.days())
}

impl Ignored {
    /// Returns the patterns of `match`, empty where there is none.
    fn patterns(&self) -> [&str; 4] {
        let only = &self.only;
        [&only.image, &only.package, &only.path, &only.object]
            .map(|glob| glob.as_ref().map_or("", |glob| &*glob.text))
    }

    /// Whether it is about an image: an advisory, a secret, a rule about the way it is built, or it
    /// says which package. All else is a rule about manifests.
    fn is_of_images(&self) -> bool {
        !self.is_of_rule()
            || OF_IMAGES.iter().any(|it| self.id.starts_with(it))
            || self.only.package.is_some()
    }

    /// Whether its id has the form of a rule's: `CTR-PRIVILEGED`. Advisories have numbers, and rules
    /// about secrets are small.
    fn is_of_rule(&self) -> bool {
        let mut chars = self.id.chars();
        chars.all(|c| c.is_ascii_uppercase() || matches!(c, '-' | '*'))
    }

    /// Whether every pattern takes everything.
    fn is_too_wide(&self) -> bool {
        let is_all = |pattern: &str| pattern.chars().all(|c| matches!(c, '*' | '/'));
        self.patterns().into_iter().all(is_all)
    }
}
