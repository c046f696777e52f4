//! Nothing tells what the image is built on.

use crate::prelude::*;
use model::BaseEvidence;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "BAS-UNKNOWN",
        title: "base image cannot be named",
        severity: Severity::INFO,
        concern: "nobody can say who answers for what is below, nor whether it is still mended",
        fix: "LABEL org.opencontainers.image.base.name=…, or `seaworthy base learn`",
        maps_to: &["CIS Docker 4.2", "NIST SP 800-190 4.1.5"],
    },
    ask: Some(ask),
    bad: &["/bin/sh 0755 elf"],
    good: &["OS debian 12\n/bin/sh 0755 elf", "/app 0755 elf"],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    let is_unknown = facts
        .input
        .base
        .is_some_and(|base| base.told_by == BaseEvidence::Nothing);
    // a program alone has no base
    let is_more = !asking.tools.shells.is_empty() || !facts.input.packages.is_empty();
    if is_unknown && is_more {
        hits.push(Hit::new(
            "no layer, label, history or distribution tells the base",
        ));
    }
}
