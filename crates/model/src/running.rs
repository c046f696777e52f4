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
    /// Names of the programs in the folders of `path`, sorted, a line each; none if nobody knows.
    /// Images of one base share them: whoever keeps many images keeps them once.
    pub programs: Option<Arc<str>>,
    /// Programs that run with the rights of their owner or group, whoever starts them.
    pub setuid: Vec<String>,
    /// Whether a program has capabilities of its own; none if nobody knows.
    pub has_capable: Option<bool>,
}

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
        let programs = self.programs.as_ref().map_or(0, |names| names.len());
        lists.saturating_add(programs).saturating_add(own)
    }

    /// Whether a program is in a folder of `path`; none if nobody knows.
    #[must_use]
    pub fn has_program(&self, name: &str) -> Option<bool> {
        let programs = self.programs.as_ref()?;
        Some(programs.lines().any(|line| line == name))
    }
}
