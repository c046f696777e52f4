//! The files of the project, as text, and what of a Rust file is code.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// Every text file by its path from the root; what `.gitignore` names is not there.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    files: BTreeMap<String, String>,
}

/// A Rust file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) path: &'a str,
    pub(crate) text: &'a str,
}

impl Tree {
    /// Reads a folder.
    pub(crate) fn read(root: &Path) -> io::Result<Self> {
        let mut tree = Self::default();
        let ignored = text_of(&root.join(".gitignore"))?.unwrap_or_default();
        let ignored: Vec<&str> = ignored
            .lines()
            .map(|line| line.trim_matches('/'))
            .chain([".git"])
            .collect();
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(root.join(&folder))? {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                let path = if folder.is_empty() {
                    name
                } else {
                    format!("{folder}/{name}")
                };
                if ignored.contains(&&*path) {
                    continue;
                }
                if entry.file_type()?.is_dir() {
                    folders.push(path);
                } else if let Some(text) = text_of(&entry.path())? {
                    tree.files.insert(path, text);
                }
            }
        }
        Ok(tree)
    }

    /// Makes a tree of paths and texts.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let own = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
        Self {
            files: files.iter().map(own).collect(),
        }
    }

    /// Returns a file's text.
    pub(crate) fn get(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Whether there is a file or a folder of this path, or a file that is no text.
    pub(crate) fn has(&self, path: &str) -> bool {
        let below = format!("{path}/");
        self.files.contains_key(path) || self.files.keys().any(|file| file.starts_with(&below))
    }

    /// Returns every file, sorted by path; those that are no text are empty.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (&**path, &**text))
    }

    /// Returns every Rust file, sorted by path.
    pub(crate) fn sources(&self) -> impl Iterator<Item = Source<'_>> {
        self.files()
            .filter(|(path, _)| is_kind(path, "rs"))
            .map(|(path, text)| Source { path, text })
    }
}

/// Whether a file's name ends so, without the dot.
pub(crate) fn is_kind(path: &str, extension: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|it| it == extension)
}

impl<'a> Source<'a> {
    /// Whether the whole file is of tests.
    pub(crate) fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }

    /// Returns the lines that are not of tests, numbered from 1.
    pub(crate) fn lines(&self) -> Vec<(usize, &'a str)> {
        let mut kept = Vec::new();
        if self.is_test() {
            return kept;
        }
        let mut skipping: Option<Skip> = None;
        for (number, line) in (1..).zip(self.text.lines()) {
            let indent = line.len() - line.trim_start().len();
            match skipping {
                Some(Skip::Item(at)) => {
                    let is_attribute = line.trim_start().starts_with("#[");
                    let is_whole = line.ends_with([';', ',']) || line.trim_end() == "}";
                    skipping = match (is_attribute, is_whole) {
                        (true, _) => Some(Skip::Item(at)),
                        (false, true) if indent == at => None,
                        (false, _) => Some(Skip::Block(at)),
                    };
                }
                Some(Skip::Block(at)) => {
                    if indent == at && line.trim_start().starts_with('}') {
                        skipping = None;
                    }
                }
                None if line.trim() == "#[cfg(test)]" => skipping = Some(Skip::Item(indent)),
                None => kept.push((number, line)),
            }
        }
        kept
    }

    /// Returns the lines of code: without tests, comments and empty lines, trimmed.
    pub(crate) fn code(&self) -> Vec<(usize, &'a str)> {
        let bare = |line: &'a str| line.split(" // ").next().unwrap_or(line).trim();
        self.lines()
            .into_iter()
            .map(|(number, line)| (number, bare(line)))
            .filter(|(_, line)| !line.is_empty() && !line.starts_with("//"))
            .collect()
    }
}

/// What of a test item is still to come; rustfmt says where it ends.
#[derive(Debug, Clone, Copy)]
enum Skip {
    /// Its first line.
    Item(usize),
    /// The brace that closes it, as far to the right as its attribute.
    Block(usize),
}

/// Reads a file; what is no text is empty, what is no file is nothing.
#[expect(clippy::disallowed_methods, reason = "these are our own files")]
fn text_of(path: &Path) -> io::Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8(bytes).unwrap_or_default())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_and_comments_are_no_code() {
        let text = "//! head\nuse a; // why\n\n#[cfg(test)]\nuse b;\nfn c() {\n    // d\n    e();\n}\n\n\
            #[cfg(test)]\n#[path = \"x\"]\npub(crate) mod tests {\n    use f;\n}\nfn g() {}\n";
        let source = Source {
            path: "src/a.rs",
            text,
        };
        let code: Vec<&str> = source.code().into_iter().map(|(_, line)| line).collect();
        assert_eq!(code, ["use a;", "fn c() {", "e();", "}", "fn g() {}"]);
        for path in ["src/a/tests.rs", "tests/it.rs", "crates/a/tests/it/b.rs"] {
            let path = &format!("x/{path}");
            assert!(Source { path, text }.code().is_empty(), "{path}");
        }
    }
}
