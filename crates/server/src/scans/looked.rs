//! What became of looking at an image, and what it was made by.

use std::sync::Arc;
use std::time::Duration;

use model::Digest;
use policy::image_policy::ImageFacts;

use super::Look;

/// What can become of looking at an image.
pub(super) const RESULTS: [&str; 5] = ["same", "scanned", "stored", "unreachable", "unscannable"];

/// What became of looking, and what it was made by.
pub(super) struct Looked {
    pub(super) what: What,
    /// How long a name that the store told is believed.
    pub(super) life: Option<Duration>,
    pub(super) made_by: Arc<str>,
}

/// The same, of an image that may be known.
pub(super) enum What {
    /// Its facts are those of this digest, which are known.
    Same(Digest),
    Scanned {
        facts: Box<ImageFacts>,
        pulled: Option<Digest>,
    },
    Unscannable(String),
    Unreachable(String),
}

impl What {
    pub(super) fn broken() -> Self {
        Self::Unscannable("the scan broke off".to_owned())
    }
}

impl From<Look> for What {
    fn from(look: Look) -> Self {
        match look {
            Look::Scanned { facts, pulled } => Self::Scanned { facts, pulled },
            Look::Unscannable(why) => Self::Unscannable(why),
            Look::Unreachable(why) => Self::Unreachable(why),
        }
    }
}

impl Looked {
    /// One of [`RESULTS`].
    pub(super) const fn result(&self) -> &'static str {
        match self.what {
            _ if self.life.is_some() => "stored",
            What::Same(_) => "same",
            What::Scanned { .. } => "scanned",
            What::Unscannable(_) => "unscannable",
            What::Unreachable(_) => "unreachable",
        }
    }
}
