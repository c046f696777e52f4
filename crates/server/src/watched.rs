//! The policy, read again when its file says something else.
//!
//! A new one that is wrong is told everywhere and not used: the old one decides on.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use archive::read_at_most;
use policy::image_policy::ImagePolicy;

/// Bytes of a policy.
const MAX_BYTES: u64 = 4 << 20;

/// The policy that decides now.
#[derive(Debug)]
pub(crate) struct Watched {
    path: PathBuf,
    now: RwLock<Now>,
}

#[derive(Debug)]
struct Now {
    policy: Arc<ImagePolicy>,
    /// What was read last, which may be wrong.
    text: String,
    /// Why the file that is there is not used.
    problem: Option<String>,
}

impl Watched {
    /// Reads the policy.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn read(path: PathBuf) -> Result<Self, String> {
        let text = text(&path)?;
        let policy = parsed(&path, &text)?;
        Ok(Self {
            path,
            now: RwLock::new(Now {
                policy: Arc::new(policy),
                text,
                problem: None,
            }),
        })
    }

    /// Returns the policy that decides.
    pub(crate) fn policy(&self) -> Arc<ImagePolicy> {
        Arc::clone(
            &self
                .now
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .policy,
        )
    }

    /// Returns why the file that is there is not used, if it is not.
    pub(crate) fn problem(&self) -> Option<String> {
        self.now
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .problem
            .clone()
    }

    /// Reads the file again if it changed; returns what to say about it.
    pub(crate) fn renew(&self) -> Option<String> {
        let read = text(&self.path);
        let is_same = {
            let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
            match &read {
                Ok(text) => *text == now.text && now.problem.is_none(),
                Err(why) => now.problem.as_ref() == Some(why),
            }
        };
        if is_same {
            return None;
        }
        let renewed = read.map(|text| (parsed(&self.path, &text), text));
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        let (parsed, text) = match renewed {
            Ok((parsed, text)) => (parsed, Some(text)),
            Err(why) => (Err(why), None),
        };
        let was_told = now.problem.is_some() && text.as_ref() == Some(&now.text);
        if let Some(text) = text {
            now.text = text;
        }
        match parsed {
            Ok(policy) => {
                now.problem = None;
                let said = format!("the policy is now {}", policy.label());
                now.policy = Arc::new(policy);
                Some(said)
            }
            Err(why) => {
                let said = format!("the policy stays {}: {why}", now.policy.label());
                now.problem = Some(why);
                (!was_told).then_some(said)
            }
        }
    }
}

fn text(path: &Path) -> Result<String, String> {
    let told = |why: String| format!("{}: {why}", path.display());
    let bytes = File::open(path).and_then(|file| read_at_most(file, MAX_BYTES));
    let bytes = bytes.map_err(|error| told(error.to_string()))?;
    String::from_utf8(bytes).map_err(|_not| told("it is no UTF-8".to_owned()))
}

fn parsed(path: &Path, text: &str) -> Result<ImagePolicy, String> {
    let name = path.display().to_string();
    ImagePolicy::read(&name, text).map_err(|problems| {
        let first = problems
            .first()
            .map(ToString::to_string)
            .unwrap_or_default();
        match problems.len().saturating_sub(1) {
            0 => first,
            more => format!("{first}, and {more} more"),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const GOOD: &str =
        "apiVersion: seaworthy.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {name: NAME}\nspec: {}\n";

    #[test]
    fn a_broken_policy_keeps_the_old_one_and_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.yaml");
        let write = |text: &str| fs::write(&path, text).unwrap();
        write(&GOOD.replace("NAME", "one"));
        let watched = Watched::read(path.clone()).unwrap();
        assert_eq!((watched.renew(), watched.problem()), (None, None));
        write("kind: Pod");
        let said = watched.renew().unwrap();
        assert!(
            said.starts_with("the policy stays one@") && said.contains("`apiVersion` is missing"),
            "{said}"
        );
        assert_eq!(watched.policy().name(), "one");
        assert!(watched.problem().is_some());
        assert_eq!(watched.renew(), None);
        write(&GOOD.replace("NAME", "two"));
        assert!(
            watched
                .renew()
                .unwrap()
                .starts_with("the policy is now two@")
        );
        assert_eq!((watched.policy().name(), watched.problem()), ("two", None));
        fs::remove_file(&path).unwrap();
        assert!(watched.renew().is_some());
        assert_eq!((watched.renew(), watched.policy().name()), (None, "two"));
    }
}
