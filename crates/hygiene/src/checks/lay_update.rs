//! An update without an installation in the same step.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "LAY-UPDATE",
        title: "lists of packages are updated in a step of their own",
        severity: Severity::Low,
        concern: "the step is cached: what a later step installs is as old as the cache",
        fix: "RUN apt-get update && apt-get install -y … && rm -rf /var/lib/apt/lists/*",
        maps_to: &["CIS Docker 4.7"],
    },
    ask,
    bad: &["RUN /bin/sh -c apt-get update", "RUN apk update"],
    good: &[
        "RUN /bin/sh -c apt-get update;apt-get install -y x",
        "RUN yum update -y",
        "RUN apt-get -qq update && apt-get -y install x",
        "RUN npm install apt-get update",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    for step in &asking.facts.steps {
        let commands = step.commands();
        let is = |words: &[&str]| {
            commands.iter().any(|command| {
                let manager = matches!(command.name(), "apt-get" | "apt" | "apk" | "yum" | "dnf");
                manager
                    && command
                        .operands()
                        .next()
                        .is_some_and(|word| words.contains(&word))
            })
        };
        if is(&["update"])
            && !is(&[
                "install",
                "upgrade",
                "dist-upgrade",
                "full-upgrade",
                "add",
                "build-dep",
                "source",
                "download",
            ])
        {
            let is_yum = commands
                .iter()
                .any(|command| matches!(command.name(), "yum" | "dnf"));
            // there `update` installs
            if !is_yum {
                hits.push(
                    Hit::new("lists of packages are updated, and nothing is installed").step(step),
                );
            }
        }
    }
}
