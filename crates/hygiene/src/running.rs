//! What manifests that run the image may ask about it.

use std::collections::BTreeSet;

use model::{EntryKind, Running};

use crate::facts::ImageFacts;
use crate::topic::Topic;

/// Where programs are looked for if the image does not say.
const USUAL: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Returns it; none of an unpacked root, which does not tell how it runs, or of an image that says more
/// than is kept.
pub(crate) fn of(facts: &ImageFacts<'_>) -> Option<Running> {
    let image = facts.input.config?;
    let config = &image.config;
    let set = config
        .env
        .iter()
        .find_map(|line| line.strip_prefix("PATH="));
    let path: Vec<String> = set
        .unwrap_or(USUAL)
        .split(':')
        .map(ToOwned::to_owned)
        .collect();
    let setuid = facts.noted(Topic::SetId).iter();
    let setuid: BTreeSet<String> = setuid.map(|noted| format!("/{}", noted.path)).collect();
    let name = config.user.split(':').next().unwrap_or_default();
    let account = facts.accounts.iter().find(|account| account.name == name);
    let running = Running {
        is_windows: image.os == "windows",
        user: config.user.clone(),
        uid: name
            .parse()
            .ok()
            .or_else(|| account.map(|account| account.uid)),
        entrypoint: config.entrypoint.clone(),
        cmd: config.cmd.clone(),
        working_dir: config.working_dir.clone(),
        programs: programs(facts, &path).map(Into::into),
        path,
        volumes: config.volumes.keys().cloned().collect(),
        health: config
            .healthcheck
            .as_ref()
            .map(|it| it.test.clone())
            .unwrap_or_default(),
        setuid: setuid.into_iter().take(Running::MOST).collect(),
        has_capable: are_all_read(facts).then(|| !facts.noted(Topic::Capable).is_empty()),
    };
    let lists = [
        &running.entrypoint,
        &running.cmd,
        &running.path,
        &running.volumes,
        &running.health,
    ];
    let is_short = lists.iter().all(|list| list.len() <= Running::MOST);
    Some(running).filter(|it| is_short && it.bytes() <= 2 * Running::MOST_BYTES)
}

/// Whether no layer was left unread.
fn are_all_read(facts: &ImageFacts<'_>) -> bool {
    facts.input.notes.iter().all(Option::is_some)
}

/// Returns the names of what can be started in folders, a line each; none if there are too many, if a layer
/// could not be read, or if the image is not of Linux, where programs are found in another way.
fn programs(facts: &ImageFacts<'_>, folders: &[String]) -> Option<String> {
    let of_another_system = |config: &model::ImageConfig| config.os != "linux";
    if facts.input.config.is_some_and(of_another_system) || !are_all_read(facts) {
        return None;
    }
    let limits = facts.input.limits;
    let mut names: BTreeSet<String> = BTreeSet::new();
    for folder in folders.iter().take(Running::MOST) {
        let folder = folder.trim_matches('/');
        for (name, entry) in facts.input.tree.list(folder, limits) {
            let is_program = entry.is_some_and(|entry| {
                let is_file = matches!(entry.kind, EntryKind::File | EntryKind::HardLink);
                is_file && entry.mode & 0o111 != 0
            });
            // a name with a line break is nobody's program
            let name = String::from_utf8(name)
                .ok()
                .filter(|name| !name.contains('\n'));
            names.extend(name.filter(|_| is_program));
        }
    }
    let bytes = names
        .iter()
        .fold(0_usize, |sum, name| sum.saturating_add(name.len() + 1));
    (bytes <= Running::MOST_BYTES).then(|| names.into_iter().collect::<Vec<_>>().join("\n"))
}
