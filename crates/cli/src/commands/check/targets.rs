//! What each target is: manifests, an archive of an image, or the name of one.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use model::{BadImageName, ImageName};

use super::Placed;
use crate::error::Failure;
use crate::exit::Exit;

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

/// What files that hold images end with, as saved or packed.
const ARCHIVES: [&str; 12] = [
    "tar", "tgz", "tbz", "tbz2", "txz", "tzst", "gz", "bz2", "xz", "zst", "zstd", "oci",
];

/// What files of manifests end with.
const MANIFESTS: [&str; 3] = ["yaml", "yml", "json"];

impl Targets {
    /// Sorts targets: what is there as a file is one, all else without a pattern is the name of an image.
    ///
    /// # Errors
    /// One is neither there nor a name, or a name that only a file would have.
    pub(super) fn sort(targets: Vec<String>, archives: &[Placed]) -> Result<Self, Failure> {
        let mut sorted = Self::default();
        for target in targets {
            let path = Path::new(&target);
            let is_pattern = target.contains(['*', '?', '[', '{']);
            let is_manifest = target == "-" || is_pattern || (path.exists() && !is_archive(path));
            // what ends so is a file that is not there, and no name
            if is_manifest || ends_with(path, &MANIFESTS) {
                sorted.manifests.push(target.into());
                continue;
            }
            if !path.exists() {
                check_name(&target, archives)?;
            }
            sorted.images.push(target);
        }
        Ok(sorted)
    }
}

/// Looks whether what is no file can be the name of an image; what ends as an archive is one if the user
/// says where its image is.
fn check_name(target: &str, archives: &[Placed]) -> Result<(), Failure> {
    let shown = ImageName::shown(target);
    let missing = |why: &str| {
        let text = format!("{shown}: there is no such file or folder{why}");
        Failure::new(Exit::Unfinished, text)
            .with("next", "check the path, or the name of the image")
    };
    let name: ImageName = target.parse().map_err(|bad: BadImageName| {
        missing(&format!(", nor is it an image name: {}", bad.why()))
    })?;
    let is_given = archives.iter().any(|placed| placed.is_of(target, &name));
    if ends_with(Path::new(target), &ARCHIVES) && !is_given {
        return Err(missing(""));
    }
    Ok(())
}

fn ends_with(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| endings.iter().any(|it| ending.eq_ignore_ascii_case(it)))
}

/// Whether a path is an archive or a layout of an image, or a file that is called as one.
pub(super) fn is_archive(path: &Path) -> bool {
    is_image(path) || path.is_file() && ends_with(path, &ARCHIVES)
}

/// Whether a path is an archive or a layout of an image.
fn is_image(path: &Path) -> bool {
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
