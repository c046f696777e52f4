//! What each target is: manifests, an archive of an image, or the name of one.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Bytes that tell an archive: a tar has its magic at 257.
const HEAD_BYTES: u64 = 512;

/// Files that tell a layout.
const LAYOUT: [&str; 3] = ["oci-layout", "index.json", "manifest.json"];

/// Targets by what they are.
#[derive(Debug, Default)]
pub(super) struct Targets {
    pub(super) manifests: Vec<PathBuf>,
    /// Names of images, and paths of archives.
    pub(super) images: Vec<String>,
}

impl Targets {
    /// Sorts targets: what is there as a file is one, all else without a pattern is the name of an image.
    pub(super) fn sort(targets: Vec<String>) -> Self {
        let mut sorted = Self::default();
        for target in targets {
            let path = Path::new(&target);
            let is_pattern = target.contains(['*', '?', '[', '{']);
            let is_manifest = target == "-" || is_pattern || (path.exists() && !is_image(path));
            // what ends so is a file that is not there, and no name
            let is_missing = [".yaml", ".yml", ".json"]
                .iter()
                .any(|end| target.ends_with(end));
            if is_manifest || is_missing {
                sorted.manifests.push(target.into());
            } else {
                sorted.images.push(target);
            }
        }
        sorted
    }
}

/// Whether a path is an archive or a layout of an image.
pub(super) fn is_image(path: &Path) -> bool {
    if path.is_dir() {
        return LAYOUT.iter().take(2).all(|name| path.join(name).is_file())
            || path.join("manifest.json").is_file() && path.join("repositories").is_file();
    }
    let Ok(file) = File::open(path) else {
        return false;
    };
    let mut head = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "`take` bounds it")]
    let read = file.take(HEAD_BYTES).read_to_end(&mut head);
    let is_tar = head.get(257..262) == Some(b"ustar");
    let is_packed = archive::Codec::sniff(head.get(..archive::SNIFF_BYTES).unwrap_or(&head))
        != archive::Codec::Plain;
    read.is_ok() && (is_tar || is_packed)
}
