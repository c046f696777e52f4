//! A container that must not run as root, of an image that does: kubelet refuses to start it.

use crate::prelude::*;
use crate::user;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "JOIN-ROOT-REFUSED",
        title: "container never starts: its image runs as root, and it must not",
        severity: Severity::High,
        concern: "kubelet compares runAsNonRoot with the image's user and does not start the container \
                  (CreateContainerConfigError): a rollout hangs, and a node that fails leaves nothing running",
        fix: "set USER to a number other than 0 in the image, or runAsUser in the manifest",
        maps_to: &[],
    },
    ask,
    of_windows: false,
    bad: &[
        "user: ''\n---\nsecurityContext: {runAsNonRoot: true}",
        "user: '0:0'\n---\nsecurityContext: {runAsNonRoot: true}",
        "user: '+0'\n---\nsecurityContext: {runAsNonRoot: true}",
        "user: '0'\n---\nsecurityContext: {runAsNonRoot: true, runAsGroup: 5}",
    ],
    good: &[
        "{user: '', is_windows: true}\n---\nsecurityContext: {runAsNonRoot: true}",
        "user: '10001'\n---\nsecurityContext: {runAsNonRoot: true}",
        "user: ''\n---\nsecurityContext: {runAsNonRoot: true, runAsUser: 10001}",
        "user: ''\n---\nsecurityContext: {runAsNonRoot: false}",
        "user: nobody\n---\nsecurityContext: {runAsNonRoot: true}",
    ],
};

fn ask(join: &Join<'_>) -> Vec<Hit> {
    if !user::must_not_be_root(join) || user::is_set(join) || !user::is_root(join) {
        return Vec::new();
    }
    let seen = match join.running.user.as_str() {
        "" => "its image names no user, which is root".to_owned(),
        user => format!("its image runs as user {user}"),
    };
    let at = &["securityContext", "runAsNonRoot"];
    vec![Hit::new(
        at,
        format!("runAsNonRoot is true, and {seen}: kubelet refuses to start it"),
    )]
}
