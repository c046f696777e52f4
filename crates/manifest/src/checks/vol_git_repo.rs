//! Code that is fetched when the pod starts.

use crate::prelude::*;
use crate::volume;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "VOL-GIT-REPO",
        title: "pod fetches a git repository as it starts",
        severity: Severity::Medium,
        concern: "a gitRepo volume runs git on the node as root, and hooks of the repository with it \
                  (CVE-2024-10220); a git-sync whose git is set in its environment runs any program",
        fix: "put the files into the image, or let an init container without rights clone a fixed commit",
        maps_to: &["PSS restricted"],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "volumes: [{name: code, gitRepo: {repository: \"https://git.example.com/a.git\"}}]",
        "containers: [{name: sync, env: [{name: GITSYNC_GIT, value: /tmp/git}]}]",
    ],
    good: &[
        "volumes: [{name: code, gitRepo: null, emptyDir: {}}]",
        "containers: [{name: sync, env: [{name: GITSYNC_REPO, value: x}]}]",
    ],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    for (index, volume) in pod.volumes().iter().enumerate() {
        if below(volume, &["gitRepo"]).is_some() {
            let at = pod.at().key("volumes").item(index).key("gitRepo");
            let name = short(volume::name(volume));
            hits.push(Hit::new(at, format!("volume `{name}` is a gitRepo")));
        }
    }
    for container in pod.containers(&Role::ALL) {
        let variables = container.get(&["env"]).map(Node::items);
        for (index, variable) in variables.unwrap_or_default().iter().enumerate() {
            let name = variable.get("name").and_then(Node::as_str);
            if let Some(name @ ("GITSYNC_GIT" | "GIT_SYNC_GIT")) = name {
                let at = container.at().key("env").item(index);
                let message = format!("`{name}` says which program git-sync runs");
                hits.push(Hit::new(at, message).within(&container));
            }
        }
    }
}
