//! Passwords in a manifest are passwords in git.

use crate::prelude::*;
use crate::secret;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "KEY-ENV",
        title: "secret in an environment variable",
        severity: Severity::High,
        concern: "everyone who may read the manifest, the pod or the repository has it, and it \
                  stays in the history",
        fix: "put it into a Secret that is not in the repository, and refer to it by \
              `valueFrom.secretKeyRef` or mount it; change it, since it is known",
        maps_to: &[
            "CIS Kubernetes 5.4.1",
            "NSA/CISA Kubernetes Hardening: Network separation and hardening",
        ],
    },
    ask: Ask::Container(ask),
    bad: &[
        "env: [{name: DB_PASSWORD, value: hunter2}]",
        "env: [{name: A, value: b}, {name: DATABASE_URL, value: \"postgres://app:s3cr3t@db/app\"}]",
    ],
    good: &[
        "env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]",
        "env: [{name: DB_PASSWORD, value: $(PASSWORD)}]",
        "env: [{name: DB_PASSWORD_FILE, value: /run/secrets/db}]",
        "env: [{name: TOKEN_TTL, value: 24h}]",
        "env: [{name: DB_PASSWORD}]",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let variables = container.get(&["env"]).map(Node::items).unwrap_or_default();
    for (index, variable) in variables.iter().enumerate() {
        let text = |name| variable.get(name).and_then(Node::as_str);
        let (Some(name), Some(value)) = (text("name"), text("value")) else {
            continue;
        };
        if let Some(what) = secret::named(name, value) {
            let at = container.at().key("env").item(index).key("value");
            let name = quoted(name);
            hits.push(Hit::new(at, format!("the value of {name} is {what}")).secret());
        }
    }
}
