//! What supervisors start once, before all that they watch.

use crate::facts::{kind, text};
use crate::input::Input;
use crate::notes::Kind;
use crate::services;
use crate::start::{Finder, Start, Started};

use super::{MOST, links};

/// Files, or folders of files, that supervisors start once.
const ONCE: [(&str, &str); 4] = [
    // the one of s6-overlay
    ("init", "etc/cont-init.d"),
    ("my_init", "etc/my_init.d"),
    ("my_init", "etc/rc.local"),
    ("systemd", "etc/rc.local"),
];
/// Where it stands what inits start.
const SETTINGS: [&str; 6] = [
    "etc/inittab",
    "etc/runlevels/default",
    "etc/services.d",
    "etc/s6-overlay",
    "etc/cont-init.d",
    "etc/init",
];

/// Returns what a supervisor starts once.
pub(crate) fn once(
    input: &Input<'_>,
    supervisor: Option<&str>,
    finder: &mut Finder<'_, '_>,
) -> Vec<Started> {
    let mut started = Vec::new();
    let paths = ONCE.iter().filter(|(by, _)| Some(*by) == supervisor);
    for (_, path) in paths {
        let names = input.tree.list(path, input.limits).into_iter().take(MOST);
        let names = names.map(|(name, _)| format!("{path}/{}", String::from_utf8_lossy(&name)));
        let mut files: Vec<String> = names.collect();
        if files.is_empty() {
            files.push((*path).to_owned());
        }
        files.retain(|file| input.tree.find(file, input.limits).is_some());
        for file in files {
            started.extend(finder.of_script(&file));
        }
    }
    if supervisor == Some("init") {
        let has_links = input.tree.find("etc/rcS.d", input.limits).is_some();
        for command in prepares(&text(input, INITTAB).unwrap_or_default(), has_links) {
            started.extend(finder.of_line(command, INITTAB));
        }
    }
    started
}

const INITTAB: &str = "etc/inittab";

/// Returns the commands of an inittab that an init waits for; those of runlevels and of `OpenRC` have
/// folders of links, and `rcS` of busybox has none.
fn prepares(inittab: &str, has_links: bool) -> Vec<&str> {
    let lines = inittab.lines().filter_map(|line| {
        let fields: Vec<&str> = line.splitn(4, ':').collect();
        match fields[..] {
            [id, _, "wait" | "sysinit", command] if !id.starts_with('#') => Some(command),
            _ => None,
        }
    });
    lines
        .filter(|it| match links::runlevel(it) {
            None => !it.contains("openrc"),
            Some(level) => level == 'S' && !has_links,
        })
        .collect()
}

/// Whether there is something that a supervisor starts once.
pub(super) fn has_some(input: &Input<'_>, supervisor: &str) -> bool {
    let mut paths = ONCE.iter().filter(|(by, _)| *by == supervisor);
    paths.any(|(_, path)| input.tree.find(path, input.limits).is_some())
}

/// Whether an init is started of which nothing tells what it starts; a script of that name is followed.
pub(super) fn is_silent_init(input: &Input<'_>, start: &Start) -> bool {
    let is_there = |path: &&str| input.tree.find(path, input.limits).is_some();
    let is_script = |started: &Started| {
        let path = started
            .path
            .as_ref()
            .filter(|path| path.as_str().ends_with("init"));
        let entry = path.and_then(|path| input.tree.find(path.as_str(), input.limits));
        matches!(entry.and_then(|it| kind(input, &it)), Some(Kind::Script(_)))
    };
    services::supervisor(start).is_some_and(|name| name == "init")
        && !SETTINGS.iter().any(is_there)
        && !start.programs.iter().any(is_script)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_init_waits_for_is_told() {
        for (line, want) in [
            (
                "::sysinit:/etc/init.d/boot.sh -x",
                &["/etc/init.d/boot.sh -x"][..],
            ),
            ("x:2:wait:/srv/a:b", &["/srv/a:b"]),
            ("::sysinit:/sbin/openrc sysinit", &[]),
            ("l2:2:wait:/etc/init.d/rc 2", &[]),
            ("#::wait:/x", &[]),
            ("::respawn:/x", &[]),
        ] {
            assert_eq!(prepares(line, true), want, "{line}");
        }
        let line = "::sysinit:/etc/init.d/rcS";
        assert_eq!(prepares(line, false), ["/etc/init.d/rcS"]);
        assert!(prepares(line, true).is_empty());
    }
}
