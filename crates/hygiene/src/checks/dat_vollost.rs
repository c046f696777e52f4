//! Files below a volume, in a layer above the one at which it was declared.

use crate::prelude::*;
use crate::volumes;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "DAT-VOLLOST",
        title: "files under a volume that came after it",
        severity: Severity::Medium,
        concern: "Docker's old builder throws them away, others keep them: the image depends on who builds it",
        fix: "VOLUME behind the steps that write below it",
        maps_to: &[],
    },
    ask: Some(ask),
    bad: &[
        "COPY base /\n/bin/x 0755 elf\nDO VOLUME [/data]\nVOLUME /data\nCOPY seed /data\n/data/seed 0644 10B",
    ],
    good: &[
        "COPY base /\n/bin/x 0755 elf\n/data/seed 0644 10B\nDO VOLUME [/data]\nVOLUME /data\nCOPY app /app\n/app 0755 elf",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    // the highest layer of the steps so far: there may be a hundred thousand of them
    let mut before: Option<usize> = None;
    for step in &facts.steps {
        for volume in volumes::declared(step) {
            let last = facts.survey.last_below(&volume);
            if let (Some(last), Some(before)) = (last, before)
                && last.layer > before
            {
                let volume = short(&volume);
                let message = format!(
                    "{} was added below the volume /{volume}, which is older",
                    last.path
                );
                hits.push(Hit::new(message).path(&last.path).layer(last.layer));
            }
        }
        before = before.max(step.layer);
    }
}
