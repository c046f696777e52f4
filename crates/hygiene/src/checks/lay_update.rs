//! An update without an installation in the same step.

use crate::prelude::*;
use crate::shell::Command;
use crate::start::words_behind;

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
        "RUN /bin/sh -c bash -c \"apt-get update\"",
        "RUN /bin/sh -c apt-get update",
        "RUN apk update",
        "RUN sudo -E apt-get -o A=b update",
        "RUN env A=b apt-get update && apt-get -t install update",
    ],
    good: &[
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

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    for step in &asking.facts.steps {
        let commands = step.commands();
        let asked: Vec<(&str, &str)> = commands.iter().filter_map(asked).collect();
        let is = |words: &[&str]| asked.iter().any(|(_, word)| words.contains(word));
        if is(&["update"])
            && !is(&[
                "install",
                "upgrade",
                "dist-upgrade",
                "full-upgrade",
                "safe-upgrade",
                "add",
                "build-dep",
                "source",
                "download",
            ])
        {
            let is_yum = asked.iter().any(|(name, _)| matches!(*name, "yum" | "dnf"));
            // there `update` installs
            if !is_yum {
                hits.push(
                    Hit::new("lists of packages are updated, and nothing is installed").step(step),
                );
            }
        }
    }
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
