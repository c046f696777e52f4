//! What is known of images: each is scanned once, from its archive or its registry.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{fs, io};

use archive::TarError;
use clap::ArgMatches;
use model::ImageName;
use pipeline::{Choice, ImageError, PlatformChoice, ScanError, Source};
use policy::image_policy::{AskedImage, ImageFacts, Known};
use registry::RegistryError;

use super::targets::is_archive;
use crate::error::Failure;
use crate::image_source;
use crate::scan::{Scan, flag, list_of};
use crate::settings::Environment;

/// Where the image of a name is.
pub(in super::super) struct Placed {
    name: String,
    pub(in super::super) archive: PathBuf,
}

impl Placed {
    /// Whether it is given for this name, however that is written.
    pub(in super::super) fn is_of(&self, name: &str, image: &ImageName) -> bool {
        let other: Option<ImageName> = self.name.parse().ok();
        self.name == name || other.is_some_and(|other| other.means_same(image))
    }
}

/// Reads `--image NAME=ARCHIVE`.
pub(in super::super) fn archives(matches: &ArgMatches) -> Result<Vec<Placed>, Failure> {
    let given: Vec<String> = list_of(matches, "image");
    let read = |text: String| {
        // names hold no `=`, paths may
        let (name, path) = text
            .split_once('=')
            .filter(|(name, path)| !name.is_empty() && !path.is_empty())
            .ok_or_else(|| {
                let failure = Failure::usage(format!("--image {text}: it is no NAME=ARCHIVE"));
                failure.with("next", "--image registry.example/shop/api:1.4=api.tar")
            })?;
        Ok(Placed {
            name: name.to_owned(),
            archive: path.into(),
        })
    };
    given.into_iter().map(read).collect()
}

/// Looks whether there are files where archives are, also of those that nobody asks about.
///
/// # Errors
/// One is missing, or not for who runs this.
pub(super) fn check_places(archives: &[Placed]) -> Result<(), Failure> {
    for placed in archives {
        fs::metadata(&placed.archive).map_err(|source| {
            let path = placed.archive.clone();
            Failure::of_scan(&placed.name, ScanError::Open { path, source })
        })?;
    }
    Ok(())
}

/// Tells which archives are of none of these images: nobody looks at them.
pub(super) fn unused<'a>(archives: &[Placed], names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut used = vec![false; archives.len()];
    for name in names {
        let Ok(image) = name.parse() else { continue };
        let first = archives.iter().position(|it| it.is_of(name, &image));
        if let Some(used) = first.and_then(|first| used.get_mut(first)) {
            *used = true;
        }
    }
    let unused = archives.iter().enumerate().zip(used);
    let told = unused.filter(|(_, is_used)| !is_used).map(|((at, placed), _)| {
        let archive = placed.archive.display();
        let image: Option<ImageName> = placed.name.parse().ok();
        let before = archives.iter().take(at);
        let same = image.and_then(|image| before.into_iter().find(|it| it.is_of(&placed.name, &image)));
        match same {
            Some(same) => format!(
                "--image {}: {archive} is not looked at, since {} was given for it before",
                placed.name,
                same.archive.display()
            ),
            None => format!(
                "--image {}: {archive} is not looked at, since no target has an image of this name",
                placed.name
            ),
        }
    });
    told.collect()
}

/// Why nothing is known of an image.
pub(in super::super) enum Unknown {
    Unreachable(String),
    Unscannable(String),
}

/// Scans an image for the platforms that are meant; returns the facts, and what an archive calls it.
pub(in super::super) fn scanned(
    scan: &Scan<'_>,
    name: &str,
    image: (&Source, &PlatformChoice),
) -> Result<(Box<ImageFacts>, Option<String>), Unknown> {
    try_scan(scan, name, image).map_err(|error| unknown(&error))
}

