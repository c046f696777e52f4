//! A kind that nobody serves.

use crate::prelude::*;
use crate::schema;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "API-KIND",
        title: "kind is not known",
        severity: Severity::Medium,
        concern: "the API server refuses the object, and what it was to protect is not there",
        fix: "mend `kind` or `apiVersion`; names are case-sensitive",
        maps_to: &[],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: apps/v1
kind: deployment
metadata: {name: x}
",
        "\
apiVersion: v1
kind: Deployment
metadata: {name: x}
",
        "\
apiVersion: batch/v1
kind: Cronjob
metadata: {name: x}
",
        "\
apiVersion: \"\"
kind: Deployment
metadata: {name: x}
",
    ],
    good: &[
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: x}
",
        "\
apiVersion: shop.example/v1
kind: Cart
metadata: {name: x}
",
        "\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: x}
",
        "\
apiVersion: apps/v1beta1
kind: Deployment
metadata: {name: x}
",
        "\
kind: Kustomization
resources: [deployment.yaml]
",
    ],
};

/// Versions of which every kind is built in.
const KNOWN: &[&str] = &[
    "v1",
    "apps/v1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "networking.k8s.io/v1",
    "policy/v1",
    "rbac.authorization.k8s.io/v1",
];

fn ask(object: &Object, hits: &mut Hits<'_>) {
    let (api_version, kind) = (object.api_version(), object.written_kind());
    // kustomize's own file, which is never sent to a cluster, may leave it out
    if api_version.is_empty() && kind == "Kustomization" {
        return;
    }
    if api_version.is_empty() {
        let at = Pointer::default().key("apiVersion");
        hits.push(Hit::new(at, "it says no apiVersion"));
        return;
    }
    let file = || schema::file_name(api_version, kind);
    if KNOWN.contains(&api_version) && schema::kind_of(&file()) != Some(kind) {
        let (kind, api_version) = (quoted(kind), quoted(api_version));
        let message = format!("there is no {kind} in {api_version}");
        hits.push(Hit::new(Pointer::default().key("kind"), message));
    }
}
