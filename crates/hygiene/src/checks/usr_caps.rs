//! A file gives capabilities to whoever runs it.

use crate::prelude::*;
use crate::topic::Topic;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "USR-CAPS",
        title: "file has capabilities",
        severity: Severity::Medium,
        concern: "who runs it gets part of root's power",
        fix: "RUN setcap -r FILE; grant what is needed to the container instead",
        maps_to: &["CIS Docker 4.8"],
    },
    ask: Some(ask),
    bad: &["/usr/bin/ping 0755 caps"],
    good: &["/usr/bin/ping 0755"],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    for noted in asking.facts.noted(Topic::Capable) {
        let message = format!("{} has file capabilities", noted.path);
        hits.push(Hit::new(message).file(noted));
    }
}
