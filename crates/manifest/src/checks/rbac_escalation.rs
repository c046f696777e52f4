//! Verbs that switch the checks of the authorizer off.

use crate::prelude::*;
use crate::rights::{self, Right};

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "RBAC-ESCALATION",
        title: "role may take any right",
        severity: Severity::Critical,
        concern: "`escalate` and `bind` give rights that one does not have, `impersonate` makes \
                  one somebody else: each of them makes a cluster administrator",
        fix: "take the verb out, or name roles, users and groups in `resourceNames`",
        maps_to: &[
            "CIS Kubernetes 5.1.8",
            "NSA/CISA Kubernetes Hardening: Authentication and authorization",
        ],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [escalate]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: x, namespace: shop}
rules:
- {apiGroups: [rbac.authorization.k8s.io], resources: [roles], verbs: [get, bind]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [users, groups], verbs: [impersonate]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [serviceaccounts], verbs: [\"*\"]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind], resourceNames: [cluster-admin]}
",
    ],
    good: &[
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [get, create]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [\"\"], resources: [serviceaccounts], verbs: [get, create]}
",
        "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: x}
rules:
- {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind], resourceNames: [view]}
",
    ],
};

const RIGHTS: &[Right] = &[
    Right {
        groups: &["rbac.authorization.k8s.io"],
        resources: &["roles", "clusterroles"],
        verbs: &["escalate", "bind"],
    },
    Right {
        groups: &[""],
        resources: &["users", "groups", "serviceaccounts"],
        verbs: &["impersonate"],
    },
    Right {
        groups: &["authentication.k8s.io"],
        resources: &["uids"],
        verbs: &["impersonate"],
    },
];

/// Names that are as good as all names.
const POWERFUL: &[&str] = &["cluster-admin", "system:masters", "admin"];

fn ask(object: &Object, hits: &mut Hits<'_>) {
    rights::report(object, hits, RIGHTS, Severity::High);
    for (at, rule) in rights::granted(object) {
        let name = rule
            .list("resourceNames")
            .find(|name| POWERFUL.contains(name));
        let lets = RIGHTS.iter().find_map(|right| rule.lets(right));
        if let (Some(name), Some((verbs, _))) = (name, lets) {
            let verbs = rights::list(&verbs);
            hits.push(Hit::new(at, format!("it lets {verbs} on `{name}`")));
        }
    }
}
