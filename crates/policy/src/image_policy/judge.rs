//! The one function that decides.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::once;
use std::sync::Arc;

use jiff::civil::Date;
use model::{ImageName, Misconfiguration};

use super::asked::{Asked, AskedImage, Known};
use super::conditions::{Objection, Of, Question};
use super::decided::Decided;
use super::exceptions::Place;
use super::facts::{Found, FoundKind};
use super::names::Spelled;
use super::verdict::{Outcome, Reason, Used, Verdict};
use super::{ImageFacts, ImagePolicy, Mode, Rule};

/// What stands for a rule where nobody can judge an object.
const UNJUDGED: &str = "unjudged";

/// What to do about an object that cannot be read.
const UNREAD: &str = "change it, or leave its namespace out in `match` of the policy";

/// Returns an image as reasons name it: a container may name none.
fn shown(image: &str) -> &str {
    match ImageName::shown(image) {
        "" => "a container without an image",
        name => name,
    }
}

/// Decides about what is asked, on a day.
///
/// Pure: the same policy, question and day give the same verdict, whoever asks.
pub fn judge(policy: &ImagePolicy, asked: &Asked<'_>, today: Date) -> Verdict {
    judge_by(policy, asked, today, |image| {
        Some(Arc::new(Decided::of(policy, asked, image, today)))
    })
}

/// The same, for who remembers what was decided about images: `decide` is called for each, until it returns
/// none, as there is no more time: nobody can judge the rest.
pub fn judge_by(
    policy: &ImagePolicy,
    asked: &Asked<'_>,
    today: Date,
    mut decide: impl FnMut(&AskedImage<'_>) -> Option<Arc<Decided>>,
) -> Verdict {
    let mut judging = Judging::new(policy, asked, today);
    if policy.concerns(asked) {
        judging.workload();
        let mut left = asked.images.iter();
        while let Some(image) = left.next() {
            let Some(decided) = decide(image) else {
                judging.out_of_time(image, left.len());
                break;
            };
            judging.reasons.extend(decided.reasons.iter().cloned());
            judging.used.extend(decided.used.iter().cloned());
        }
    }
    judging.verdict()
}

/// Decides about an object that nobody can judge: what would come of the worst of it, if there is a rule for
/// its namespace at all. Labels are not looked at, as they may be what cannot be read.
pub fn unjudged(policy: &ImagePolicy, asked: &Asked<'_>, why: &str, today: Date) -> Verdict {
    let mut judging = Judging::new(policy, asked, today);
    judging.unjudged((asked.object, false), why.to_owned(), UNREAD);
    judging.verdict()
}

/// Decides about one image of what is asked.
pub(super) fn judge_image(
    policy: &ImagePolicy,
    asked: &Asked<'_>,
    image: &AskedImage<'_>,
    today: Date,
) -> (Vec<Reason>, BTreeSet<Used>) {
    let mut judging = Judging::new(policy, asked, today);
    judging.image(image);
    (judging.reasons, judging.used)
}

struct Judging<'a> {
    policy: &'a ImagePolicy,
    asked: &'a Asked<'a>,
    today: Date,
    reasons: Vec<Reason>,
    used: BTreeSet<Used>,
}

impl<'a> Judging<'a> {
    const fn new(policy: &'a ImagePolicy, asked: &'a Asked<'a>, today: Date) -> Self {
        Self {
            policy,
            asked,
            today,
            reasons: Vec::new(),
            used: BTreeSet::new(),
        }
    }

    /// Returns the rules of a kind that concern what is asked.
    fn rules(&self, of: Of) -> impl Iterator<Item = &'a Rule> + use<'a> {
        let asked = self.asked;
        let rules = self.policy.rules.iter();
        rules.filter(move |rule| rule.of == of && rule.scope.has(asked))
    }

    fn workload(&mut self) {
        // what an annotation of the object waives counts: whoever writes the object writes that, too
        let found = self.asked.misconfigurations.iter();
        let mut names: BTreeMap<&str, Option<Spelled>> = BTreeMap::new();
        let counting: Vec<&Misconfiguration> = found
            .filter(|it| {
                let image = it.image.as_deref().and_then(|image| {
                    let name = names.entry(image);
                    let name = name.or_insert_with(|| image.parse().ok().map(Spelled::new));
                    name.as_ref()
                });
                !self.is_excepted(image, once(it.rule.id), "")
            })
            .collect();
        for rule in self.rules(Of::Object) {
            let question = Question {
                name: None,
                facts: None,
                found: &[],
                misconfigurations: &counting,
                today: self.today,
            };
            if let Some(objection) = (rule.judge)(&question) {
                self.object(rule, (self.asked.object, false), None, objection);
            }
        }
    }

