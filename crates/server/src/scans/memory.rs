//! What is kept in memory of images and of names, within a limit: what was not used for longest goes first.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use model::Digest;
use policy::image_policy::{Decided, ImageFacts};
use tokio::time::Instant;

use super::history::Histories;
use super::seen::{KnownImage, Seen};
use super::shared::Shared;

/// Names of which it is remembered what they lead to.
const MOST_NAMES: usize = 50_000;

/// How long after a look that was due the next one begins.
const DUE_AGAIN: Duration = Duration::from_mins(1);

/// How long what a name led to is remembered for a time in which its registry tells nothing.
const BEFORE: Duration = Duration::from_hours(6);

/// Of what is kept this part goes at once, so that it is not counted again for each image.
const PART: usize = 8;

/// What is kept.
pub(super) struct Memory {
    /// Bytes of all.
    most: usize,
    names: BTreeMap<String, Named>,
    name_bytes: usize,
    images: BTreeMap<Digest, Kept>,
    /// Of images, beside what they share.
    image_bytes: usize,
    shared: Shared,
    histories: Histories,
    history_bytes: usize,
    /// Rises with each use: the lowest were not used for longest.
    use_count: u64,
}

struct Named {
    seen: Seen,
    /// When that was found.
    since: Instant,
    until: Instant,
    /// When it may be looked at again because its facts are of yesterday.
    due: Instant,
}

struct Kept {
    image: Arc<KnownImage>,
    last_use: u64,
}

