//! Files of manifests: those that are named, those that patterns take, those of folders, and standard
//! input.
//!
//! Of a folder all `*.yaml`, `*.yml` and `*.json` are read, by name, and those of folders in it. Links
//! to folders are not followed, so that nothing is read twice or for ever.

mod globs;

use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};

use manifest::Input;
use model::GapKind;

use crate::error::Failure;
use crate::exit::Exit;
use crate::settings::Environment;

/// Bytes of one file.
pub(crate) const MAX_BYTES: u64 = 32 << 20;

/// Values of all files: they take some 600 MB.
const MAX_NODES: usize = 4_000_000;

/// What standard input is called.
pub(crate) const STDIN: &str = "stdin";

const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// Reads the objects of all paths; `-` is standard input.
///
/// # Errors
/// A path that was named cannot be read. What cannot be read in a folder is a gap, and so is a path that holds
/// no object.
pub(crate) fn read<'p>(
    paths: impl Iterator<Item = &'p PathBuf>,
    environment: &Environment,
) -> Result<Input, Failure> {
    let (mut input, empty) = read_telling(paths, environment)?;
    for path in empty {
        // what should have written it may have failed: a gate is not to open
        input.miss(&path, GapKind::Unread, "there is no object in it");
    }
    Ok(input)
}

/// Reads as [`read`] does, and tells the paths that hold nothing: neither an object nor what cannot be read.
///
/// # Errors
/// Those of [`read`].
pub(crate) fn read_telling<'p>(
    paths: impl Iterator<Item = &'p PathBuf>,
    environment: &Environment,
) -> Result<(Input, Vec<String>), Failure> {
    let limits = yaml::Limits {
        nodes: MAX_NODES,
        ..yaml::Limits::default()
    };
    let mut reader = Reader {
        input: Input::new(&limits),
        here: environment.folder().map(PathBuf::as_path),
    };
    let mut empty = Vec::new();
    for path in paths {
        let before = reader.found();
        let failed = |error| unreadable(path, &error);
        if globs::is_glob(path) {
            for path in globs::expand(path).map_err(failed)? {
                reader.read(&path).map_err(failed)?;
            }
        } else {
            reader.read(path).map_err(failed)?;
        }
        if reader.found() == before {
            empty.push(reader.name(path));
        }
    }
    Ok((reader.input.finished(), empty))
}

struct Reader<'e> {
    input: Input,
    /// The working folder.
    here: Option<&'e Path>,
}

impl Reader<'_> {
    /// Returns how much was found so far, readable or not.
    fn found(&self) -> usize {
        self.input.objects.len() + self.input.gaps.count()
    }

    fn read(&mut self, path: &Path) -> io::Result<()> {
        if path == Path::new("-") {
            let bytes = archive::read_at_most(io::stdin().lock(), MAX_BYTES)?;
            self.input.read(STDIN, &bytes);
        } else if path.is_dir() {
            self.read_folder(path)?;
        } else {
            self.read_file(path)?;
        }
        Ok(())
    }

    fn read_file(&mut self, path: &Path) -> io::Result<()> {
        let bytes = archive::read_at_most(File::open(path)?, MAX_BYTES)?;
        let name = self.name(path);
        self.input.read(&name, &bytes);
        Ok(())
    }

    fn read_folder(&mut self, folder: &Path) -> io::Result<()> {
        let mut folders = vec![sorted(folder)?];
        let mut is_empty = true;
        while let Some(entries) = folders.last_mut() {
            let Some(path) = entries.pop() else {
                folders.pop();
                continue;
            };
            let is_link = path.is_symlink();
            is_empty &= !is_manifest(&path);
            let done = if path.is_dir() && is_link {
                Err(io::Error::other("a link to a folder is not followed"))
            } else if path.is_dir() {
                sorted(&path).map(|entries| folders.push(entries))
            } else if !is_manifest(&path) {
                Ok(())
            } else if path.is_file() {
                self.read_file(&path)
            } else {
                Err(io::Error::other("this is no file, or a link to none"))
            };
            if let Err(error) = done {
                let place = self.name(&path);
                self.input.miss(&place, GapKind::Unread, &error.to_string());
            }
        }
        if is_empty {
            // a gate that was given the wrong folder is not to open
            let why = "no file in this folder ends with .yaml, .yml or .json";
            self.input.miss(&self.name(folder), GapKind::Unread, why);
        }
        Ok(())
    }

    /// Returns one name for a file, however its path was written: below the working folder without it,
    /// and without `./`. Entries of ignore files and annotations of pull requests go by it.
    fn name(&self, path: &Path) -> String {
        if path == Path::new("-") {
            return STDIN.to_owned();
        }
        let below = self.here.and_then(|here| path.strip_prefix(here).ok());
        let parts = below.unwrap_or(path).components();
        let named: PathBuf = parts.filter(|part| *part != Component::CurDir).collect();
        named.to_string_lossy().into_owned()
    }
}

/// Returns what is in a folder, the first name last.
fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?;
    let paths: io::Result<Vec<PathBuf>> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect();
    let mut paths = paths?;
    paths.sort_unstable_by(|a, b| b.cmp(a));
    Ok(paths)
}

fn is_manifest(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| {
        ENDINGS
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let message = format!("{}: {error}", path.display());
    let next = if error.kind() == io::ErrorKind::NotFound {
        "check the path"
    } else if error.kind() == io::ErrorKind::FileTooLarge {
        "cut it into several files, each with whole documents"
    } else {
        "give files or folders that you may read, or `-`"
    };
    Failure::new(Exit::Unfinished, message).with("next", next)
}
