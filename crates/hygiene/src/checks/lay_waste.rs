//! Bytes of layers that upper layers replace or remove.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "LAY-WASTE",
        title: "bytes that no container sees",
        severity: Severity::Low,
        concern: "what a layer removes or replaces is still stored, pulled and readable by everybody",
        fix: "remove it in the step that made it: RUN make && make clean",
        maps_to: &["CIS Docker 4.3"],
    },
    ask: Some(ask),
    bad: &[
        "COPY a /\n/srv/a 0644 30MB\nRUN rm /srv/a\n- /srv/a",
        "COPY a /\n/srv/a 0644 900kB\n/srv/b 0644 900kB\nRUN rm /srv/a\n- /srv/a",
        "COPY a /\n/srv/d/a 0644 30MB\nRUN rm -rf /srv/d\n- /srv/d",
    ],
    good: &[
        "COPY a /\n/srv/a 0644 90kB\n/srv/b 0644 900kB\nRUN rm /srv/a\n- /srv/a",
        "COPY a /\n/srv/a 0644 30MB\nRUN rm /srv/b\n- /srv/b",
        "COPY a /\n/srv/a 0644 30MB\n/srv/b -> a",
    ],
};

/// Bytes, and the tenth of all, from which on it is worth a step.
const MANY: u64 = 20_000_000;

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let layers = asking.facts.input.layers;
    let sum = |of: fn(&model::LayerUse) -> u64| layers.iter().map(of).fold(0, u64::saturating_add);
    let (dead, all) = (sum(|layer| layer.dead_bytes), sum(|layer| layer.file_bytes));
    let is_much = dead > MANY || dead > all / 10;
    let killer = layers
        .iter()
        .enumerate()
        .max_by_key(|(_, layer)| layer.killed_bytes);
    if let (Some((index, layer)), true) = (killer, is_much) {
        let message = format!(
            "{} of {} are dead; layer {} alone replaces or removes {} of the layers below",
            size(dead),
            size(all),
            index + 1,
            size(layer.killed_bytes)
        );
        hits.push(Hit::new(message).layer(index));
    }
}
