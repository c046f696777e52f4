//! A container that can change its own programs.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "CTR-READ-ONLY-ROOT",
        title: "container can write into its image's files",
        severity: Severity::Medium,
        concern: "who breaks in puts programs there or changes those of the image, and runs them",
        fix: "set `readOnlyRootFilesystem: true`, and mount an emptyDir where the program must write",
        maps_to: &["NSA/CISA Kubernetes Hardening: Pod security"],
    },
    ask: Ask::Container(ask),
    bad: &[
        "image: x",
        "securityContext: {readOnlyRootFilesystem: false}",
        "securityContext: {readOnlyRootFilesystem: \"true\"}",
        "apiVersion: v1\nkind: Pod\nspec:\n  containers: [{name: a}]\n  initContainers: [{name: b, \
         securityContext: {readOnlyRootFilesystem: true}}]\n",
    ],
    good: &[
        "securityContext: {readOnlyRootFilesystem: true}",
        "apiVersion: v1\nkind: Pod\nspec: {os: {name: windows}, containers: [{name: a}]}\n",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    const FIELD: &str = "readOnlyRootFilesystem";
    let message = match container.security(&[FIELD]).and_then(Node::as_bool) {
        Some(true) => return,
        Some(false) => "it is false",
        None => "it is not set, and false by default",
    };
    if !container.pod.is_windows() {
        let at = container.at().below(&["securityContext", FIELD]);
        hits.push(Hit::new(at, format!("{FIELD}: {message}")));
    }
}
