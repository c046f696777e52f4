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

use checks::{Check, Hit};

pub use checks::CHECKS;

/// Containers of every kind.
const ALL: [Role; 3] = [Role::Init, Role::Main, Role::Ephemeral];

/// What is known of an image that an object names, on one platform.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// What it runs on: `linux/amd64`.
    pub platform: &'a str,
    /// Its digest, if a registry gave it.
    pub digest: Option<&'a Digest>,
    /// How it runs; none if nobody knows.
    pub running: Option<&'a Running>,
    /// What it runs on, `linux/amd64`, if its name means an image of one platform alone.
    pub only: Option<&'a str>,
}

/// A container and its image.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Join<'a> {
    pub(crate) container: Container<'a>,
    /// The image as the object names it.
    pub(crate) image: &'a str,
    /// Its digest, if a registry gave it.
    pub(crate) digest: Option<&'a Digest>,
    pub(crate) running: &'a Running,
    /// [`Known::only`].
    pub(crate) only: Option<&'a str>,
}

/// Platforms that a message names: an image may be of any number.
const NAMED: usize = 3;

/// Returns what rules find in the containers of an object, of whose images something is known: `known` tells
/// it of each platform. What is wrong on some of them only says on which.
pub fn judge<'a: 'k, 'k>(
    object: &Object,
    known: impl Fn(&str) -> &'k [Known<'a>],
) -> Vec<Misconfiguration> {
    let containers = object
        .pod()
        .into_iter()
        .flat_map(|pod: Pod<'_>| pod.containers(&ALL));
    let found = containers.flat_map(|container| {
        let image = container
            .get(&["image"])
            .and_then(yaml::Node::as_str)
            .unwrap_or_default();
        let known = known(image);
        CHECKS.iter().flat_map(move |check| {
            let hits = hits(check, (container, image), known).into_iter();
            hits.map(move |(hit, on)| Misconfiguration {
                rule: &check.rule,
                severity: check.rule.severity,
                message: hit.message + &told(&on, known.len()),
                spot: container.spot(object, hit.at),
                object: object.title(),
                container: Some(container.name().to_owned()),
                image: Some(image.to_owned()),
                edit: None,
                waived: None,
            })
        })
    });
    found.collect()
}

/// Returns what a rule finds in a container, once, and on which platforms of its image.
fn hits<'a>(
    check: &Check,
    (container, image): (Container<'_>, &str),
    known: &[Known<'a>],
) -> Vec<(Hit, Vec<&'a str>)> {
    let mut hits: Vec<(Hit, Vec<&str>)> = Vec::new();
    for it in known {
        let is_asked = |running: &&Running| check.of_windows || !running.is_windows;
        let Some(running) = it.running.filter(is_asked) else {
            continue;
        };
        let join = Join {
            container,
            image,
            digest: it.digest,
            running,
            only: it.only,
        };
        for hit in (check.ask)(&join) {
            match hits.iter_mut().find(|(seen, _)| *seen == hit) {
                Some((_, on)) => on.push(it.platform),
                None => hits.push((hit, vec![it.platform])),
            }
        }
    }
    hits
}

/// Says on which of so many platforms something is; nothing if it is on all.
fn told(on: &[&str], platforms: usize) -> String {
    if on.len() == platforms {
        return String::new();
    }
    let named: Vec<&str> = on.iter().take(NAMED).copied().collect();
    let more = match on.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(" on {}{more}", named.join(", "))
}

/// Makes what a rule about manifests could only suspect as bad as the image shows: a container of which
/// the manifest says nothing does not run as root, if its image names another user by number, on each of its
/// platforms. It makes nothing worse: what was not found because nobody asks about its severity is not missed here.
pub fn weigh<'a: 'k, 'k>(
    object: &Object,
    misconfigurations: &mut [Misconfiguration],
    known: impl Fn(&str) -> &'k [Known<'a>],
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
        let known = it.image.as_deref().map(&known).unwrap_or_default();
        if let Some(users) = other_users(known) {
            it.severity = it.severity.min(Severity::Low);
            it.message = format!("{}; its image runs as user {users}", it.message);
        }
    }
}

/// Returns the numbers of the users that an image runs as; none if it may be root on one of its platforms.
fn other_users(known: &[Known<'_>]) -> Option<String> {
    let mut users = BTreeSet::new();
    for it in known {
        let running = it.running?;
        // users of Windows are other things
        if !running.is_windows {
            let user = running.user.split(':').next();
            users.insert(user.filter(|user| user::is_other(user))?);
        }
    }
    let users: Vec<&str> = users.into_iter().collect();
    (!users.is_empty()).then(|| users.join(" or "))
}
