//! The policy, read again when its file says something else.
//!
//! A new one that is wrong is told everywhere and not used: the old one decides on.

use std::sync::{Arc, PoisonError, RwLock};

use policy::image_policy::ImagePolicy;

/// Reads the policy as it is now, or says what is wrong with it.
pub type PolicySource = Box<dyn Fn() -> Result<ImagePolicy, String> + Send + Sync>;

/// The policy that decides now.
pub(crate) struct Watched {
    source: PolicySource,
    now: RwLock<Now>,
}

struct Now {
    policy: Arc<ImagePolicy>,
    /// Why what is there is not used.
    problem: Option<String>,
}

impl Watched {
    pub(crate) fn new(policy: ImagePolicy, source: PolicySource) -> Self {
        Self {
            source,
            now: RwLock::new(Now {
                policy: Arc::new(policy),
                problem: None,
            }),
        }
    }

    /// Returns the policy that decides.
    pub(crate) fn policy(&self) -> Arc<ImagePolicy> {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&now.policy)
    }

    /// Returns why what is there is not used, if it is not.
    pub(crate) fn problem(&self) -> Option<String> {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        now.problem.clone()
    }

    /// Reads the policy again; returns what to say about it if it is another one than before.
    pub(crate) fn renew(&self) -> Option<String> {
        let read = (self.source)();
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        match read {
            Ok(policy) => {
                let is_same = policy.digest() == now.policy.digest() && now.problem.is_none();
                if is_same {
                    return None;
                }
                let said = format!("the policy is now {}", policy.label());
                *now = Now {
                    policy: Arc::new(policy),
                    problem: None,
                };
                Some(said)
            }
            Err(why) if now.problem.as_ref() == Some(&why) => None,
            Err(why) => {
                let said = format!("the policy stays {}: {why}", now.policy.label());
                now.problem = Some(why);
                Some(said)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use policy::image_policy::RuleIds;

    use super::*;

    const GOOD: &str =
        "apiVersion: seaworthy.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {name: NAME}\nspec: {}\n";

    #[test]
    fn a_broken_policy_keeps_the_old_one_and_is_told_once() {
        let file = Arc::new(Mutex::new(None));
        let write = |text: &str| *file.lock().unwrap() = Some(text.to_owned());
        let read_from = Arc::clone(&file);
        let read = move || {
            let text: Option<String> = read_from.lock().unwrap().clone();
            let text = text.ok_or("p.yaml: there is no such file")?;
            ImagePolicy::read("p.yaml", &text, &RuleIds::default())
                .map_err(|problems| problems[0].to_string())
        };
        write(&GOOD.replace("NAME", "one"));
        let watched = Watched::new(read().unwrap(), Box::new(read));
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
        *file.lock().unwrap() = None;
        assert!(watched.renew().is_some());
        assert_eq!((watched.renew(), watched.policy().name()), (None, "two"));
    }
}
