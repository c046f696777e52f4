//! An update without an installation in the same step, and an installation by the lists that another step
//! left.

use crate::prelude::*;
use crate::shell::Command;
use crate::start::{name_of, words_behind};
use crate::topic::Topic;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "LAY-UPDATE",
        title: "lists of packages are updated in a step of their own",
        severity: Severity::Low,
        concern: "the step is cached: what a later step installs is as old as the cache",
        fix: "RUN apt-get update && apt-get install -y … && rm -rf /var/lib/apt/lists/*",
        maps_to: &["CIS Docker 4.7"],
    },
    ask: Some(ask),
    bad: &[
        "RUN apt-get update && apt-get install -y a\n/var/lib/apt/lists/x_Packages 0644 1MB\nRUN apt-get install -y b",
        "RUN apt-get update && apt-get install -y a\nRUN apt-get install -y b && rm -rf /var/lib/apt/lists/*",
        "RUN /bin/sh -c bash -c \"apt-get update\"",
        "RUN /bin/sh -c apt-get update",
        "RUN apk update",
        "RUN sudo -E apt-get -o A=b update",
        "RUN env A=b apt-get update && apt-get -t install update",
    ],
    good: &[
        "RUN apt-get update && apt-get install -y a\n/var/lib/apt/lists/x_Packages 0644 1MB\nRUN apt-get update && apt-get install -y b",
        "RUN apt-get update && apt-get install -y a\nRUN apt-get install -y b",
        "RUN apt-get update && apt-get install -y a && rm -rf /var/lib/apt/lists/*\nRUN apt-get install -y ./b.deb && rm -rf /var/lib/apt/lists/*",
        "RUN apt-get update && apt-get install -y a\n/var/lib/apt/lists/x_Packages 0644 1MB\nRUN apt-get install -y ./b.deb",
        "RUN /bin/sh -c apt-get update && bash -c \"apt-get install -y x\"",
        "RUN apt-get update && apt-get -t bookworm-backports install -y x",
        "RUN sudo apt-get update && sudo DEBIAN_FRONTEND=noninteractive apt-get install -y x",
        "RUN apt update && aptitude install -y x",
        "RUN apk update && apk -X https://example.org/x add y",
        "RUN apt-get update && apt-get -o update install x",
        "RUN /bin/sh -c apt-get update;apt-get install -y x",
        "RUN yum update -y",
        "RUN apt-get -qq update && apt-get -y install x",
        "RUN npm install apt-get update",
    ],
};

/// What installs, so that lists before it are of use.
const INSTALLS: [&str; 9] = [
    "install",
    "upgrade",
    "dist-upgrade",
    "full-upgrade",
    "safe-upgrade",
    "add",
    "build-dep",
    "source",
    "download",
];
/// Where apt keeps its lists.
const LISTS: &str = "var/lib/apt/lists";

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    let mut noted = facts.noted(Topic::Cache).iter();
    let are_left = noted.any(|noted| noted.path.as_str().starts_with(LISTS));
    // the step whose lists of apt are there
    let mut lists = None;
    for step in &facts.steps {
        let commands = step.commands();
        let asked: Vec<(&str, &str)> = commands.iter().filter_map(asked).collect();
        let is = |words: &[&str]| asked.iter().any(|(_, word)| words.contains(word));
        let is_yum = asked.iter().any(|(name, _)| matches!(*name, "yum" | "dnf"));
        let has_updated = is(&["update"]);
        // there `update` installs
        if has_updated && !is(&INSTALLS) && !is_yum {
            let message = "lists of packages are updated, and nothing is installed";
            hits.push(Hit::new(message).step(step));
        }
        let removes = commands.iter().any(removes_lists);
        // a mount of the build keeps lists, and no layer has them
        let were_there = are_left || removes;
        if let Some(before) = lists
            && were_there
            && !has_updated
            && commands.iter().any(installs_named)
        {
            let message = format!("packages are installed by the lists of history[{before}]");
            hits.push(Hit::new(message).step(step));
        }
        if removes {
            lists = None;
        } else if has_updated && is(&INSTALLS) && asked.iter().any(|(name, _)| is_apt(name)) {
            lists = Some(step.index);
        }
    }
}

fn is_apt(name: &str) -> bool {
    matches!(name, "apt-get" | "apt" | "aptitude")
}

/// Whether a command removes the lists of apt.
fn removes_lists(command: &Command) -> bool {
    let words = words_behind(command);
    let is_rm = words.first().is_some_and(|word| name_of(word) == "rm");
    let is_clean =
        asked(command).is_some_and(|(_, word)| matches!(word, "distclean" | "dist-clean"));
    is_clean || is_rm && words.iter().any(|word| word.contains(LISTS))
}

/// Whether a command of apt installs a package by its name, not a file.
fn installs_named(command: &Command) -> bool {
    let is_install = |(name, word): (&str, &str)| is_apt(name) && word == "install";
    let words = words_behind(command).iter();
    let mut names = words.skip_while(|word| *word != "install").skip(1);
    asked(command).is_some_and(is_install)
        && names.any(|word| !word.starts_with('-') && !word.contains('/'))
}

/// Returns the package manager that a command runs, and what it is asked for.
fn asked(command: &Command) -> Option<(&str, &str)> {
    let (program, words) = words_behind(command).split_first()?;
    let name = program.rsplit('/').next().unwrap_or_default();
    let takes_value: &[&str] = match name {
        "apt-get" | "apt" | "aptitude" => &[
            "-t",
            "-o",
            "-c",
            "-a",
            "--target-release",
            "--option",
            "--config-file",
        ],
        "apk" => &["-X", "-p", "--repository", "--root", "--keys-dir", "--arch"],
        "yum" | "dnf" => &[
            "-c",
            "-x",
            "--installroot",
            "--repo",
            "--config",
            "--exclude",
        ],
        _ => return None,
    };
    let mut words = words.iter().map(String::as_str);
    loop {
        let word = words.next()?;
        if !word.starts_with('-') {
            return Some((name, word));
        }
        if takes_value.contains(&word) {
            words.next();
        }
    }
}
