//! A container that must not run as root, of an image whose user is a name: kubelet cannot tell, and
//! refuses.

use crate::prelude::*;
use crate::user;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "JOIN-USER-NAME",
        title: "container never starts: its image names its user by name",
        severity: Severity::High,
        concern: "kubelet does not read the image's accounts, so it cannot tell that a name is not root's, and \
                  does not start the container, even where the name is of an ordinary user",
        fix: "set USER to a number in the image, or runAsUser in the manifest",
        maps_to: &[],
    },
    ask,
    of_windows: false,
    bad: &[
        "{user: nobody, uid: 65534}\n---\nsecurityContext: {runAsNonRoot: true}",
        "user: 'app:app'\n---\nsecurityContext: {runAsNonRoot: true}",
        "user: root\n---\nsecurityContext: {runAsNonRoot: true}",
        "user: ' 0'\n---\nsecurityContext: {runAsNonRoot: true}",
        "user: 'root '\n---\nsecurityContext: {runAsNonRoot: true}",
        "user: '99999999999999999999'\n---\nsecurityContext: {runAsNonRoot: true}",
    ],
    good: &[
        "user: '65534:65534'\n---\nsecurityContext: {runAsNonRoot: true}",
        "user: nobody\n---\nsecurityContext: {runAsNonRoot: true, runAsUser: 65534}",
        "user: nobody\n---\nimage: x",
    ],
};

fn ask(join: &Join<'_>) -> Vec<Hit> {
    let user = user::name(join);
    let is_number = user.parse::<i64>().is_ok();
    if !user::must_not_be_root(join) || user::is_set(join) || user.is_empty() || is_number {
        return Vec::new();
    }
    let advice = match join.running.uid {
        Some(0) => "; its number is 0, which is root".to_owned(),
        Some(uid) => format!("; its number is {uid}"),
        None => String::new(),
    };
    let message = format!(
        "runAsNonRoot is true, and its image runs as {user:?}, a name that kubelet cannot verify{advice}"
    );
    vec![Hit::new(&["securityContext", "runAsUser"], message)]
}
