//! A service account that is not there.

use crate::prelude::*;
use crate::{rights, token};

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "SA-MISSING",
        title: "service account of a pod is not there",
        severity: Severity::Low,
        concern: "no pod is made as long as the account is missing",
        fix: "add the ServiceAccount, or mend its name",
        maps_to: &[],
    },
    ask: Ask::Pod(ask),
    bad: &["\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {serviceAccountName: web}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: wbe, namespace: shop}
"],
    good: &[
        "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {serviceAccountName: web}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
",
        "serviceAccountName: web",
        "containers: []",
    ],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    let account = pod.account();
    if account == "default" || token::account(pod, hits).is_some() || hits.bundle.is_exhausted() {
        return;
    }
    let name = quoted(account);
    let namespace = namespace(hits.object);
    if hits.bundle.of("ServiceAccount", namespace).is_empty() {
        // it is written elsewhere, and perhaps its rights with it
        if rights::bindings_of(hits.bundle, namespace, account)
            .next()
            .is_none()
        {
            let why = format!("its ServiceAccount {name} is not given");
            hits.gap(&why, "rights of its service account");
        }
        return;
    }
    let at = pod.at().key("serviceAccountName");
    hits.push(Hit::new(
        at,
        format!("no ServiceAccount {name} is given in its namespace"),
    ));
}
