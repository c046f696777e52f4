//! The bytes of the files that an inventory needs: most were kept while the layers went by, the rest
//! (those behind links) is fetched now.

use std::collections::BTreeMap;

use image::LayerPlan;
use model::Content;

use crate::layers::{self, Layers};
use crate::source::Archive;
use crate::{ScanError, Settings};

/// Bytes by the place where they lie.
#[derive(Debug, Default)]
pub(crate) struct Contents<'a> {
    kept: BTreeMap<Content, &'a [u8]>,
    fetched: BTreeMap<Content, Vec<u8>>,
}

impl<'a> Contents<'a> {
    /// Gathers the bytes at these places. What is too large is missing afterwards.
    pub(crate) fn gather(
        places: &[Content],
        read: &'a Layers<'_>,
        plans: &[LayerPlan],
        archive: &Archive,
        settings: &Settings,
    ) -> Result<Self, ScanError> {
        let mut contents = Self::default();
        let mut missing: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        for place in places {
            let layer = usize::from(place.layer);
            let kept = read
                .get(layer)
                .and_then(|layer| layer.content.files.get(&place.entry));
            match kept {
                Some(bytes) => {
                    contents.kept.insert(*place, bytes);
                }
                None => missing.entry(layer).or_default().push(place.entry),
            }
        }
        for (index, entries) in missing {
            let Some(plan) = plans.get(index) else {
                continue;
            };
            let fetched = layers::fetch(archive, index, plan, &entries, settings)?;
            let layer = u16::try_from(index).unwrap_or(u16::MAX);
            let place = |entry| Content { layer, entry };
            contents.fetched.extend(
                fetched
                    .into_iter()
                    .map(|(entry, bytes)| (place(entry), bytes)),
            );
        }
        Ok(contents)
    }

    /// Makes contents of bytes that were read elsewhere.
    pub(crate) const fn of(fetched: BTreeMap<Content, Vec<u8>>) -> Self {
        Self {
            kept: BTreeMap::new(),
            fetched,
        }
    }

    /// Returns all bytes by their places.
    pub(crate) fn by_place(&self) -> BTreeMap<Content, &[u8]> {
        let fetched = self
            .fetched
            .iter()
            .map(|(place, bytes)| (*place, bytes.as_slice()));
        self.kept
            .iter()
            .map(|(place, bytes)| (*place, *bytes))
            .chain(fetched)
            .collect()
    }
}
