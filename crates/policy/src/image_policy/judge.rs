//! The one function that decides.

use std::collections::BTreeSet;
use std::iter::once;
use std::sync::Arc;

use jiff::civil::Date;
use model::{ImageName, Misconfiguration};

use super::asked::{Asked, AskedImage, Known};
use super::conditions::{Objection, Of, Question};
use super::decided::Decided;
use super::exceptions::Holding;
use super::facts::{Found, FoundKind};
use super::verdict::{Outcome, Reason, Used, Verdict};
use super::{ImagePolicy, Mode, Rule};

/// What stands for a rule where nobody can judge an object.
const UNJUDGED: &str = "unjudged";

/// Decides about what is asked, on a day.
///
/// Pure: the same policy, question and day give the same verdict, whoever asks.
pub fn judge(policy: &ImagePolicy, asked: &Asked<'_>, today: Date) -> Verdict {
    judge_by(policy, asked, today, |image| {
        Arc::new(Decided::of(policy, asked, image, today))
    })
}

/// The same, for who remembers what was decided about images: `decide` is called for each.
pub fn judge_by(
    policy: &ImagePolicy,
    asked: &Asked<'_>,
    today: Date,
    mut decide: impl FnMut(&AskedImage<'_>) -> Arc<Decided>,
) -> Verdict {
    let mut judging = Judging::new(policy, asked, today);
    if policy.concerns(asked) {
        judging.workload();
        for image in asked.images {
            let decided = decide(image);
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
    let mode = policy.strictest(asked.namespace);
    judging.reasons.extend(mode.map(|mode| Reason {
        rule: UNJUDGED.to_owned(),
        mode,
        subject: asked.object.to_owned(),
        is_image: false,
        ids: Vec::new(),
        text: why.to_owned(),
        fix: "change it, or leave its namespace out in `match` of the policy".to_owned(),
    }));
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
        let counting: Vec<&Misconfiguration> = found
            .filter(|it| {
                let image = it.image.as_deref().and_then(|image| image.parse().ok());
                let holding = self.holding(image.as_ref());
                !self.is_excepted(&holding, once(it.rule.id), "")
            })
            .collect();
        let holding = self.holding(None);
        for rule in self.rules(Of::Object) {
            let question = Question {
                name: None,
                facts: None,
                found: &[],
                misconfigurations: &counting,
                today: self.today,
            };
            if let Some(objection) = (rule.judge)(&question) {
                self.object(rule, (self.asked.object, false), &holding, objection);
            }
        }
    }

    fn image(&mut self, image: &'a AskedImage<'a>) {
        let name: Result<ImageName, _> = image.name.parse();
        let facts = match &image.known {
            Known::Scanned(facts) => Some(*facts),
            Known::Unscanned(_) | Known::Unscannable(_) | Known::Unreachable(_) => None,
        };
        let holding = self.holding(name.as_ref().ok());
        let found = facts.into_iter().flat_map(|facts| &facts.found);
        let found: Vec<&Found> = found
            .map(|it| &**it)
            .filter(|it| {
                if self.is_in_grace(image, it) {
                    return false;
                }
                let aliases = it.aliases.iter().map(String::as_str);
                let ids = once(it.id.as_str()).chain(aliases);
                !self.is_excepted(&holding, ids, &it.package)
            })
            .collect();
        let ask = |judging: &mut Self, rule: &Rule| {
            let question = Question {
                name: Some(name.clone().map_err(|bad| bad.to_string())),
                facts,
                found: &found,
                misconfigurations: &[],
                today: judging.today,
            };
            if let Some(objection) = (rule.judge)(&question) {
                let subject = (ImageName::shown(image.name), true);
                judging.object(rule, subject, &holding, objection);
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
            let is_told = facts.is_none_or(|facts| facts.running.is_some());
            if is_joined && !is_told {
                let why = "it does not tell how it runs, or more than is kept";
                let unknown = AskedImage {
                    known: Known::Unscannable(why.to_owned()),
                    ..*image
                };
                self.case(&unknown, &holding);
            }
            self.case(image, &holding);
        }
        for rule in of_scans.into_iter().filter(|_| facts.is_some()) {
            ask(self, rule);
        }
    }

    /// Whether what runs already may run on: what is wrong with it became known only lately.
    fn is_in_grace(&self, image: &AskedImage<'_>, found: &Found) -> bool {
        let is_new = |days| {
            found
                .since
                .is_some_and(|since| i64::from((self.today - since).get_days()) < days)
        };
        image.runs_already
            && found.kind == FoundKind::Vulnerability
            && self.policy.running_days.is_some_and(is_new)
    }

    fn case(&mut self, image: &AskedImage<'_>, holding: &Holding<'_>) {
        let Some((case, action, text, fix)) = self.policy.cases.of(&image.known, self.today) else {
            return;
        };
        if self.is_excepted(holding, once(case.name()), "") {
            return;
        }
        self.reasons.push(Reason {
            rule: case.name().to_owned(),
            mode: action.mode(),
            subject: ImageName::shown(image.name).to_owned(),
            is_image: true,
            ids: Vec::new(),
            text,
            fix: fix.to_owned(),
        });
    }

    /// Takes an objection, unless the rule itself is excepted there.
    fn object(
        &mut self,
        rule: &Rule,
        (subject, is_image): (&str, bool),
        holding: &Holding<'_>,
        objection: Objection,
    ) {
        if self.is_excepted(holding, once(&*rule.name), "") {
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

    /// Returns the exceptions for an image; for none, those for the workload itself.
    fn holding(&self, image: Option<&ImageName>) -> Holding<'a> {
        let (policy, namespace) = (self.policy, self.asked.namespace);
        Holding::new(&policy.exceptions, image, namespace, self.today)
    }

    fn is_excepted<'i>(
        &mut self,
        holding: &Holding<'_>,
        mut ids: impl Iterator<Item = &'i str> + Clone,
        package: &str,
    ) -> bool {
        let Some(exception) = holding.find(&ids, package) else {
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
