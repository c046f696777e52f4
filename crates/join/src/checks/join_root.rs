//! A container that nobody keeps from running as root, of an image that does.

use crate::prelude::*;
use crate::user;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "JOIN-ROOT",
        title: "container runs as root, as its image does",
        severity: Severity::Medium,
        concern: "neither the manifest nor the image names another user: whoever breaks into the process is root \
                  in the container, and needs one flaw less to be root on the node",
        fix: "set runAsNonRoot and runAsUser in the manifest, and USER to a number in the image",
        maps_to: &["PSS restricted", "CIS Docker 4.1"],
    },
    ask,
    of_windows: false,
    bad: &[
        "user: ''\n---\nimage: x",
        "user: root\n---\nimage: x",
        "{user: zero, uid: 0}\n---\nimage: x",
        "{user: 'zero:zero', uid: 0}\n---\nsecurityContext: {runAsNonRoot: false}",
        "user: '0'\n---\nsecurityContext: {runAsNonRoot: false}",
        "user: '4294967296'\n---\nimage: x",
        "user: '4294967296:1'\n---\nsecurityContext: {runAsNonRoot: true}",
        "user: '-1'\n---\nsecurityContext: {runAsNonRoot: true}",
    ],
    good: &[
        "user: '10001'\n---\nimage: x",
        "user: app\n---\nimage: x",
        "{user: app, uid: 10001}\n---\nimage: x",
        "{user: zero, uid: 0}\n---\nsecurityContext: {runAsUser: 10001}",
        "user: ''\n---\nsecurityContext: {runAsUser: 10001}",
        "user: ''\n---\nsecurityContext: {runAsNonRoot: true}",
        "user: '2147483647'\n---\nimage: x",
        "user: '4294967296'\n---\nsecurityContext: {runAsNonRoot: true, runAsUser: 10001}",
    ],
};

fn ask(join: &Join<'_>) -> Vec<Hit> {
    if user::is_set(join) {
        return Vec::new();
    }
    let at = &["securityContext", "runAsUser"];
    let name = user::name(join);
    if user::is_beyond(join) {
        // runAsNonRoot does not help: kubelet sees a number that is not 0
        let message = format!(
            "it names no user, and its image runs as {name}, which is no number of a user: some runtimes have \
             made 0 of it"
        );
        return vec![Hit::new(at, message)];
    }
    // accounts of an image may give the number of root to any name
    let is_root = user::is_root(join) || name == "root" || join.running.uid == Some(0);
    if user::must_not_be_root(join) || !is_root {
        return Vec::new();
    }
    let message = "neither it nor its image names a user, so it runs as root";
    let message = match join.running.user.as_str() {
        "" => message.to_owned(),
        user => format!("it names no user, and its image runs as {user:?}, which is root"),
    };
    vec![Hit::new(at, message)]
}
