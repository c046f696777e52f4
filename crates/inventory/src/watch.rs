//! Which files of an image tell of its packages and its operating system, layer by layer.

use std::collections::{BTreeMap, BTreeSet};

use model::{Content, Gaps, ImagePath, Keep, Limits, Manner, Tree};

use crate::formats::dpkg::available;
use crate::formats::{FORMATS, Location};
use crate::look::Look;
use crate::{copyright, os_release, programs, red_hat_build, unread};

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
pub struct Watch<'a> {
    /// States of each format of [`FORMATS`], a new one only where a layer changed something.
    pub(crate) states: Vec<Vec<State>>,
    /// Files that say which files a package owns, for each format, in the top layer.
    pub(crate) owned: Vec<Vec<File>>,
    /// Files that tell the operating system, in the order in which they are asked: of the top layer, or
    /// in Trivy's manner of each layer that brought any.
    pub(crate) os: Vec<File>,
    /// Files that tell from what Red Hat built a layer, by the layer that brought them.
    pub(crate) builds: BTreeMap<usize, Vec<File>>,
    /// Files that name licences of Debian's packages, in the top layer.
    pub(crate) copyrights: Vec<File>,
    /// What dpkg knows of packages that may be installed, in the top layer.
    pub(crate) available: Vec<File>,
    /// Programs that may have packages inside, in the top layer.
    pub(crate) programs: Vec<ImagePath>,
    pub(crate) gaps: Gaps,
    pub(crate) manner: Manner,
    limits: Limits,
    skip: Skip<'a>,
}

/// Asks whether the user wants the file at this path left out.
pub type Skip<'a> = &'a (dyn Fn(&str) -> bool + Sync);

/// Returns what a reader may want of the file at this path, judged by the path alone.
pub fn wants(path: &str) -> Option<Keep> {
    let is_wanted = |location: &Location| location.covers(path);
    let is_whole = FORMATS
        .iter()
        .any(|format| format.databases.iter().any(is_wanted) || format.owned.iter().any(is_wanted))
        || os_release::FILES.contains(&path)
        || available::LOCATIONS.iter().any(is_wanted)
        || red_hat_build::LOCATIONS.iter().any(is_wanted);
    if is_whole {
        return Some(Keep::Whole);
    }
    copyright::covers(path).then_some(Keep::Part(copyright::excerpt))
}

impl std::fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch")
            .field("states", &self.states)
            .finish_non_exhaustive()
    }
}

impl<'a> Watch<'a> {
    /// Starts before the lowest layer.
    pub fn new(limits: &Limits, skip: Skip<'a>) -> Self {
        Self {
            states: vec![Vec::new(); FORMATS.len()],
            owned: vec![Vec::new(); FORMATS.len()],
            os: Vec::new(),
            builds: BTreeMap::new(),
            copyrights: Vec::new(),
            available: Vec::new(),
            programs: Vec::new(),
            gaps: Gaps::new(limits.gaps_of_a_kind),
            manner: Manner::Own,
            limits: *limits,
            skip,
        }
    }

    /// Looks in another manner than our own.
    #[must_use]
    pub fn in_manner(self, manner: Manner) -> Self {
        Self { manner, ..self }
    }

    /// Notes what `tree`, merged up to layer number `layer`, holds.
    pub fn look(&mut self, tree: &Tree, layer: usize) {
        let look = Look {
            tree,
            limits: &self.limits,
            skip: self.skip,
            manner: self.manner,
        };
        for (format, states) in FORMATS.iter().zip(&mut self.states) {
            let mut databases = look.files(format.databases);
            let before = states.last().map_or(&[][..], |state| &state.databases);
            databases.extend(look.buried(before, &databases));
            databases.sort();
            if databases != before {
                states.push(State { layer, databases });
            }
        }
        let mut builds = look.files(red_hat_build::LOCATIONS);
        builds.retain(|file| usize::from(file.content.layer) == layer);
        if !builds.is_empty() {
            self.builds.insert(layer, builds);
        }
        if self.manner.is_trivy() {
            let mut os = look.os_files();
            os.retain(|file| usize::from(file.content.layer) == layer);
            self.os.append(&mut os);
        }
    }

    /// Notes what only matters in the top layer; to be called once, after the last [`Self::look`].
    pub fn finish(&mut self, tree: &Tree) {
        let look = Look {
            tree,
            limits: &self.limits,
            skip: self.skip,
            manner: self.manner,
        };
        for (format, owned) in FORMATS.iter().zip(&mut self.owned) {
            *owned = look.files(format.owned);
            self.gaps.extend(look.odd(format.databases));
        }
        self.copyrights = look.below_each(copyright::FOLDER, copyright::NAME);
        self.available = look.files(available::LOCATIONS);
        let (mut programs, gap) = programs::candidates(tree, &self.limits);
        programs.retain(|path| !(self.skip)(path.as_str()));
        self.programs = programs;
        self.gaps.extend(gap);
        if !self.manner.is_trivy() {
            self.os = look.os_files();
        }
        let os_files: Vec<Location> = os_release::FILES
            .iter()
            .map(|path| Location::File(path))
            .collect();
        self.gaps.extend(look.odd(&os_files));
        self.gaps
            .extend(unread::look(tree, &self.limits, self.skip));
    }

    /// Returns where the bytes lie that [`crate::read()`] needs, sorted, each once.
    pub fn needed(&self) -> Vec<Content> {
        let databases = self
            .states
            .iter()
            .flatten()
            .flat_map(|state| &state.databases);
        let all = databases
            .chain(self.owned.iter().flatten())
            .chain(&self.os)
            .chain(&self.copyrights)
            .chain(&self.available)
            .chain(self.builds.values().flatten());
        all.map(|file| file.content)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    }
}
