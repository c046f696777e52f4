//! Which files of an image tell of its packages and its operating system, layer by layer.

use std::collections::BTreeSet;

use model::{Content, EntryKind, Gap, GapKind, Gaps, ImagePath, Limits, Tree};

use crate::formats::{FORMATS, Location};
use crate::{os_release, unread};

/// A file that a format reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct File {
    /// The path under which the format looks for it; a link may stand there.
    pub(crate) path: ImagePath,
    /// Where its bytes are.
    pub(crate) content: Content,
}

/// The databases of one format as they stood after some layer.
#[derive(Debug, Clone)]
pub(crate) struct State {
    /// The layer that changed them.
    pub(crate) layer: usize,
    /// The databases, sorted by path; none if they were deleted.
    pub(crate) databases: Vec<File>,
}

/// Looks at the merged tree after each layer.
#[derive(Debug)]
pub struct Watch {
    /// States of each format of [`FORMATS`], a new one only where a layer changed something.
    pub(crate) states: Vec<Vec<State>>,
    /// Files that say which files a package owns, for each format, in the top layer.
    pub(crate) owned: Vec<Vec<File>>,
    /// Files that tell the operating system, in the order in which they are asked.
    pub(crate) os: Vec<File>,
    pub(crate) gaps: Gaps,
    limits: Limits,
}

/// Whether a format may want the file at this path whole, judged by the path alone.
pub fn wants(path: &str) -> bool {
    let is_wanted = |location: &Location| location.covers(path);
    FORMATS
        .iter()
        .any(|format| format.databases.iter().any(is_wanted) || format.owned.iter().any(is_wanted))
        || os_release::FILES.contains(&path)
}

impl Watch {
    /// Starts before the lowest layer.
    pub fn new(limits: &Limits) -> Self {
        Self {
            states: vec![Vec::new(); FORMATS.len()],
            owned: vec![Vec::new(); FORMATS.len()],
            os: Vec::new(),
            gaps: Gaps::new(limits.gaps_of_a_kind),
            limits: *limits,
        }
    }

    /// Notes what `tree`, merged up to layer number `layer`, holds.
    pub fn look(&mut self, tree: &Tree, layer: usize) {
        for (format, states) in FORMATS.iter().zip(&mut self.states) {
            let databases = files(tree, format.databases, &self.limits, &mut None);
            let before = states.last().map_or(&[][..], |state| &state.databases);
            if databases != before {
                states.push(State { layer, databases });
            }
        }
    }

    /// Notes what only matters in the top layer; to be called once, after the last [`Self::look`].
    pub fn finish(&mut self, tree: &Tree) {
        let limits = self.limits;
        for (format, owned) in FORMATS.iter().zip(&mut self.owned) {
            *owned = files(tree, format.owned, &limits, &mut None);
            files(tree, format.databases, &limits, &mut Some(&mut self.gaps));
        }
        self.os = os_release::FILES
            .iter()
            .filter_map(|path| file(tree, path, &limits, &mut Some(&mut self.gaps)))
            .collect();
        for gap in unread::look(tree, &limits) {
            self.gaps.add(gap);
        }
    }

    /// Returns where the bytes lie that [`crate::read()`] needs, sorted, each once.
    pub fn needed(&self) -> Vec<Content> {
        let databases = self
            .states
            .iter()
            .flatten()
            .flat_map(|state| &state.databases);
        let all = databases.chain(self.owned.iter().flatten()).chain(&self.os);
        all.map(|file| file.content)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    }
}

/// Returns the files at the locations, each content once: `/lib` may be a link to `/usr/lib`.
fn files(
    tree: &Tree,
    locations: &[Location],
    limits: &Limits,
    gaps: &mut Option<&mut Gaps>,
) -> Vec<File> {
    let mut found = Vec::new();
    for location in locations {
        match location {
            Location::File(path) => found.extend(file(tree, path, limits, gaps)),
            Location::Folder(folder, accepts) => {
                found.extend(folder_files(tree, folder, *accepts, limits));
            }
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|file| seen.insert(file.content));
    found.sort();
    found
}

fn file(tree: &Tree, path: &str, limits: &Limits, gaps: &mut Option<&mut Gaps>) -> Option<File> {
    let entry = tree.find(path, limits);
    let found = entry.filter(|entry| entry.kind == EntryKind::File);
    let is_there = tree.entry(path, limits).is_some();
    if let (None, true, Some(gaps)) = (found, is_there, gaps) {
        let why = match entry.map(|entry| entry.kind) {
            None => "it is a link that leads nowhere",
            Some(EntryKind::Folder) => "it is a folder",
            Some(EntryKind::HardLink) => "it is a hard link to a file that is not here",
            Some(EntryKind::File | EntryKind::Symlink | EntryKind::Special) => {
                "it is a device or a pipe"
            }
        };
        gaps.add(Gap::new(
            GapKind::Unread,
            path,
            why,
            "packages or the operating system",
        ));
    }
    Some(File {
        path: ImagePath::new(path.as_bytes()),
        content: found?.content,
    })
}

fn folder_files(
    tree: &Tree,
    folder: &str,
    accepts: fn(&str) -> bool,
    limits: &Limits,
) -> Vec<File> {
    tree.list(folder, limits)
        .into_iter()
        .filter(|(name, entry)| {
            entry.kind == EntryKind::File && std::str::from_utf8(name).is_ok_and(accepts)
        })
        .map(|(name, entry)| File {
            path: ImagePath::new(&[folder.as_bytes(), b"/", &name].concat()),
            content: entry.content,
        })
        .collect()
}
