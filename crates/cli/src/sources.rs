//! Files of manifests: those that are named, those of folders, and standard input.
//!
//! Of a folder all `*.yaml`, `*.yml` and `*.json` are read, by name, and those of folders in it. Links
//! to folders are not followed, so that nothing is read twice or for ever.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use manifest::Input;
use model::GapKind;

use crate::error::Failure;
use crate::exit::Exit;

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
/// A path that was named cannot be read. What cannot be read in a folder is a gap.
pub(crate) fn read<'p>(paths: impl Iterator<Item = &'p PathBuf>) -> Result<Input, Failure> {
    let limits = yaml::Limits {
        nodes: MAX_NODES,
        ..yaml::Limits::default()
    };
    let mut input = Input::new(&limits);
    for path in paths {
        read_one(path, &mut input).map_err(|error| unreadable(path, &error))?;
    }
    Ok(input)
}

fn read_one(path: &Path, input: &mut Input) -> io::Result<()> {
    if path == Path::new("-") {
        let bytes = archive::read_at_most(io::stdin().lock(), MAX_BYTES)?;
        input.read(STDIN, &bytes);
    } else if path.is_dir() {
        read_folder(path, input)?;
    } else {
        read_file(path, input)?;
    }
    Ok(())
}

fn read_file(path: &Path, input: &mut Input) -> io::Result<()> {
    let bytes = archive::read_at_most(File::open(path)?, MAX_BYTES)?;
    input.read(&path.to_string_lossy(), &bytes);
    Ok(())
}

fn read_folder(folder: &Path, input: &mut Input) -> io::Result<()> {
    let mut folders = vec![sorted(folder)?];
    while let Some(entries) = folders.last_mut() {
        let Some(path) = entries.pop() else {
            folders.pop();
            continue;
        };
        let is_link = path.is_symlink();
        let done = if path.is_dir() && is_link {
            Err(io::Error::other("a link to a folder is not followed"))
        } else if path.is_dir() {
            sorted(&path).map(|entries| folders.push(entries))
        } else if !is_manifest(&path) {
            Ok(())
        } else if path.is_file() {
            read_file(&path, input)
        } else {
            Err(io::Error::other("this is no file, or a link to none"))
        };
        if let Err(error) = done {
            let place = path.to_string_lossy();
            input.miss(&place, GapKind::Unread, &error.to_string());
        }
    }
    Ok(())
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
