//! Arguments are seen by everyone who lists processes.

use crate::prelude::*;
use crate::secret;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "KEY-ARGUMENT",
        title: "secret in an argument",
        severity: Severity::High,
        concern: "it stands in the manifest, in the pod, in the list of processes of the node, and \
                  in the history of the repository",
        fix: "let the program read a file from a mounted Secret; change the secret, since it is \
              known",
        maps_to: &["NSA/CISA Kubernetes Hardening: Network separation and hardening"],
    },
    ask: Ask::Container(ask),
    bad: &[
        "args: [--password=hunter2]",
        "command: [run, --api-key, k3y]",
        "command: [run, --api-key]\nargs: [k3y]",
        "command: [sh, -c, \"mysql --password s3cret shop\"]",
        "lifecycle: {postStart: {exec: {command: [login, --token=abc123]}}}",
    ],
    good: &[
        "args: [--password=$(PASSWORD)]",
        "args: [--token-file=/run/token]",
        "args: [--password, \"$(PASSWORD)\"]",
        "command: [sh, -c, \"TOKEN=$(cat /run/token) run\"]",
    ],
};

/// What the container runs, in the order in which it is put together.
const MAIN: [&[&str]; 2] = [&["command"], &["args"]];

const OTHERS: &[&[&str]] = &[
    &["lifecycle", "postStart", "exec", "command"],
    &["lifecycle", "preStop", "exec", "command"],
    &["livenessProbe", "exec", "command"],
    &["readinessProbe", "exec", "command"],
    &["startupProbe", "exec", "command"],
];

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let texts = |path: &[&str]| {
        let items = container.get(path).map(Node::items).unwrap_or_default();
        items.iter().filter_map(Node::as_str)
    };
    let found = |path: &'static [&str]| Some((path, secret::in_arguments(texts(path))?));
    let mut main: Vec<_> = MAIN.iter().copied().filter_map(found).collect();
    if main.is_empty() {
        // a flag may end the command, and its value begin the arguments
        let both = MAIN.iter().copied().flat_map(texts);
        main.extend(secret::in_arguments(both).map(|split| (MAIN[1], split)));
    }
    let others = OTHERS.iter().copied().filter_map(found);
    for (path, (what, flag)) in main.into_iter().chain(others) {
        let message = match flag {
            Some(flag) => format!("the value of {} is {what}", quoted(flag)),
            None => format!("an argument holds {what}"),
        };
        hits.push(Hit::new(container.at().below(path), message).secret());
    }
}
