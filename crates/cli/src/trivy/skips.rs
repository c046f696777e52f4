//! What is not looked at, as `--skip-dirs` and `--skip-files` name it: below the folder that is scanned.
//!
//! Source of truth: Trivy's own cases, `--skip-dirs repo/gomod/submod2 … repo/gomod`: whoever names a path from
//! where they are, or an absolute one, may mean something within the folder.

use std::path::{Component, Path, PathBuf};

/// Returns a pattern as it is below the folder, both from the working directory; one that is of nothing below
/// it stays as it is, and means what it says within the folder.
pub(super) fn below(folder: &Path, pattern: &str) -> String {
    let rest = whole(Path::new(pattern));
    let rest = rest.strip_prefix(whole(folder)).ok();
    match rest.and_then(Path::to_str) {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => pattern.to_owned(),
    }
}

/// Returns an absolute path without `.` and `..`, as Go makes it: no link is followed.
fn whole(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => _ = clean.pop(),
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => clean.push(part),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_into_the_folder_are_cut() {
        let here = std::env::current_dir().unwrap();
        let here = here.to_str().unwrap();
        for (folder, pattern, want) in [
            ("app", "app/var", "var"),
            ("app", "./app/var/lib", "var/lib"),
            ("./app/", "app/var/", "var"),
            ("app", "app/**/cache", "**/cache"),
            ("app", "x/../app/var", "var"),
            ("app", &format!("{here}/app/var"), "var"),
            (&format!("{here}/app"), "app/var", "var"),
            (".", "var", "var"),
            (".", "**/cache", "**/cache"),
            // what is not below it is meant within it
            ("app", "var", "var"),
            ("app", "**/cache", "**/cache"),
            ("app", "application/var", "application/var"),
            ("app", "/var", "/var"),
            ("/", "/var", "var"),
            // the folder itself was asked for
            ("app", "app", "app"),
        ] {
            assert_eq!(
                below(Path::new(folder), pattern),
                want,
                "{folder} {pattern}"
            );
        }
    }
}
