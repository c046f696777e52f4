//! Containers of a pod that see each other's processes.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "POD-SHARED-PROCESSES",
        title: "containers of the pod share their processes",
        severity: Severity::Medium,
        concern: "each container reads the environment, the arguments and through /proc the files of the \
                  others, secrets included, and may send them signals",
        fix: "remove `shareProcessNamespace: true`, or move what must not be seen into a pod of its own",
        maps_to: &[],
    },
    ask: Ask::Pod(ask),
    bad: &[
        "shareProcessNamespace: true\ncontainers: [{name: a}, {name: b}]",
        "shareProcessNamespace: true\ncontainers: [{name: a}]\ninitContainers: [{name: b, restartPolicy: \
         Always}]",
    ],
    good: &[
        "shareProcessNamespace: false\ncontainers: [{name: a}, {name: b}]",
        // nobody is there to see it
        "shareProcessNamespace: true\ncontainers: [{name: a}]\ninitContainers: [{name: b}]",
    ],
};

fn ask(pod: Pod<'_>, hits: &mut Hits<'_>) {
    const FIELD: &str = "shareProcessNamespace";
    if !pod.is_set(&[FIELD], true) {
        return;
    }
    let together = pod.containers(&Role::ALL);
    let count = together.filter(Container::is_lasting).count();
    if count > 1 {
        let message = format!("its {count} containers share one process namespace");
        hits.push(Hit::new(pod.at().key(FIELD), message));
    }
}
