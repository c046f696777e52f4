//! An image that is not asked for again.

use crate::prelude::*;
use crate::reference::Reference;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "IMG-PULL-POLICY",
        title: "node keeps an old image, or one that it was given",
        severity: Severity::Low,
        concern: "nodes run what they have: with a tag that moves, each another version; with `Never`, what \
                  anybody with access to the node put there",
        fix: "name a version and its digest; for tags that move set `imagePullPolicy: Always`",
        maps_to: &[],
    },
    ask: Ask::Container(ask),
    bad: &[
        "image: nginx\nimagePullPolicy: IfNotPresent",
        "image: nginx:stable",
        "image: nginx:1.27.4\nimagePullPolicy: Never",
    ],
    good: &[
        "image: nginx",
        "image: nginx:stable\nimagePullPolicy: Always",
        "image: nginx:1.27.4\nimagePullPolicy: IfNotPresent",
        "image: nginx:1.27.4",
        "image:\nimagePullPolicy: IfNotPresent",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let Some(image) = container.image() else {
        return;
    };
    let policy = container.get(&["imagePullPolicy"]).and_then(Node::as_str);
    let at = || container.at().key("imagePullPolicy");
    let policy = policy.unwrap_or_default();
    if policy == "Always" {
        return;
    }
    if policy == "Never" {
        hits.push(Hit::new(at(), "imagePullPolicy is Never"));
        return;
    }
    let Ok(reference) = Reference::parse(image) else {
        return;
    };
    // without a policy, only `latest` is asked for each time
    let Some(tag) = reference.moving_tag() else {
        return;
    };
    if policy == "IfNotPresent" || !reference.is_latest() {
        let message = format!("imagePullPolicy is not Always, and the tag `{tag}` moves");
        hits.push(Hit::new(at(), message));
    }
}
