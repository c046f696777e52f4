//! What is wrong with an ignore file: entries that hide too much, or nothing any more.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::Date;
use model::{Judgement, Report};

use super::{About, Ignored, Subject, Url};

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
#[derive(Debug, Clone, Copy)]
pub struct Looked<'a> {
    /// In manifests; `None` if nobody looked at any.
    pub manifests: Option<&'a Judgement>,
    /// In images; empty if nobody looked at any.
    pub images: &'a [Report],
    /// How a package is named.
    pub url: Url,
}

/// Names that entries may have.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// All rules whose findings are called so.
    pub rules: &'a [&'a str],
    /// Rules whose findings have the name of a kind of secret.
    pub of_secrets: &'a [&'a str],
}

impl Looked<'_> {
    /// Whether an entry hides nothing of what was looked at, and speaks of nothing else.
    fn is_dead(self, entry: &Ignored) -> bool {
        if entry.is_of_images() {
            let mut subjects = self
                .images
                .iter()
                .flat_map(|it| Subject::all_of(it, self.url));
            return !self.images.is_empty() && !subjects.any(|it| entry.is_of(&it));
        }
        let hides = |judged: &Judgement| judged.found.iter().any(|it| entry.is_of(&it.into()));
        self.manifests.is_some_and(|judged| !hides(judged))
    }
}

/// Returns the faults in the order of the entries.
pub fn lint(ignored: &[Ignored], looked: Looked<'_>, known: Known<'_>, today: Date) -> Vec<Fault> {
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
        if !seen.insert((id, entry.patterns(), entry.kind_and_packages())) {
            add(false, format!("{id} is there twice"));
        }
        if entry.is_too_wide() {
            add(
                true,
                format!("{id} is ignored everywhere: say where with `match`"),
            );
        }
        if let Some(why) = entry.why_of_none(known) {
            // a list of Trivy's may name its own rules, which mean nothing here and do no harm
            add(entry.about == Some(About::Rule), why);
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

    /// Returns what else tells entries apart.
    fn kind_and_packages(&self) -> (Option<About>, String) {
        (self.about, format!("{:?}", self.only.purls))
    }

    /// Says why it is about a rule whose name no finding has, if so.
    fn why_of_none(&self, known: Known<'_>) -> Option<String> {
        let id = &*self.id;
        if !self.is_of_rule() || known.rules.contains(&id) {
            return None;
        }
        Some(if known.of_secrets.contains(&id) {
            format!(
                "what {id} speaks of is called by the kind of secret, such as github-token: it hides nothing"
            )
        } else {
            format!("no rule is called {id}: it hides nothing")
        })
    }

    /// Whether it is about an image: an advisory, a secret, a rule about the way it is built, or it
    /// says which package. All else is a rule about manifests.
    fn is_of_images(&self) -> bool {
        matches!(self.about, Some(About::Problem | About::Secret))
            || !self.is_of_rule()
            || OF_IMAGES.iter().any(|it| self.id.starts_with(it))
            || self.only.package.is_some()
    }

    /// Whether its id has the form of a rule's: `CTR-PRIVILEGED`. Advisories have numbers, and rules
    /// about secrets are small.
    fn is_of_rule(&self) -> bool {
        if let Some(about) = self.about {
            return about == About::Rule;
        }
        let mut chars = self.id.chars();
        chars.all(|c| c.is_ascii_uppercase() || matches!(c, '-' | '*'))
    }

    /// Whether every pattern takes everything.
    fn is_too_wide(&self) -> bool {
        let is_all = |pattern: &str| pattern.chars().all(|c| matches!(c, '*' | '/'));
        self.only.purls.is_empty() && self.patterns().into_iter().all(is_all)
    }
}