    fn image(&mut self, image: &'a AskedImage<'a>) {
        let name = image.name.parse().map(Spelled::new);
        let name = name.map_err(|bad: model::BadImageName| bad.to_string());
        let spelled = name.as_ref().ok();
        let facts = match &image.known {
            Known::Scanned(facts) => Some(*facts),
            Known::Unscanned(_) | Known::Unscannable(_) | Known::Unreachable(_) => None,
        };
        let found = facts.into_iter().flat_map(|facts| &facts.found);
        let found: Vec<&Found> = found
            .map(|it| &**it)
            .filter(|it| {
                let news = facts.map(|facts| &facts.news);
                let new_since = news.and_then(|news| news.get(&it.id).copied());
                if self.is_in_grace(image, it, new_since) {
                    return false;
                }
                let aliases = it.aliases.iter().map(String::as_str);
                let ids = once(it.id.as_str()).chain(aliases);
                !self.is_excepted(spelled, ids, &it.package)
            })
            .collect();
        let ask = |judging: &mut Self, rule: &Rule| {
            let question = Question {
                name: Some(name.as_ref().map_err(String::as_str)),
                facts,
                found: &found,
                misconfigurations: &[],
                today: judging.today,
            };
            if let Some(objection) = (rule.judge)(&question) {
                let subject = (shown(image.name), true);
                judging.object(rule, subject, spelled, objection);
            }
        };
        for rule in self.rules(Of::Name) {
            ask(self, rule);
        }
        let of_scans: Vec<&Rule> = self.rules(Of::Scan).collect();
        // without an object, nothing stands beside the image
        let mut of_objects = self.rules(Of::Object);
        let is_joined = !self.asked.object.is_empty() && of_objects.any(|rule| rule.is_joined);
        if !of_scans.is_empty() || is_joined {
            if is_joined && facts.is_some_and(ImageFacts::is_untold) {
                let why = "it does not tell how it runs, or more than is kept";
                let unknown = AskedImage {
                    known: Known::Unscannable(why.to_owned()),
                    ..*image
                };
                self.case(&unknown, spelled);
            }
            self.case(image, spelled);
        }
        for rule in of_scans.into_iter().filter(|_| facts.is_some()) {
            ask(self, rule);
        }
    }

    /// Whether what runs already may run on: what is wrong with it became known only lately.
    fn is_in_grace(&self, image: &AskedImage<'_>, found: &Found, new_since: Option<Date>) -> bool {
        let since = found.since.or(new_since);
        let is_new =
            |days| since.is_some_and(|since| i64::from((self.today - since).get_days()) < days);
        image.runs_already
            && found.kind == FoundKind::Vulnerability
            && self.policy.running_days.is_some_and(is_new)
    }

    fn case(&mut self, image: &AskedImage<'_>, name: Option<&Spelled>) {
        let oldest = match &image.known {
            Known::Scanned(facts) => self.policy.oldest(facts),
            Known::Unscanned(_) | Known::Unscannable(_) | Known::Unreachable(_) => None,
        };
        let case = self.policy.cases.of(&image.known, oldest, self.today);
        let Some((case, action, text, fix)) = case else {
            return;
        };
        if self.is_excepted(name, once(case.name()), "") {
            return;
        }
        self.reasons.push(Reason {
            rule: case.name().to_owned(),
            mode: action.mode(),
            subject: shown(image.name).to_owned(),
            is_image: true,
            ids: Vec::new(),
            text,
            fix: fix.to_owned(),
        });
    }

    /// Says of an image, and of how many after it, that there was no time for them.
    fn out_of_time(&mut self, image: &AskedImage<'_>, more: usize) {
        let more = match more {
            0 => String::new(),
            more => format!(" with {} after it", model::counted(more, "image")),
        };
        let subject = (shown(image.name), true);
        let why = format!("the time was over before it was judged{more}");
        self.unjudged(subject, why, "ask again, about fewer images at a time");
    }

    /// Says of something that nobody can judge it, if any rule concerns its namespace.
    fn unjudged(&mut self, (subject, is_image): (&str, bool), text: String, fix: &str) {
        let mode = self.policy.strictest(self.asked.namespace);
        self.reasons.extend(mode.map(|mode| Reason {
            rule: UNJUDGED.to_owned(),
            mode,
            subject: subject.to_owned(),
            is_image,
            ids: Vec::new(),
            text,
            fix: fix.to_owned(),
        }));
    }

    /// Takes an objection, unless the rule itself is excepted there.
    fn object(
        &mut self,
        rule: &Rule,
        (subject, is_image): (&str, bool),
        name: Option<&Spelled>,
        objection: Objection,
    ) {
        if self.is_excepted(name, once(&*rule.name), "") {
            return;
        }
        self.reasons.push(Reason {
            rule: rule.name.clone(),
            mode: rule.mode,
            subject: subject.to_owned(),
            is_image,
            ids: objection.ids,
            text: objection.text,
            fix: objection.fix,
        });
    }

    /// Whether something of an image, or of the workload itself, is excepted.
    fn is_excepted<'i>(
        &mut self,
        image: Option<&Spelled>,
        mut ids: impl Iterator<Item = &'i str> + Clone,
        package: &str,
    ) -> bool {
        let place = Place {
            image,
            namespace: self.asked.namespace,
            today: self.today,
        };
        let exceptions = &self.policy.exceptions;
        let Some(exception) = exceptions.find(&place, &ids, package) else {
            return false;
        };
        self.used.insert(Used {
            id: ids.next().unwrap_or_default().to_owned(),
            reason: exception.reason.clone(),
            owner: exception.owner.clone(),
            until: exception.until,
        });
        true
    }

    fn verdict(mut self) -> Verdict {
        // what denies stands first, then in the order of the file and of the images
        self.reasons
            .sort_by_key(|reason| std::cmp::Reverse(reason.mode));
        self.reasons.dedup();
        let worst = self.reasons.first().map(|reason| reason.mode);
        let outcome = match worst {
            Some(Mode::Enforce) => Outcome::Deny,
            Some(Mode::Warn) => Outcome::Warn,
            Some(Mode::Audit) | None => Outcome::Allow,
        };
        let broken_glass = self
            .policy
            .break_glass
            .as_ref()
            .filter(|_| outcome == Outcome::Deny)
            .and_then(|glass| glass.broken(self.asked));
        Verdict {
            outcome: if broken_glass.is_some() {
                Outcome::Warn
            } else {
                outcome
            },
            reasons: self.reasons,
            used: self.used.into_iter().collect(),
            broken_glass,
            policy: self.policy.label(),
        }
    }
}
