//! The tag of the base names other bytes by now; only a registry can tell.

use model::Newest;

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "BAS-STALE",
        title: "a newer base is published",
        severity: Severity::Medium,
        concern: "what was mended below does not arrive until the image is built again",
        fix: "build again, with docker build --pull",
        maps_to: &["CIS Docker 4.4", "NIST SP 800-190 4.2.2"],
    },
    ask: Some(ask),
    bad: &["BASE debian:12 1\nNEWER sha256:4c2e"],
    good: &["BASE debian:12 1"],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let Some(base) = asking.facts.input.base else {
        return;
    };
    if let Newest::Other(newer) = &base.newest {
        let name = short(&base.name);
        hits.push(Hit::new(format!(
            "{name} is {newer} by now, and this image is not built on it"
        )));
    }
}
