//! How files were when their packages brought them, by the checksums of the packages' databases.

use std::collections::{BTreeMap, BTreeSet};

use model::{Content, ImagePath};

use crate::Watch;
use crate::formats::FORMATS;

/// Returns the checksums, `md5:…` or `sha1:…`, that the databases of the top layer give the files at
/// these paths; several where several packages speak of one. `contents` is as for [`crate::read()`].
pub fn brought(
    watch: &Watch<'_>,
    contents: &BTreeMap<Content, &[u8]>,
    paths: &BTreeSet<ImagePath>,
) -> BTreeMap<ImagePath, Vec<String>> {
    let mut found: BTreeMap<ImagePath, Vec<String>> = BTreeMap::new();
    if paths.is_empty() {
        return found;
    }
    let wanted: BTreeMap<&str, &ImagePath> = paths.iter().map(|it| (it.as_str(), it)).collect();
    let mut add = |name: &[u8], digest: &dyn Fn() -> String| {
        let path = match ImagePath::already(name) {
            Some(name) => wanted.get(name),
            None => wanted.get(ImagePath::new(name).as_str()),
        };
        let digest = path.map(|path| (path, digest()));
        if let Some((path, digest)) = digest.filter(|(_, digest)| !digest.is_empty()) {
            found.entry((*path).clone()).or_default().push(digest);
        }
    };
    for ((format, states), owned) in FORMATS.iter().zip(&watch.states).zip(&watch.owned) {
        let databases = states.last().map_or(&[][..], |state| &state.databases);
        for file in databases.iter().chain(owned) {
            if let Some(bytes) = contents.get(&file.content) {
                (format.sums)(&file.path, bytes, &mut add);
            }
        }
    }
    found
}
