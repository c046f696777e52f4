//! Settings of a pod that the API server does not take together.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "POD-CONTRADICTION",
        title: "settings of the pod contradict each other",
        severity: Severity::High,
        concern: "the API server refuses the object, so nothing of it runs, or an older version goes on \
                  running",
        fix: "keep the setting that is meant, and remove the other",
        maps_to: &[],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "shareProcessNamespace: true\nhostPID: true",
        "hostUsers: false\nhostIPC: true",
    ],
    good: &[
        "shareProcessNamespace: true",
        "hostUsers: false",
        "hostPID: true",
    ],
};

/// What is refused together.
const PAIRS: [([&str; 2], [bool; 2]); 3] = [
    (["shareProcessNamespace", "hostPID"], [true, true]),
    (["hostUsers", "hostPID"], [false, true]),
    (["hostUsers", "hostIPC"], [false, true]),
];

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    for ([one, other], [its, others]) in PAIRS {
        if pod.is_set(&[one], its) && pod.is_set(&[other], others) {
            let message = format!("the API server refuses {one} {its} with {other} {others}");
            hits.push(Hit::new(pod.at().key(one), message));
        }
    }
}
