//! The bytes of the files that an inventory needs: most were kept while the layers went by, the rest
//! (those behind links, and those that found no room) is fetched now.

use std::collections::BTreeMap;

use image::LayerPlan;
use model::{Content, Gap, GapKind};

use crate::layers::{self, Layers, Wanted};
use crate::source::Archive;
use crate::{ScanError, Settings};

/// Bytes by the place where they lie.
#[derive(Debug, Default)]
pub(crate) struct Contents<'a> {
    kept: BTreeMap<Content, &'a [u8]>,
    fetched: BTreeMap<Content, Vec<u8>>,
}

impl<'a> Contents<'a> {
    /// Gathers the bytes at these places, those of upper layers first.
    ///
    /// What is too large, or goes beyond [`model::Limits::files_bytes`] together, is missing
    /// afterwards, and the gap says so.
    pub(crate) fn gather(
        places: &[Content],
        read: &'a Layers<'_>,
        plans: &[LayerPlan],
        archive: &Archive,
        settings: &Settings,
    ) -> Result<(Self, Option<Gap>), ScanError> {
        let mut layers: BTreeMap<u16, Vec<u32>> = BTreeMap::new();
        for place in places {
            layers.entry(place.layer).or_default().push(place.entry);
        }
        let mut contents = Self::default();
        let mut left = settings.limits.files_bytes;
        for (layer, entries) in layers.into_iter().rev() {
            let index = usize::from(layer);
            let place = |entry| Content { layer, entry };
            if let Some(files) = all_kept(read, index, &entries) {
                let files = entries.into_iter().zip(files);
                let fitting = files.filter(|(_, bytes)| fits(&mut left, bytes));
                contents
                    .kept
                    .extend(fitting.map(|(entry, bytes)| (place(entry), bytes)));
            } else if let Some(plan) = plans.get(index) {
                let wanted = Wanted {
                    entries: &entries,
                    most_bytes: left,
                };
                for (entry, bytes) in layers::fetch(archive, (index, plan), wanted, settings)? {
                    fits(&mut left, &bytes);
                    contents.fetched.insert(place(entry), bytes);
                }
            }
        }
        let found = contents.kept.len() + contents.fetched.len();
        let gap = missing(places.len().saturating_sub(found), settings);
        Ok((contents, gap))
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

/// Returns the files, if the layer's scan kept all of them. Otherwise all are fetched, so that what
/// is left out does not depend on what was kept.
fn all_kept<'a>(read: &'a Layers<'_>, layer: usize, entries: &[u32]) -> Option<Vec<&'a [u8]>> {
    let files = &read.get(layer)?.content.files;
    let kept = |entry| files.get(entry).map(Vec::as_slice);
    entries.iter().map(kept).collect()
}

fn missing(count: usize, settings: &Settings) -> Option<Gap> {
    let (one, all) = (settings.limits.file_bytes, settings.limits.files_bytes);
    let why = format!(
        "files of packages that were left out, since one has more than {one} bytes or all have more \
         than {all}: {count}"
    );
    let hides = "packages and what is wrong with them";
    (count > 0).then(|| Gap::new(GapKind::Limited, "", why, hides))
}

/// Takes the bytes of a file from what is left, if there are as many.
fn fits(left: &mut u64, bytes: &[u8]) -> bool {
    let len = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let rest = left.checked_sub(len);
    *left = rest.unwrap_or(*left);
    rest.is_some()
}
