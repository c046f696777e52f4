//! What manifests that run the image may ask about it.

use std::collections::{BTreeMap, BTreeSet};

use model::{Entry, EntryKind, Running, is_elsewhere};

use crate::facts::ImageFacts;
use crate::obstacle;
use crate::search::Search;
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
        elsewhere: elsewhere(facts).map(Into::into),
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

/// Whether programs are those of Linux, and all layers were read.
fn are_told(facts: &ImageFacts<'_>) -> bool {
    // others find programs in another way
    let is_linux = |config: &model::ImageConfig| matches!(&*config.os, "" | "linux");
    facts.input.config.is_none_or(is_linux) && are_all_read(facts)
}

/// Returns the names of programs in folders, a line each; none if there are too many, or nobody can tell.
fn programs(facts: &ImageFacts<'_>, folders: &[String]) -> Option<String> {
    if !are_told(facts) {
        return None;
    }
    let (input, mut search) = (facts.input, Search::new(facts.input));
    // the first of its name is the one that is started
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    for folder in folders.iter().take(Running::MOST) {
        let folder = folder.trim_matches('/');
        for (name, entry) in input.tree.list(folder, input.limits) {
            if let Ok(name) = String::from_utf8(name)
                && entry.is_some_and(|entry| is_program(&entry))
            {
                names.entry(name).or_insert(folder);
            }
        }
    }
    if names.keys().map(String::len).sum::<usize>() > Running::MOST_BYTES {
        return None;
    }
    let lines = names.iter().filter_map(|(name, folder)| {
        let why = obstacle::of_file(input, &mut search, &format!("{folder}/{name}"));
        line(name, why.as_deref())
    });
    joined(lines, Running::MOST_BYTES)
}

/// Returns the whole paths of programs and links outside the folders of the system, a line each; none if there
/// are too many, or nobody can tell.
fn elsewhere(facts: &ImageFacts<'_>) -> Option<String> {
    if !are_told(facts) {
        return None;
    }
    let (input, mut search) = (facts.input, Search::new(facts.input));
    let wants = |_: &[u8], entry: &Entry| entry.kind == EntryKind::Symlink || is_program(entry);
    let (found, gap) = input.tree.select(wants, input.limits);
    let paths = found.iter().map(|(path, _)| format!("/{path}"));
    let paths: Vec<String> = paths.filter(|path| is_elsewhere(path)).collect();
    // an application has some
    let bytes: usize = paths.iter().map(String::len).sum();
    if gap.is_some() || bytes > Running::MOST_BYTES / 8 {
        return None;
    }
    let lines = paths.iter().filter_map(|path| {
        let meant = input.tree.find(path, input.limits);
        if meant.is_some_and(|entry| is_program(&entry)) {
            let why = obstacle::of_file(input, &mut search, path);
            line(path, why.as_deref())
        } else {
            // a link to a folder, or to nothing that is here
            line(&format!("{path}/"), None)
        }
    });
    joined(lines, Running::MOST_BYTES / 4)
}

fn is_program(entry: &Entry) -> bool {
    let is_file = matches!(entry.kind, EntryKind::File | EntryKind::HardLink);
    is_file && entry.mode & 0o111 != 0
}

/// Returns a line of a list: a program, and why it cannot start. A name with a line break or a tab is nobody's.
fn line(name: &str, why: Option<&str>) -> Option<String> {
    let is_odd = |text: &str| text.contains(['\n', '\t']);
    let line = match why {
        None => name.to_owned(),
        Some(why) if is_odd(why) => format!("{name}\tit cannot"),
        Some(why) => format!("{name}\t{why}"),
    };
    (!is_odd(name)).then_some(line)
}

fn joined(lines: impl Iterator<Item = String>, most: usize) -> Option<String> {
    let lines: Vec<String> = lines.collect();
    let text = lines.join("\n");
    (text.len() <= most).then_some(text)
}

#[cfg(test)]
mod tests {
    use crate::example;

    #[test]
    fn programs_are_listed_with_what_keeps_them_from_starting() {
        for (image, programs, elsewhere) in [
            (
                "CMD a\n/bin/a 0755 elf\n/bin/b 0644 elf\n/usr/lib/x 0755 elf",
                "a",
                "",
            ),
            (
                "CMD a\n/bin/a 0755\n| #!/bin/bash\n/app/run 0755 elf\n/app/x 0644 elf",
                "a\t`bin/a` needs `/bin/bash`, which is not in the image",
                "/app/run",
            ),
            (
                "CMD a\nENV PATH=/a:/b\n/a/x 0755 elf\n/b/x 0755\n| #!/c\n/srv -> /opt\n/opt/x -> y\n/run.sh -> /a/x",
                "x",
                "/a/x\n/b/x\t`/b/x` needs `/c`, which is not in the image\n/opt/x/\n/run.sh\n/srv/",
            ),
        ] {
            let (hygiene, _) = example::told(image);
            let running = hygiene.running.unwrap();
            let lists = [running.programs, running.elsewhere].map(Option::unwrap);
            assert_eq!([&*lists[0], &*lists[1]], [programs, elsewhere], "{image}");
        }
    }
}
