//! What a folder tells of the files in it: asked once for files that come one after the other, as those of
//! a folder mostly do.

/// The folder of the last file, and what it told.
#[derive(Debug, Default)]
pub(crate) struct Folder<T> {
    /// Its path, with the slash at its end; none before the first file.
    path: Option<Vec<u8>>,
    told: T,
}

impl<T: Copy> Folder<T> {
    /// Returns what a folder tells, which `ask` finds out.
    pub(crate) fn told(&mut self, path: &[u8], ask: impl FnOnce() -> T) -> T {
        if self.path.as_deref() != Some(path) {
            let last = self.path.get_or_insert_default();
            last.clear();
            last.extend_from_slice(path);
            self.told = ask();
        }
        self.told
    }
}

/// Returns where the last name of a path begins.
pub(crate) fn name_start(path: &[u8]) -> usize {
    let slash = path.iter().rposition(|&byte| byte == b'/');
    slash.map_or(0, |slash| slash + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_folder_is_asked_once_in_a_row() {
        let mut folder = Folder::default();
        let mut asked = Vec::new();
        for path in ["a", "b", "x/a", "x/b", "x/y/a", "x/c"] {
            let (of, _) = path.split_at(name_start(path.as_bytes()));
            let told = folder.told(of.as_bytes(), || {
                asked.push(of);
                of.len()
            });
            assert_eq!(told, of.len(), "{path}");
        }
        assert_eq!(asked, ["", "x/", "x/y/", "x/"]);
    }
}
