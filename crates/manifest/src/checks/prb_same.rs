//! One probe that means two things.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "PRB-SAME",
        title: "liveness and readiness probes are the same",
        severity: Severity::Low,
        concern: "what only cannot answer for a while is killed, and comes back cold: a short \
                  overload becomes an outage",
        fix: "let the liveness probe fail later (`failureThreshold`), or ask for less",
        maps_to: &[],
    },
    ask: Ask::Container(ask),
    bad: &["\
livenessProbe: {httpGet: {path: /, port: 80}}
readinessProbe: {httpGet: {port: 80, path: /}}
"],
    good: &[
        "\
livenessProbe: {httpGet: {path: /live, port: 80}}
readinessProbe: {httpGet: {path: /, port: 80}}
",
        "\
livenessProbe: {tcpSocket: {port: 80}, failureThreshold: 9}
readinessProbe: {tcpSocket: {port: 80}}
",
        "livenessProbe: {tcpSocket: {port: 80}}",
        "\
livenessProbe:
readinessProbe:
",
    ],
};

fn ask(container: &Container<'_>, hits: &mut Hits<'_>) {
    let probe = |name| container.get(&[name]);
    let (Some(live), Some(ready)) = (probe("livenessProbe"), probe("readinessProbe")) else {
        return;
    };
    if live.to_json() == ready.to_json() {
        let at = container.at().key("livenessProbe");
        hits.push(Hit::new(
            at,
            "the livenessProbe is the readinessProbe again",
        ));
    }
}
