//! What was decided about one image, so that it need not be decided again.

use std::collections::BTreeSet;

use jiff::civil::Date;
use model::Digest;

use super::ImagePolicy;
use super::asked::{Asked, AskedImage};
use super::judge::judge_image;
use super::verdict::{Reason, Used};

/// What was decided about an image, and what it was decided by, but for the facts: keep it with these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    pub(super) reasons: Vec<Reason>,
    pub(super) used: BTreeSet<Used>,
    policy: Digest,
    day: Date,
    image: String,
    namespace: String,
    /// Which rules concern what was asked, by their places: all that labels decide.
    rules: Vec<bool>,
    is_of_object: bool,
    runs_already: bool,
}

impl Decided {
    /// Decides about an image of what is asked, on a day.
    pub fn of(
        policy: &ImagePolicy,
        asked: &Asked<'_>,
        image: &AskedImage<'_>,
        today: Date,
    ) -> Self {
        let (reasons, used) = judge_image(policy, asked, image, today);
        Self {
            reasons,
            used,
            policy: policy.digest,
            day: today,
            image: image.name.to_owned(),
            namespace: asked.namespace.to_owned(),
            rules: concerning(policy, asked).collect(),
            is_of_object: !asked.object.is_empty(),
            runs_already: image.runs_already,
        }
    }

    /// Returns the same without the ids of flaws and rules that reasons are about.
    #[must_use]
    pub fn without_ids(mut self) -> Self {
        for reason in &mut self.reasons {
            reason.ids = Vec::new();
        }
        self
    }

    /// Whether the same would be decided now, of the same facts.
    pub fn holds(
        &self,
        policy: &ImagePolicy,
        asked: &Asked<'_>,
        image: &AskedImage<'_>,
        today: Date,
    ) -> bool {
        self.policy == policy.digest
            && self.day == today
            && self.image == image.name
            && self.namespace == asked.namespace
            && self.is_of_object != asked.object.is_empty()
            && self.runs_already == image.runs_already
            && concerning(policy, asked).eq(self.rules.iter().copied())
    }

    /// Returns about how many bytes it takes.
    pub fn bytes(&self) -> usize {
        let reasons = self.reasons.iter().map(|reason| {
            let ids = reason.ids.iter().map(|id| id.len().saturating_add(40));
            let texts = [&reason.rule, &reason.subject, &reason.text, &reason.fix];
            let texts = texts.into_iter().map(|text| text.len().saturating_add(16));
            ids.chain(texts)
                .fold(size_of::<Reason>(), usize::saturating_add)
        });
        let used = self.used.iter().map(|used| {
            let texts = [&used.id, &used.reason, &used.owner];
            let texts = texts.into_iter().map(|text| text.len().saturating_add(16));
            texts.fold(size_of::<Used>(), usize::saturating_add)
        });
        let own = [self.image.len(), self.namespace.len(), self.rules.len()];
        reasons
            .chain(used)
            .chain(own)
            .fold(size_of::<Self>(), usize::saturating_add)
    }
}

/// Says of each rule whether it concerns what is asked.
fn concerning<'a>(
    policy: &'a ImagePolicy,
    asked: &'a Asked<'_>,
) -> impl Iterator<Item = bool> + use<'a> {
    policy.rules.iter().map(|rule| rule.scope.has(asked))
}
