//! Paths that are patterns: `'k8s/**/*.yaml'`, in quotes so that no shell takes them.
//!
//! `*` stays within a name, `**` does not; names that start with a dot are only taken where a part of the
//! pattern says the dot, as in a shell. Links to folders are not followed.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};

/// Paths that one pattern may stand for.
const MAX_PATHS: usize = 100_000;

/// Whether a path that is not there is a pattern.
pub(super) fn is_glob(path: &Path) -> bool {
    has_mark(path.as_os_str()) && fs::symlink_metadata(path).is_err()
}

fn has_mark(text: &OsStr) -> bool {
    text.as_encoded_bytes()
        .iter()
        .any(|byte| b"*?[{".contains(byte))
}

/// Returns the files and folders that a pattern takes, by name; nothing below a folder that it takes.
///
/// # Errors
/// It is no pattern, takes nothing or too much, or a folder on the way cannot be read.
pub(super) fn expand(pattern: &Path) -> io::Result<Vec<PathBuf>> {
    let text = pattern.to_string_lossy();
    let matcher = |text: &str| {
        let glob = GlobBuilder::new(text).literal_separator(true).build();
        let glob = glob.map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        io::Result::Ok(glob.compile_matcher())
    };
    let dotted = text.split('/').filter(|part| part.starts_with('.'));
    let mut search = Search {
        hidden: dotted.map(matcher).collect::<io::Result<_>>()?,
        matcher: matcher(&text)?,
        found: Vec::new(),
    };
    search.look(&start(pattern))?;
    if search.found.is_empty() {
        let why = "no file has such a name";
        return Err(io::Error::new(io::ErrorKind::NotFound, why));
    }
    Ok(search.found)
}

/// Returns the folder that all paths of a pattern are in; empty for the working folder.
fn start(pattern: &Path) -> PathBuf {
    let is_plain = |part: &Component<'_>| !has_mark(part.as_os_str());
    pattern.components().take_while(is_plain).collect()
}

struct Search {
    matcher: GlobMatcher,
    /// The names with a dot in front that are taken.
    hidden: Vec<GlobMatcher>,
    found: Vec<PathBuf>,
}

impl Search {
    fn look(&mut self, folder: &Path) -> io::Result<()> {
        let mut waiting = vec![folder.to_owned()];
        while let Some(folder) = waiting.pop() {
            let here = if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                &folder
            };
            for entry in fs::read_dir(here)? {
                let entry = entry?;
                let name = entry.file_name();
                let is_hidden = name.as_encoded_bytes().starts_with(b".");
                if is_hidden && !self.hidden.iter().any(|it| it.is_match(&name)) {
                    continue;
                }
                let path = folder.join(name);
                if self.matcher.is_match(&path) {
                    self.found.push(path);
                } else if entry.file_type()?.is_dir() {
                    waiting.push(path);
                }
                if self.found.len() > MAX_PATHS {
                    return Err(io::Error::other(format!(
                        "it takes more than {MAX_PATHS} files"
                    )));
                }
            }
        }
        self.found.sort_unstable();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_take_what_a_shell_would() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        for path in [
            "a.yaml",
            "b/c.yaml",
            "b/d/e.yaml",
            "b/f.txt",
            ".git/g.yaml",
            "b/.h.yaml",
        ] {
            fs::create_dir_all(at(path).parent().unwrap()).unwrap();
            fs::write(at(path), "").unwrap();
        }
        for (pattern, want) in [
            ("*.yaml", &["a.yaml"][..]),
            ("**/*.yaml", &["a.yaml", "b/c.yaml", "b/d/e.yaml"]),
            ("b/*", &["b/c.yaml", "b/d", "b/f.txt"]),
            ("b/[cd]*", &["b/c.yaml", "b/d"]),
            ("{a,b/c}.yaml", &["a.yaml", "b/c.yaml"]),
            ("b/.h*", &["b/.h.yaml"]),
            ("**/.git/*.yaml", &[".git/g.yaml"]),
            ("{.git,b}/*.yaml", &["b/c.yaml"]),
            ("?.yaml", &["a.yaml"]),
        ] {
            let want: Vec<PathBuf> = want.iter().map(|path| at(path)).collect();
            assert!(is_glob(&at(pattern)), "{pattern}");
            assert_eq!(expand(&at(pattern)).unwrap(), want, "{pattern}");
        }
        for (pattern, why) in [
            ("*.json", "no file has such a name"),
            ("[", "unclosed character class"),
        ] {
            let error = expand(&at(pattern)).unwrap_err().to_string();
            assert!(error.contains(why), "{pattern}: {error}");
        }
        fs::write(at("b/[x].yaml"), "").unwrap();
        assert!(!is_glob(&at("b/[x].yaml")), "a file of that name");
    }
}