fn try_scan(
    scan: &Scan<'_>,
    name: &str,
    (source, platform): (&Source, &PlatformChoice),
) -> Result<(Box<ImageFacts>, Option<String>), ScanError> {
    let choice = Choice {
        reference: None,
        platform: platform.clone(),
    };
    let reports = scan.try_run(name, |tools, settings| {
        pipeline::scan_images(name, source, &choice, tools, settings)
    })?;
    let image = reports.first().and_then(|report| report.image.as_ref());
    let tag = image.and_then(|image| image.tags.first().cloned());
    let facts = ImageFacts::together(reports.iter().map(ImageFacts::of).collect());
    let facts = facts.ok_or(ScanError::Image(ImageError::NoImage))?;
    Ok((Box::new(facts), tag))
}

/// Whether an error is of the file that the user named, be it missing, damaged or something else, and says
/// nothing of the image that a cluster would pull.
#[expect(clippy::wildcard_enum_match_arm, reason = "most are of the image")]
fn is_of_file(error: &ScanError) -> bool {
    match error {
        ScanError::Open { .. }
        | ScanError::NotAnArchive { .. }
        | ScanError::NotALayout(_)
        | ScanError::Spool { .. } => true,
        ScanError::Image(error) => matches!(
            error,
            ImageError::DigestMismatch { .. }
                | ImageError::SizeMismatch { .. }
                | ImageError::Missing { .. }
                | ImageError::NoImage
                | ImageError::OnlyAttestations
                | ImageError::Several { .. }
                | ImageError::Tar { .. }
                | ImageError::Io { .. }
        ),
        _ => false,
    }
}

/// Tells why an image cannot be scanned: whether its registry gives no answer, be it for a name or for a blob.
fn unknown(error: &ScanError) -> Unknown {
    if let ScanError::Registry(error) = error {
        let why = error.in_full();
        return if error.is_unanswered() {
            Unknown::Unreachable(why)
        } else {
            Unknown::Unscannable(why)
        };
    }
    let why = error.to_string();
    if of_registry(error).is_some_and(RegistryError::is_unanswered) {
        Unknown::Unreachable(why)
    } else {
        Unknown::Unscannable(why)
    }
}

/// Finds what a registry said below other errors.
fn of_registry<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e RegistryError> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // the source of an error of reading is that of the error in it
        let read = match error.downcast_ref() {
            Some(TarError::Io(read)) => Some(read),
            _ => error.downcast_ref::<io::Error>(),
        };
        next = match read.and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

/// What became of an image.
enum Scanned {
    /// What was found, and what the archive calls the image.
    Facts(Box<ImageFacts>, Option<String>),
    Unknown(Unknown),
    /// No rule asks for it.
    NotAsked,
}

/// What is known of all images so far, by name.
pub(super) struct Images<'a> {
    scan: &'a Scan<'a>,
    archives: &'a [Placed],
    platform: &'a PlatformChoice,
    is_asked: bool,
    /// Whether a name may be the path of an archive: what the user names may, what a manifest names is
    /// what the cluster would pull, whatever lies in the current folder.
    may_be_path: bool,
    known: BTreeMap<String, Scanned>,
}

impl<'a> Images<'a> {
    /// Images that manifests name.
    pub(super) fn of_manifests(
        scan: &'a Scan<'a>,
        (archives, platform): (&'a [Placed], &'a PlatformChoice),
        is_asked: bool,
    ) -> Self {
        Self {
            scan,
            archives,
            platform,
            is_asked,
            may_be_path: false,
            known: BTreeMap::new(),
        }
    }

    /// Images that the user names.
    pub(super) fn of_targets(
        scan: &'a Scan<'a>,
        places: (&'a [Placed], &'a PlatformChoice),
        is_asked: bool,
    ) -> Self {
        Self {
            may_be_path: true,
            ..Self::of_manifests(scan, places, is_asked)
        }
    }

