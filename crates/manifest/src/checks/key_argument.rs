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

const COMMANDS: &[&[&str]] = &[
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
    // a flag may end the command, and its value begin the arguments
    let main = texts(&["command"]).chain(texts(&["args"]));
    let list = if container.get(&["args"]).is_some() {
        &["args"]
    } else {
        &["command"]
    };
    let main = secret::in_arguments(main).map(|found| (&list[..], found));
    let others = COMMANDS
        .iter()
        .filter_map(|path| Some((*path, secret::in_arguments(texts(path))?)));
    for (path, (what, flag)) in main.into_iter().chain(others) {
        let message = match flag {
            Some(flag) => format!("the value of {} is {what}", quoted(flag)),
            None => format!("an argument holds {what}"),
        };
        hits.push(Hit::new(container.at().below(path), message));
    }
}
