//! The service account that every pod has unless it names one.

use crate::prelude::*;
use crate::token;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "SA-DEFAULT",
        title: "pod uses the default service account",
        severity: Severity::Low,
        concern: "rights that anyone gives to `default` later, all pods of the namespace have that \
                  name no account",
        fix: "make a service account for it and name it in `serviceAccountName`; or set \
              `automountServiceAccountToken: false` if it does not talk to the API server",
        maps_to: &[
            "CIS Kubernetes 5.1.5",
            "NSA/CISA Kubernetes Hardening: Authentication and authorization",
        ],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "containers: []",
        "serviceAccountName: \"\"",
        "serviceAccountName: default",
        "automountServiceAccountToken: true",
    ],
    good: &[
        "serviceAccountName: web",
        "serviceAccount: web",
        "automountServiceAccountToken: false",
    ],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    if pod.account() != "default" || !token::is_mounted(pod, hits) {
        return;
    }
    let at = pod.at().key("serviceAccountName");
    hits.push(Hit::new(at, "it runs as the service account `default`"));
}
