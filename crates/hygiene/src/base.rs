//! What an image is built on: by the chain of its layers, labels, the history, or the distribution.
//!
//! Chains come from images that the user has shown (`seaworthy base learn`); none is built in.
//!
//! ```text
//! sha256:4c2e…  debian:12  2026-10-01T00:00:00Z
//! ```
//! is a line of the file: the chain's id, a name and when it was built, between tabs.

use std::fmt::Write as _;

use model::{Base, BaseEvidence, ImageConfig, Newest, Os};
use sha2::{Digest as _, Sha256};

/// Lines of a file of chains that are read.
const MOST_CHAINS: usize = 100_000;
/// Characters of a name that a label gives.
const NAME_CHARS: usize = 200;

/// A base that is known by its layers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Chain {
    /// Identifies its layers: `sha256:…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was built, as its configuration says; may be empty.
    pub created: String,
}

/// Returns the chain's id after each layer. Source of truth: OCI image specification, "Layer `ChainID`".
pub fn chain_ids(diff_ids: &[String]) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for diff_id in diff_ids {
        let id = match ids.last() {
            None => diff_id.clone(),
            Some(below) => {
                let mut text = "sha256:".to_owned();
                for byte in &Sha256::digest(format!("{below} {diff_id}")) {
                    let _never = write!(text, "{byte:02x}");
                }
                text
            }
        };
        ids.push(id);
    }
    ids
}

/// Returns what would be learnt of an image: the chain of all its layers.
pub fn learn(config: &ImageConfig, name: &str) -> Option<Chain> {
    Some(Chain {
        id: chain_ids(&config.rootfs.diff_ids).pop()?,
        name: name.to_owned(),
        created: config.created.clone(),
    })
}

/// Reads a file of chains; lines of another form are left out, and counted.
pub fn read_chains(text: &str) -> (Vec<Chain>, usize) {
    let mut chains = Vec::new();
    let mut wrong = 0;
    let is_line = |line: &&str| !line.trim().is_empty() && !line.starts_with('#');
    for line in text.lines().filter(is_line).take(MOST_CHAINS) {
        let columns: Vec<&str> = line.split('\t').collect();
        match columns[..] {
            [id, name, ref rest @ ..] if id.starts_with("sha256:") && !name.is_empty() => {
                chains.push(Chain {
                    id: id.to_owned(),
                    name: name.to_owned(),
                    created: rest.first().copied().unwrap_or_default().to_owned(),
                });
            }
            _ => wrong += 1,
        }
    }
    (chains, wrong)
}

/// Returns a line of a file of chains.
pub fn chain_line(chain: &Chain) -> String {
    let plain = |text: &str| text.replace(['\t', '\n', '\r'], " ");
    format!(
        "{}\t{}\t{}\n",
        chain.id,
        plain(&chain.name),
        plain(&chain.created)
    )
}

/// Tells what an image is built on. `guess` is how many layers the history shows to be the base's.
pub fn recognise(
    config: &ImageConfig,
    os: Option<&Os>,
    chains: &[Chain],
    guess: Option<usize>,
) -> Base {
    if let Some(base) = by_chain(config, chains) {
        return base;
    }
    let told = |name: String, told_by| Base {
        name,
        told_by,
        layers: guess,
        created: guess.map_or(String::new(), |layers| created(config, layers)),
        newest: Newest::Untold,
    };
    if let Some(name) = by_label(config) {
        return told(name, BaseEvidence::Label);
    }
    let distribution = os.map(|os| format!("{} {}", os.family, os.version).trim().to_owned());
    match (by_history(config), distribution) {
        (Some(kind), Some(os)) => told(format!("{kind} ({os})"), BaseEvidence::History),
        (Some(kind), None) => told(kind.to_owned(), BaseEvidence::History),
        (None, Some(os)) => told(os, BaseEvidence::Distribution),
        (None, None) => told(String::new(), BaseEvidence::Nothing),
    }
}

fn by_chain(config: &ImageConfig, chains: &[Chain]) -> Option<Base> {
    let ids = chain_ids(&config.rootfs.diff_ids);
    let find = |(index, id): (usize, &String)| {
        let chain = chains.iter().find(|chain| chain.id == *id)?;
        Some(Base {
            name: chain.name.clone(),
            told_by: BaseEvidence::Chain,
            layers: Some(index + 1),
            created: chain.created.clone(),
            newest: Newest::Untold,
        })
    };
    ids.iter().enumerate().rev().find_map(find)
}

