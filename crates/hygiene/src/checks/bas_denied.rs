//! The base is none of those that are allowed, where a list was given.

use crate::bases;
use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "BAS-DENIED",
        title: "base image is not allowed",
        severity: Severity::High,
        concern: "only bases that somebody answers for are checked and mended",
        fix: "FROM one of the bases of --allowed-bases",
        maps_to: &["CIS Docker 4.2", "NIST SP 800-190 4.1.5"],
    },
    ask,
    bad: &["ALLOW debian:*\nBASE shop/base:1 0"],
    good: &["ALLOW debian:*\nBASE debian:12 0", "BASE shop/base:1 0"],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let input = asking.facts.input;
    let (Some(base), [_, ..]) = (input.base, input.allowed_bases) else {
        return;
    };
    if bases::allows(input.allowed_bases, base) {
        return;
    }
    let message = match &*base.name {
        "" => "the base is not known, and only known ones are allowed".to_owned(),
        name => format!(
            "the base {} ({}) is none of those that are allowed",
            short(name),
            base.told_by.confidence()
        ),
    };
    hits.push(Hit::new(message));
}