    /// Scans those that were not scanned yet.
    ///
    /// # Errors
    /// An option makes no sense. That an image cannot be read is for the policy.
    pub(super) fn look(
        &mut self,
        names: &[&str],
        matches: &ArgMatches,
        environment: &Environment,
    ) -> Result<(), Failure> {
        for name in names {
            if !self.known.contains_key(*name) {
                let scanned = self.one(name, matches, environment)?;
                self.known.insert((*name).to_owned(), scanned);
            }
        }
        Ok(())
    }

    fn one(
        &self,
        name: &str,
        matches: &ArgMatches,
        environment: &Environment,
    ) -> Result<Scanned, Failure> {
        if !self.is_asked {
            return Ok(Scanned::NotAsked);
        }
        if let Some(path) = self.archive(name) {
            return self.of_archive(name, path);
        }
        let image: ImageName = match name.parse() {
            Ok(image) => image,
            Err(bad) => {
                let why = Unknown::Unscannable(bad.to_string());
                return Ok(Scanned::Unknown(why));
            }
        };
        if flag(matches, "offline") {
            let why = Unknown::Unreachable(image_source::OFFLINE.to_owned());
            return Ok(Scanned::Unknown(why));
        }
        let bounds = (self.scan.settings().deadline, &self.scan.settings().limits);
        let source = image_source::find(image, matches, environment, bounds)?;
        Ok(match scanned(self.scan, name, (&source, self.platform)) {
            Ok((facts, tag)) => Scanned::Facts(facts, tag),
            Err(unknown) => Scanned::Unknown(unknown),
        })
    }

    /// Scans an image from an archive.
    ///
    /// # Errors
    /// The archive cannot be used: no policy decides about a slip of who runs this.
    fn of_archive(&self, name: &str, path: PathBuf) -> Result<Scanned, Failure> {
        let given = format!("{name} is read from {}", path.display());
        let source = Source::Path(path);
        match try_scan(self.scan, name, (&source, self.platform)) {
            Ok((facts, tag)) => Ok(Scanned::Facts(facts, tag)),
            Err(error) if is_of_file(&error) => {
                Err(Failure::of_scan(name, error).with("image", given))
            }
            Err(error) => Ok(Scanned::Unknown(unknown(&error))),
        }
    }

    /// Returns the archive of an image: the one that is given for it, or the path that the user's name is.
    fn archive(&self, name: &str) -> Option<PathBuf> {
        let image: Option<ImageName> = name.parse().ok();
        let is_of = |placed: &&Placed| {
            image
                .as_ref()
                .is_some_and(|image| placed.is_of(name, image))
        };
        let placed = self.archives.iter().find(is_of);
        let placed = placed.map(|placed| placed.archive.clone());
        placed.or_else(|| self.is_path(name).then(|| PathBuf::from(name)))
    }

    fn is_path(&self, name: &str) -> bool {
        self.may_be_path && is_archive(Path::new(name))
    }

    /// Returns what a policy is asked about these images.
    pub(super) fn asked<'s>(&'s self, names: &[&'s str]) -> Vec<AskedImage<'s>> {
        let asked = |name: &&'s str| {
            let mut called = *name;
            let known = match self.known.get(*name) {
                Some(Scanned::Facts(facts, tag)) => {
                    // an archive that is a target itself has the name that is in it
                    let tag = tag.as_deref().filter(|_| self.is_path(name));
                    called = tag.unwrap_or(called);
                    Known::Scanned(facts)
                }
                Some(Scanned::Unknown(Unknown::Unreachable(why))) => {
                    Known::Unreachable(why.clone())
                }
                Some(Scanned::Unknown(Unknown::Unscannable(why))) => {
                    Known::Unscannable(why.clone())
                }
                Some(Scanned::NotAsked) | None => {
                    Known::Unscanned("nobody asked for a scan".to_owned())
                }
            };
            AskedImage {
                name: called,
                known,
                runs_already: false,
            }
        };
        names.iter().map(asked).collect()
    }
}
