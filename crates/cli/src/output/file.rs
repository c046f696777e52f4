//! A report in a file: whole, or what was there before.

use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Writes a file: aside and renamed, so that a full disk leaves no half of a report.
///
/// Devices, pipes and files of several names are written where they are, as is a file in a folder
/// that takes no new ones.
pub(crate) fn write(
    path: &Path,
    write_to: impl Fn(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let whole = |file: &mut File| {
        let mut out = BufWriter::new(file);
        write_to(&mut out)?;
        out.flush()
    };
    if let Some((mut aside, target)) = aside(path) {
        whole(aside.as_file_mut())?;
        // a file that a container has mounted alone cannot be replaced
        if aside.persist(target).is_ok() {
            return Ok(());
        }
    }
    whole(&mut File::create(path)?)
}

/// Returns an empty file beside the one that is meant, and the path of that, links followed.
fn aside(path: &Path) -> Option<(NamedTempFile, PathBuf)> {
    let (target, permissions) = match fs::metadata(path) {
        Ok(meta) if meta.is_file() && meta.nlink() == 1 => {
            // one that may not be written to must not be replaced
            File::options().append(true).open(path).ok()?;
            (fs::canonicalize(path).ok()?, Some(meta.permissions()))
        }
        // a link that leads nowhere makes the file where it leads
        Ok(_) => return None,
        Err(_) if path.is_symlink() => return None,
        Err(_) => (path.to_owned(), None),
    };
    let file = tempfile::Builder::new()
        .prefix(".seaworthy-")
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder_of(&target))
        .ok()?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions).ok()?;
    }
    Some((file, target))
}

/// What tells a file from every other, under whatever name; `None` for what nothing is lost in, as a
/// device, and where there is no folder for it.
pub(super) fn identity(path: &Path) -> Option<PathBuf> {
    match fs::metadata(path) {
        Ok(meta) if meta.is_file() => Some(format!("{}:{}", meta.dev(), meta.ino()).into()),
        Ok(_) => None,
        Err(_) => {
            let folder = fs::canonicalize(folder_of(path)).ok()?;
            Some(folder.join(path.file_name()?))
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().unwrap_or(path);
    if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    }
}