fn by_label(config: &ImageConfig) -> Option<String> {
    let name = config
        .config
        .labels
        .get("org.opencontainers.image.base.name")?;
    let name: String = name.chars().take(NAME_CHARS).collect();
    (!name.trim().is_empty()).then_some(name)
}

/// Returns what the first lines of the history look like.
fn by_history(config: &ImageConfig) -> Option<&'static str> {
    let mut steps = config.history.iter();
    let first = steps.next()?;
    let command = steps.next().map_or("", |step| &step.created_by);
    let line = first.created_by.as_str();
    let is_root = line.contains("ADD file:")
        || line.contains("ADD rootfs")
        || line.contains("ADD alpine-minirootfs");
    if line.contains("alpine-minirootfs") {
        Some("alpine")
    } else if line.starts_with("bazel build") {
        Some("distroless")
    } else if line.starts_with("apko") || first.comment.contains("apko single-layer image") {
        Some("apko")
    } else if line.starts_with("# debian.sh") {
        Some("debian")
    } else if line.starts_with("KIWI ") {
        Some("suse")
    } else if is_root && command.contains("[\"bash\"]") {
        Some("debian")
    } else if is_root && command.contains("[\"/bin/sh\"]") {
        Some("alpine")
    } else if is_root && command.contains("[\"/bin/bash\"]") {
        Some("a distribution with /bin/bash")
    } else {
        None
    }
}

/// Returns when the last layer of the base was made.
fn created(config: &ImageConfig, layers: usize) -> String {
    let mut made = config.history.iter().filter(|step| !step.empty_layer);
    let last = layers.checked_sub(1).and_then(|at| made.nth(at));
    last.map_or(String::new(), |step| step.created.clone())
}

#[cfg(test)]
mod tests {
    use model::History;

    use super::*;

    fn config(diff_ids: &[&str], history: &[&str]) -> ImageConfig {
        let step = |line: &&str| History {
            created_by: (*line).to_owned(),
            ..History::default()
        };
        let mut config = ImageConfig {
            history: history.iter().map(step).collect(),
            ..ImageConfig::default()
        };
        config.rootfs.diff_ids = diff_ids.iter().map(|id| (*id).to_owned()).collect();
        config
    }

    /// `printf 'sha256:a sha256:b' | sha256sum`
    #[test]
    fn chains_are_hashes_of_hashes() {
        let ids = chain_ids(&["sha256:a".to_owned(), "sha256:b".to_owned()]);
        let want = [
            "sha256:a",
            "sha256:970a948bffa8de94d6e22d747ba8c95030e6e546909f98f54e99a13005e173a8",
        ];
        assert_eq!(ids, want);
    }

    #[test]
    fn the_longest_known_chain_is_the_base() {
        let base = config(&["sha256:a", "sha256:b"], &[]);
        let chain = learn(&base, "shop/base:1").unwrap();
        let lower = learn(&config(&["sha256:a"], &[]), "debian:12").unwrap();
        let (chains, wrong) = read_chains(&format!(
            "# x\n{}{}nonsense\n",
            chain_line(&lower),
            chain_line(&chain)
        ));
        assert_eq!((chains.len(), wrong), (2, 1));
        let child = config(&["sha256:a", "sha256:b", "sha256:c"], &[]);
        let found = recognise(&child, None, &chains, None);
        assert_eq!(
            (&*found.name, found.layers, found.told_by),
            ("shop/base:1", Some(2), BaseEvidence::Chain)
        );
    }

    #[test]
    fn histories_look_like_their_bases() {
        for (history, want) in [
            (
                &[
                    "/bin/sh -c #(nop) ADD file:1 in / ",
                    "/bin/sh -c #(nop)  CMD [\"bash\"]",
                ][..],
                Some("debian"),
            ),
            (
                &["ADD alpine-minirootfs-3.20.3-x86_64.tar.gz / # buildkit"],
                Some("alpine"),
            ),
            (&["bazel build ..."], Some("distroless")),
            (&["apko"], Some("apko")),
            (&["COPY app /"], None),
            (&[], None),
        ] {
            assert_eq!(by_history(&config(&[], history)), want, "{history:?}");
        }
    }
}
