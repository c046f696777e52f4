//! Since when flaws are known of which no publisher says so, as of most of Alpine's: since the day on which the
//! data first told of them for an image that was looked at before.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use jiff::civil::Date;
use model::Digest;
use policy::image_policy::{Found, FoundKind, ImageFacts};

/// What was known of an image.
#[derive(Debug)]
struct Former {
    /// Hashes of its flaws without a day, sorted.
    ids: Vec<u64>,
    /// Those that became known here.
    news: BTreeMap<String, Date>,
}

/// What was known of images when all was forgotten, within a limit.
#[derive(Debug, Default)]
pub(super) struct Histories(BTreeMap<Digest, Former>);

impl Histories {
    /// Keeps what is known of images, before it is forgotten.
    pub(super) fn keep<'f>(&mut self, images: impl Iterator<Item = &'f ImageFacts>, most: usize) {
        let images = images.filter_map(|facts| Some((facts.known_by()?, Former::of(facts))));
        self.0.extend(images);
        let mut bytes = self.bytes();
        while bytes > most
            && let Some((_, former)) = self.0.pop_first()
        {
            bytes = bytes.saturating_sub(former.bytes());
        }
    }

    /// Returns about how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.0.values().map(Former::bytes).sum()
    }

    /// Tells an image what of it is new today; `old` is what was known of it, if that is not forgotten.
    pub(super) fn tell(&mut self, facts: &mut ImageFacts, old: Option<&ImageFacts>, today: Date) {
        let Some(digest) = facts.known_by() else {
            return;
        };
        let forgotten = self.0.remove(&digest);
        if let Some(former) = old.map(Former::of).or(forgotten) {
            let undated = undated(facts).map(|it| (it.id.clone(), hash(it)));
            let news = undated.filter_map(|(id, hash)| {
                let is_new = former.ids.binary_search(&hash).is_err();
                let since = former.news.get(&id).copied();
                let since = since.or(is_new.then_some(today))?;
                Some((id, since))
            });
            facts.news = news.collect();
        }
    }
}

impl Former {
    fn of(facts: &ImageFacts) -> Self {
        let mut ids: Vec<u64> = undated(facts).map(hash).collect();
        ids.sort_unstable();
        ids.dedup();
        Self {
            ids,
            news: facts.news.clone(),
        }
    }

    fn bytes(&self) -> usize {
        let news = self.news.len().saturating_mul(64);
        size_of::<(Digest, Self)>() + size_of_val(&*self.ids) + news
    }
}

/// Returns the flaws of which nobody says since when they are known.
fn undated(facts: &ImageFacts) -> impl Iterator<Item = &Found> {
    let found = facts.found.iter().map(|it| &**it);
    found.filter(|it| it.kind == FoundKind::Vulnerability && it.since.is_none())
}

fn hash(found: &Found) -> u64 {
    let mut hasher = DefaultHasher::new();
    found.id.hash(&mut hasher);
    hasher.finish()
}
