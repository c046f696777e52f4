//! What is known of one name, and what was decided about the image that it leads to.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use model::Digest;
use policy::image_policy::{Asked, AskedImage, Decided, ImageFacts, ImagePolicy, Known};

/// Decisions that are remembered of an image: it may run in many namespaces, under several names.
const MOST_DECISIONS: usize = 64;

/// An image that was scanned, and what was decided about it: other facts are another image.
#[derive(Debug)]
pub(crate) struct KnownImage {
    pub(crate) facts: ImageFacts,
    decided: Mutex<Vec<Arc<Decided>>>,
}

impl KnownImage {
    pub(super) fn new(facts: ImageFacts) -> Self {
        Self {
            facts,
            decided: Mutex::default(),
        }
    }

    /// Whether its facts are of a day: ends of life and ages count by it.
    pub(crate) fn is_of(&self, today: Date) -> bool {
        self.facts.judged.is_none_or(|judged| judged == today)
    }

    /// Whether its facts may be used while somebody looks again: a day's difference changes next to nothing,
    /// and at midnight nobody shall wait for all images.
    pub(crate) fn is_usable(&self, today: Date) -> bool {
        let apart = self.facts.judged.map(|judged| (today - judged).get_days());
        apart.is_none_or(|days| days.abs() <= 1)
    }

    /// Returns what was decided, if the same was asked.
    pub(crate) fn remembered(
        &self,
        policy: &ImagePolicy,
        asked: &Asked<'_>,
        image: &AskedImage<'_>,
        today: Date,
    ) -> Option<Arc<Decided>> {
        let decided = self.decided.lock().unwrap_or_else(PoisonError::into_inner);
        let mut decided = decided.iter();
        decided
            .find(|it| it.holds(policy, asked, image, today))
            .cloned()
    }

    /// Keeps what was decided; the oldest makes room. Returns how many bytes came and went.
    pub(super) fn remember(&self, new: Arc<Decided>) -> (usize, usize) {
        let mut decided = self.decided.lock().unwrap_or_else(PoisonError::into_inner);
        let came = new.bytes();
        let went = if decided.len() < MOST_DECISIONS {
            0
        } else {
            decided.remove(0).bytes()
        };
        decided.push(new);
        (came, went)
    }

    /// Returns about how many bytes it takes beside what is shared.
    pub(super) fn own_bytes(&self) -> usize {
        let decided = self.decided.lock().unwrap_or_else(PoisonError::into_inner);
        let decided = decided.iter().map(|it| it.bytes());
        decided.fold(self.facts.own_bytes(), usize::saturating_add)
    }
}

/// What is known of one name.
#[derive(Debug, Clone)]
pub(crate) enum Seen {
    /// What was found.
    Facts {
        image: Arc<KnownImage>,
        /// The digest by which its registry gives it.
        pulled: Option<Digest>,
        /// Whether its registry could not tell that the name leads there still.
        is_of_before: bool,
    },
    Unscanned(&'static str),
    Unscannable(String),
    Unreachable(String),
}

impl Seen {
    pub(super) const fn facts(image: Arc<KnownImage>, pulled: Option<Digest>) -> Self {
        Self::Facts {
            image,
            pulled,
            is_of_before: false,
        }
    }

    /// Returns it as what was known before.
    pub(super) fn of_before(mut self) -> Self {
        if let Self::Facts { is_of_before, .. } = &mut self {
            *is_of_before = true;
        }
        self
    }

    /// Whether its registry could not tell that the name leads there still.
    pub(crate) const fn is_of_before(&self) -> bool {
        matches!(
            self,
            Self::Facts {
                is_of_before: true,
                ..
            }
        )
    }

    /// Returns it as policies are asked.
    pub(crate) fn known(&self) -> Known<'_> {
        match self {
            Self::Facts { image, .. } => Known::Scanned(&image.facts),
            Self::Unscanned(why) => Known::Unscanned((*why).to_owned()),
            Self::Unscannable(why) => Known::Unscannable(why.clone()),
            Self::Unreachable(why) => Known::Unreachable(why.clone()),
        }
    }

    /// Returns why nothing is known; empty if it was scanned.
    pub(super) fn why(&self) -> &str {
        match self {
            Self::Facts { .. } => "",
            Self::Unscanned(why) => why,
            Self::Unscannable(why) | Self::Unreachable(why) => why,
        }
    }

    /// Returns the image, if it was scanned.
    pub(crate) const fn image(&self) -> Option<&Arc<KnownImage>> {
        match self {
            Self::Facts { image, .. } => Some(image),
            Self::Unscanned(_) | Self::Unscannable(_) | Self::Unreachable(_) => None,
        }
    }

    /// Returns the digest of the image, whoever computed it.
    pub(crate) fn digest(&self) -> Option<Digest> {
        match self {
            Self::Facts { image, .. } => image.facts.known_by(),
            Self::Unscanned(_) | Self::Unscannable(_) | Self::Unreachable(_) => None,
        }
    }

    /// Returns the digest by which its registry gives it.
    pub(crate) const fn pulled(&self) -> Option<Digest> {
        match self {
            Self::Facts { pulled, .. } => *pulled,
            Self::Unscanned(_) | Self::Unscannable(_) | Self::Unreachable(_) => None,
        }
    }
}