impl Memory {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            names: BTreeMap::new(),
            name_bytes: 0,
            images: BTreeMap::new(),
            image_bytes: 0,
            shared: Shared::default(),
            histories: Histories::default(),
            history_bytes: 0,
            use_count: 0,
        }
    }

    pub(super) fn images(&self) -> usize {
        self.images.len()
    }

    /// Returns about how many bytes all takes.
    pub(super) fn bytes(&self) -> usize {
        self.name_bytes
            .saturating_add(self.image_bytes)
            .saturating_add(self.shared.bytes())
            .saturating_add(self.history_bytes)
    }

    /// Forgets all but what was known, for those who ask since when something is.
    pub(super) fn forget(&mut self) {
        let mut histories = std::mem::take(&mut self.histories);
        histories.keep(self.facts(), self.most / PART);
        *self = Self {
            use_count: self.use_count,
            history_bytes: histories.bytes(),
            histories,
            ..Self::new(self.most)
        };
    }

    /// Returns what a name leads to, if that is known and still believed, and whether it is time to look at
    /// it again, which is said once a while.
    pub(super) fn seen(&mut self, name: &str, now: Instant, today: Date) -> Option<(Seen, bool)> {
        let named = self.names.get_mut(name);
        let named = named.filter(|named| named.until > now)?;
        let is_of_today = match named.seen.image() {
            Some(image) if !image.is_usable(today) => return None,
            Some(image) => image.is_of(today),
            None => true,
        };
        let is_due = !is_of_today && named.due <= now;
        if is_due {
            named.due = now.checked_add(DUE_AGAIN).unwrap_or(now);
        }
        let seen = named.seen.clone();
        if let Some(digest) = seen.digest() {
            self.image(digest);
        }
        Some((seen, is_due))
    }

    /// Returns what a name led to within the last hours, as what may be of another image by now.
    pub(super) fn before(&self, name: &str, now: Instant, today: Date) -> Option<Seen> {
        let named = self.names.get(name)?;
        let is_young = now.saturating_duration_since(named.since) < BEFORE;
        let image = named.seen.image().filter(|image| image.is_usable(today));
        image.filter(|_| is_young)?;
        let seen = named.seen.clone();
        // a digest leads to the same image for ever
        Some(if name.contains('@') {
            seen
        } else {
            seen.of_before()
        })
    }

    /// The same, and believes it until then: its registry gives no answer.
    pub(super) fn believe_again(
        &mut self,
        name: &str,
        until: Instant,
        today: Date,
    ) -> Option<Seen> {
        let before = self.before(name, Instant::now(), today)?;
        let named = self.names.get_mut(name)?;
        named.seen = before.clone();
        named.until = named.until.max(until);
        Some(before)
    }

    /// Returns an image, which is used by that.
    pub(super) fn image(&mut self, digest: Digest) -> Option<Arc<KnownImage>> {
        let kept = self.images.get_mut(&digest)?;
        self.use_count = self.use_count.saturating_add(1);
        kept.last_use = self.use_count;
        Some(Arc::clone(&kept.image))
    }

    /// Keeps what a name leads to.
    pub(super) fn name(&mut self, name: &str, seen: Seen, until: Instant) {
        if let Some(old) = self.names.remove(name) {
            self.name_bytes = self.name_bytes.saturating_sub(name_bytes(name, &old.seen));
        }
        let bytes = name_bytes(name, &seen);
        let most = self.most / 4;
        if self.names.len() >= MOST_NAMES || self.name_bytes.saturating_add(bytes) > most {
            self.drop_names();
        }
        if self.name_bytes.saturating_add(bytes) <= most {
            self.name_bytes = self.name_bytes.saturating_add(bytes);
            let now = Instant::now();
            let named = Named {
                seen,
                since: now,
                until,
                due: now,
            };
            self.names.insert(name.to_owned(), named);
        }
    }

    /// Keeps an image that has a digest; the same under another name is the one that is known.
    pub(super) fn insert(&mut self, mut facts: ImageFacts, today: Date) -> Arc<KnownImage> {
        self.shared.share(&mut facts);
        let digest = facts.known_by();
        let known = digest.and_then(|digest| self.image(digest));
        let old = known.as_ref().map(|known| &known.facts);
        self.histories.tell(&mut facts, old, today);
        if let Some(known) = known.filter(|known| known.facts == facts) {
            return known;
        }
        let image = Arc::new(KnownImage::new(facts));
        let Some(digest) = digest else { return image };
        self.use_count = self.use_count.saturating_add(1);
        self.image_bytes = self.image_bytes.saturating_add(image.own_bytes());
        let kept = Kept {
            image: Arc::clone(&image),
            last_use: self.use_count,
        };
        if let Some(old) = self.images.insert(digest, kept) {
            self.image_bytes = self.image_bytes.saturating_sub(old.image.own_bytes());
        }
        self.make_room();
        image
    }

    /// Keeps what was decided about an image, if that is kept itself.
    pub(super) fn decided(&mut self, image: &Arc<KnownImage>, decided: Arc<Decided>) {
        let digest = image.facts.known_by();
        let kept = digest.and_then(|digest| self.images.get(&digest));
        if kept.is_some_and(|kept| Arc::ptr_eq(&kept.image, image)) {
            let (came, went) = image.remember(decided);
            self.image_bytes = self.image_bytes.saturating_add(came).saturating_sub(went);
            self.make_room();
        }
    }

    fn make_room(&mut self) {
        while self.bytes() > self.most && !self.images.is_empty() {
            let mut uses: Vec<u64> = self.images.values().map(|kept| kept.last_use).collect();
            let part = uses.len() / PART;
            let (_, last, _) = uses.select_nth_unstable(part);
            let last = *last;
            self.images.retain(|_, kept| kept.last_use > last);
            let images = &self.images;
            self.names.retain(|_, named| {
                let digest = named.seen.digest();
                digest.is_none_or(|digest| images.contains_key(&digest))
            });
            self.recount();
        }
    }

    /// Returns the facts of all images.
    pub(super) fn facts(&self) -> impl Iterator<Item = &ImageFacts> {
        self.images.values().map(|kept| &kept.image.facts)
    }

    /// Drops names that are believed no more, and if these are few, of the others those that would be next.
    fn drop_names(&mut self) {
        let mut ends: Vec<Instant> = self.names.values().map(|named| named.until).collect();
        let part = ends.len() / PART;
        if part < ends.len() {
            let (_, end, _) = ends.select_nth_unstable(part);
            let end = (*end).max(Instant::now());
            self.names.retain(|_, named| named.until > end);
            self.recount();
        }
    }

    fn recount(&mut self) {
        let names = self.names.iter();
        let names = names.map(|(name, named)| name_bytes(name, &named.seen));
        self.name_bytes = names.fold(0, usize::saturating_add);
        let images = self.images.values().map(|kept| kept.image.own_bytes());
        self.image_bytes = images.fold(0, usize::saturating_add);
        self.shared.sweep();
        self.history_bytes = self.histories.bytes();
    }
}

fn name_bytes(name: &str, seen: &Seen) -> usize {
    name.len()
        .saturating_add(size_of::<(String, Named)>())
        .saturating_add(seen.why().len())
}
