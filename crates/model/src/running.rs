//! What an image says of a container that runs it, as far as the manifest that runs it asks.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// How a container of an image starts, and which programs it finds. Small, so that thousands stay in
/// memory: what is longer than a limit is left out, and so unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Running {
    /// Whether it is of Windows, where users and programs are other things.
    pub is_windows: bool,
    /// User and group, `user[:group]`; empty for root.
    pub user: String,
    /// The number of that user, where the image's own accounts tell it.
    pub uid: Option<u32>,
    /// Program.
    pub entrypoint: Vec<String>,
    /// Arguments.
    pub cmd: Vec<String>,
    /// Where it starts.
    pub working_dir: String,
    /// Folders in which programs are looked for, of `PATH`.
    pub path: Vec<String>,
    /// Folders meant for data.
    pub volumes: Vec<String>,
    /// How to tell whether it is well: `CMD …` or `CMD-SHELL …`; empty if nothing is said.
    pub health: Vec<String>,
    /// Names of the programs in the folders of `path`, sorted, a line each; none if nobody knows. Behind the
    /// name of one that cannot start stands a tab, and why.
    /// Images of one base share them: whoever keeps many images keeps them once.
    pub programs: Option<Arc<str>>,
    /// The same of the paths of programs that lie elsewhere, but for folders of the system: see
    /// [`Self::elsewhere`]. What ends with a slash is a link, and what lies there is not listed.
    pub elsewhere: Option<Arc<str>>,
    /// Programs that run with the rights of their owner or group, whoever starts them.
    pub setuid: Vec<String>,
    /// Whether a program has capabilities of its own; none if nobody knows.
    pub has_capable: Option<bool>,
}

/// What is known of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program<'a> {
    /// It is there.
    There,
    /// It is there and cannot start: why.
    Broken(&'a str),
    /// It is not there.
    Missing,
}

/// Folders in which an image has programs and libraries of its system, thousands of them.
const SYSTEM: [&str; 17] = [
    "bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "media", "mnt", "proc", "run",
    "sbin", "sys", "tmp", "usr", "var",
];

impl Running {
    /// Words or folders that are kept of a list.
    pub const MOST: usize = 64;
    /// Bytes of a text, or of all names of programs.
    pub const MOST_BYTES: usize = 64 << 10;

    /// Returns about how many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let lists = [
            &self.entrypoint,
            &self.cmd,
            &self.path,
            &self.volumes,
            &self.health,
            &self.setuid,
        ];
        let texts = lists.into_iter().flatten();
        let lists = texts.fold(0_usize, |sum, text| sum.saturating_add(text.len() + 24));
        let own = self.user.len().saturating_add(self.working_dir.len());
        let programs = [&self.programs, &self.elsewhere].into_iter().flatten();
        let programs: usize = programs.map(|names| names.len()).sum();
        lists.saturating_add(programs).saturating_add(own)
    }

    /// Returns what is known of a program in the folders of `path`; none if nobody knows.
    #[must_use]
    pub fn program(&self, name: &str) -> Option<Program<'_>> {
        Some(listed(self.programs.as_ref()?, name))
    }

    /// Returns what is known of a program by its whole path; none if nobody knows.
    #[must_use]
    pub fn elsewhere(&self, path: &str) -> Option<Program<'_>> {
        let list = self.elsewhere.as_ref().filter(|_| is_elsewhere(path))?;
        let below = format!("{path}/");
        let mut links = list.lines().filter(|line| line.ends_with('/'));
        let is_hidden = links.any(|link| below.starts_with(link));
        (!is_hidden).then(|| listed(list, path))
    }
}

/// Whether a path from the root on lies outside the folders of the system.
#[must_use]
pub fn is_elsewhere(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next();
    first.is_some_and(|first| !first.is_empty() && !SYSTEM.contains(&first))
}

fn listed<'l>(list: &'l str, name: &str) -> Program<'l> {
    let mut lines = list.lines();
    let found = lines.find_map(|line| line.strip_prefix(name).filter(|rest| is_end(rest)));
    match found {
        None => Program::Missing,
        Some("") => Program::There,
        Some(why) => Program::Broken(why.trim_start()),
    }
}

/// Whether nothing of a name stands there any more.
fn is_end(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('\t')
}
