//! The distribution is past its end of life.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "BAS-EOL",
        title: "distribution gets no fixes any more",
        severity: Severity::High,
        concern: "what becomes known from now on is never mended",
        fix: "FROM a release that is still mended",
        maps_to: &["CIS Docker 4.4", "NIST SP 800-190 4.1.1"],
    },
    ask: Some(ask),
    bad: &["OS debian 9\nEOL 2022-06-30"],
    good: &["OS debian 12\nEOL 2028-06-30"],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let input = asking.facts.input;
    if let (Some(eol), Some(os)) = (input.eol, input.os)
        && eol.is_past
    {
        let message = format!(
            "{} {} has had no fixes since {}, says {}",
            os.family,
            short(&os.version),
            eol.date,
            eol.source
        );
        hits.push(Hit::new(message).path(&os.told_by));
    }
}
