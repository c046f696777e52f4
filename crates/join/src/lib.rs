//! What only an image and the manifest that runs it show together: a file a rule in `checks/`.
//!
//! Source of truth: kubesec.md §6, which says what kubelet and container runtimes do. What is not known
//! of an image is neither a finding nor a pass: the rule is silent.

mod argv;
pub mod checks;
mod mounts;
mod prelude;
mod user;

use std::collections::BTreeSet;

use manifest::{Container, Object, Pod, Role};
use model::{Digest, Misconfiguration, Running, Severity};

use checks::Check;

pub use checks::CHECKS;

/// Containers of every kind.
const ALL: [Role; 3] = [Role::Init, Role::Main, Role::Ephemeral];

/// What is known of an image that an object names.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Its digest, if a registry gave it.
    pub digest: Option<&'a Digest>,
    /// How it runs.
    pub running: &'a Running,
    /// What it runs on, `linux/amd64`, if its name means an image of one platform alone.
    pub only: Option<&'a str>,
}

/// A container and its image.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Join<'a> {
    pub(crate) container: Container<'a>,
    /// The image as the object names it.
    pub(crate) image: &'a str,
    pub(crate) known: Known<'a>,
}

/// Returns what rules find in the containers of an object, of whose images something is known.
pub fn judge<'a>(
    object: &Object,
    known: impl Fn(&str) -> Option<Known<'a>>,
) -> Vec<Misconfiguration> {
    let mut found = Vec::new();
    let containers = object
        .pod()
        .into_iter()
        .flat_map(|pod: Pod<'_>| pod.containers(&ALL));
    for container in containers {
        let image = container
            .get(&["image"])
            .and_then(yaml::Node::as_str)
            .unwrap_or_default();
        let Some(known) = known(image) else {
            continue;
        };
        let join = Join {
            container,
            image,
            known,
        };
        let is_asked = |check: &&&Check| check.of_windows || !known.running.is_windows;
        for check in CHECKS.iter().filter(is_asked) {
            found.extend((check.ask)(&join).into_iter().map(|hit| Misconfiguration {
                rule: &check.rule,
                severity: check.rule.severity,
                message: hit.message,
                spot: container.spot(object, hit.at),
                object: object.title(),
                container: Some(container.name().to_owned()),
                image: Some(image.to_owned()),
                edit: None,
                waived: None,
            }));
        }
    }
    found
}

/// Makes what a rule about manifests could only suspect as bad as the image shows: a container of which
/// the manifest says nothing does not run as root, if its image names another user by number. It makes
/// nothing worse: what was not found because nobody asks about its severity is not missed here.
pub fn weigh<'a>(
    object: &Object,
    misconfigurations: &mut [Misconfiguration],
    known: impl Fn(&str) -> Option<Known<'a>>,
) {
    let containers = object
        .pod()
        .into_iter()
        .flat_map(|pod| pod.containers(&ALL));
    let open: BTreeSet<&str> = containers
        .filter(|it| {
            ["runAsUser", "runAsNonRoot"]
                .iter()
                .all(|field| it.inherited(&[field]).is_none())
        })
        .map(|it| it.name())
        .collect();
    for it in misconfigurations
        .iter_mut()
        .filter(|it| it.rule.id == "CTR-NON-ROOT")
    {
        if !it
            .container
            .as_deref()
            .is_some_and(|name| open.contains(name))
        {
            continue;
        }
        let known = it.image.as_deref().and_then(&known);
        // users of Windows are other things
        let known = known.filter(|known| !known.running.is_windows);
        let user = known.map(|known| known.running.user.as_str());
        let user = user.and_then(|user| user.split(':').next());
        if let Some(user) = user.filter(|user| user::is_other(user)) {
            it.severity = it.severity.min(Severity::Low);
            it.message = format!("{}; its image runs as user {user}", it.message);
        }
    }
}
