//! Where programs lie: what `execvp` finds in the folders of `PATH`.
//!
//! Each name is looked up once, and all look-ups of one image have one budget: a long `PATH` and a long
//! script together would be millions of them.

use std::collections::BTreeMap;

use model::{Entry, EntryKind, ImagePath};

use crate::input::Input;

/// Folders of `PATH` that are looked into; images have about six.
const FOLDERS: usize = 100;
/// Longest path that the kernel takes.
const LONGEST: usize = 4_096;
/// Look-ups for one image.
const LOOK_UPS: usize = 8_000;
/// Where programs are looked for if nothing is set.
const DEFAULT: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Finds programs of one image.
#[derive(Debug)]
pub(crate) struct Search<'f, 'a> {
    input: &'f Input<'a>,
    /// Those of `PATH` that are there, each once, without links.
    folders: Vec<String>,
    found: BTreeMap<String, Option<String>>,
    left: usize,
    has_more_folders: bool,
    /// Why something may be there that was not found.
    cut: Option<&'static str>,
}

/// Returns `PATH` as the configuration sets it.
fn path<'a>(input: &Input<'a>) -> &'a str {
    let env = input.config.map_or(&[][..], |config| &config.config.env);
    let set = env.iter().find_map(|set| set.strip_prefix("PATH="));
    set.unwrap_or(DEFAULT)
}

/// Returns the folders of `PATH` that are there, each once, without links.
pub(crate) fn path_folders(input: &Input<'_>) -> Vec<String> {
    let mut folders = Vec::new();
    for part in path(input).split(':').take(FOLDERS) {
        if part.len() > LONGEST {
            continue;
        }
        let Some(real) = input.tree.real_path(part, input.limits) else {
            continue;
        };
        let real = real.to_string();
        if !folders.contains(&real) {
            folders.push(real);
        }
    }
    folders
}

impl<'f, 'a> Search<'f, 'a> {
    /// Reads `PATH`.
    pub(crate) fn new(input: &'f Input<'a>) -> Self {
        Self {
            input,
            folders: path_folders(input),
            found: BTreeMap::new(),
            left: LOOK_UPS,
            has_more_folders: path(input).split(':').nth(FOLDERS).is_some(),
            cut: None,
        }
    }

    /// Returns the path of a program, which may be a link.
    pub(crate) fn find(&mut self, program: &str) -> Option<String> {
        let folder = &self.input.config?.config.working_dir;
        if program.len().saturating_add(folder.len()) > LONGEST {
            return None;
        }
        if let Some(known) = self.found.get(program) {
            return known.clone();
        }
        let found = if program.starts_with('/') {
            let path = program.trim_start_matches('/').to_owned();
            self.entry(&path).map(|_| path)
        } else if program.contains('/') {
            let path = ImagePath::new(format!("{folder}/{program}").as_bytes()).to_string();
            self.entry(&path).map(|_| path)
        } else {
            self.in_folders(program)
        };
        self.found.insert(program.to_owned(), found.clone());
        found
    }

    /// Returns why something may be there that was not found.
    pub(crate) const fn cut(&self) -> Option<&'static str> {
        self.cut
    }

    /// Looks into one folder after the other. As `execvp` does, it goes on behind what nobody may
    /// execute, and comes back to it if there is nothing else.
    fn in_folders(&mut self, program: &str) -> Option<String> {
        let mut second = None;
        for at in 0..self.folders.len() {
            let path = match self.folders.get(at).map(String::as_str) {
                Some("") | None => program.to_owned(),
                Some(folder) => format!("{folder}/{program}"),
            };
            match self.entry(&path) {
                Some(entry) if entry.kind != EntryKind::File => {}
                Some(entry) if entry.mode & 0o111 != 0 => return Some(path),
                Some(_) => second = second.or(Some(path)),
                None => {}
            }
        }
        if second.is_none() && self.has_more_folders {
            self.cut = Some("PATH has more than 100 folders");
        }
        second
    }

    fn entry(&mut self, path: &str) -> Option<Entry> {
        // a long path is as dear as several short ones
        let price = 1 + path.len() / 64;
        let Some(left) = self.left.checked_sub(price) else {
            self.cut = Some("too many programs were looked for");
            return None;
        };
        self.left = left;
        self.input.tree.find(path, self.input.limits)
    }
}
