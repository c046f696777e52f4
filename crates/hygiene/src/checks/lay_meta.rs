//! A layer that writes files again with the content that they had.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "LAY-META",
        title: "files written again for their owner or mode",
        severity: Severity::Low,
        concern: "chown and chmod in a step of their own store every file a second time",
        fix: "COPY --chown=10001:10001 --chmod=755",
        maps_to: &[],
    },
    ask: Some(ask),
    bad: &[
        "COPY a /\n/srv/a 0644 30MB\nRUN chown app /srv/a\n/srv/a 0644 u10 30MB",
        "COPY a /\n/srv/a 0644 30MB sum:1\nRUN cp\n/srv/a 0644 30MB sum:1",
    ],
    good: &[
        "COPY a /\n/srv/a 0644 30MB\nCOPY b /srv/a\n/srv/a 0644 31MB",
        // with one time for all files, size and time tell nothing
        "COPY a /\n/srv/a 0644 30MB sum:1\nCOPY b /srv/a\n/srv/a 0755 30MB sum:2",
    ],
};

/// Bytes below which nobody need care.
const FEW: u64 = 5_000_000;

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    for (index, layer) in asking.facts.input.layers.iter().enumerate() {
        if layer.rewritten_bytes > FEW {
            let message = format!(
                "{} are written again with the content that they had",
                size(layer.rewritten_bytes)
            );
            hits.push(Hit::new(message).layer(index));
        }
    }
}
