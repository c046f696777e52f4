//! A field that is written wrong is not there.

use crate::prelude::*;
use crate::schema;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "API-FIELD",
        title: "field is unknown, missing or of a wrong type",
        severity: Severity::Medium,
        concern: "an unknown field is dropped without a word, also where it was to protect \
                  something; a wrong type or a missing field is refused",
        fix: "mend the name, the place or the value of the field; names are case-sensitive",
        maps_to: &[],
    },
    ask: Ask::Object(ask),
    bad: &[
        "\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec: {hostNetwrk: false, containers: [{name: a}]}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec: {containers: [{name: a, securityContext: {runAsUser: \"1000\"}}]}
",
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: x}
spec: {replicas: 2, template: {}}
",
        "\
apiVersion: v1
kind: ConfigMap
metadata: {name: x}
data: {debug: true}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec: {containers: [{name: a, resources: {limits: {cpu: true}}}]}
",
    ],
    good: &[
        "\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec: {containers: [{name: a, resources: {limits: {cpu: 1, memory: 1Gi}}}]}
status: {}
",
        "\
apiVersion: v1
kind: Pod
metadata: {name: x}
spec: {hostPID: null, containers: [{name: a, resources: {limits: {cpu: null}}}]}
",
        "\
apiVersion: shop.example/v1
kind: Pod
metadata: {name: x}
spec: {carts: 3}
",
        "\
apiVersion: v1
kind: ConfigMap
metadata: {name: x}
data: {debug: \"true\"}
",
    ],
};

fn ask(object: &Object, hits: &mut Hits<'_>) {
    let file = schema::file_name(object.api_version(), object.kind());
    let Some(schema) = schema::built_in(&file) else {
        return;
    };
    let faults = schema::faults(schema, &object.root);
    // files are named by the first part of the group only, and in small letters: this is another kind
    if faults
        .iter()
        .any(|fault| matches!(&*fault.pointer, "/apiVersion" | "/kind"))
    {
        return;
    }
    for fault in faults {
        let at = Pointer::of(fault.pointer.clone());
        let known = Some(&fault).filter(|fault| fault.unknown.is_empty());
        if let Some(message) = known.and_then(|fault| words(&fault.why)) {
            hits.push(Hit::new(at.clone(), message));
        }
        for name in fault.unknown {
            let message = format!("the field {} is unknown", quoted(&name));
            hits.push(Hit::new(at.clone().key(&name), message));
        }
    }
}

/// Says it in words for people; null is good everywhere. None if nothing is wrong.
fn words(why: &str) -> Option<String> {
    // a null where a text or a number may be
    if why.starts_with("'oneOf' failed, subschemas") {
        return None;
    }
    if why.starts_with("'oneOf' failed") {
        return Some("it is neither a text nor a number".to_owned());
    }
    if let Some((got, want)) = why
        .strip_prefix("got ")
        .and_then(|rest| rest.split_once(", want "))
    {
        let want = want.trim_start_matches("null or ");
        return Some(format!("it is of the type {got}, and not {want}"));
    }
    let missing = why.strip_prefix("missing propert");
    let missing = missing
        .and_then(|rest| rest.split_once(' '))
        .map(|(_, names)| names);
    Some(missing.map_or_else(
        || why.to_owned(),
        |names| format!("it has no {}", names.replace('\'', "`")),
    ))
}
