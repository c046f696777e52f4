//! Labels of source, revision or licences are missing.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "LAB-OCI",
        title: "labels do not say where the image comes from",
        severity: Severity::INFO,
        concern: "who finds it running cannot find its source, its version or its licence",
        fix: "LABEL org.opencontainers.image.source=… org.opencontainers.image.revision=… org.opencontainers.image.licenses=…",
        maps_to: &["NIST SP 800-190 4.1.5"],
    },
    ask: Some(ask),
    bad: &["CMD /app", "LABEL org.opencontainers.image.source=x"],
    good: &[
        "LABEL org.opencontainers.image.source=x\nLABEL org.opencontainers.image.revision=1\nLABEL org.opencontainers.image.licenses=MIT",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let Some(config) = asking.facts.input.config else {
        return;
    };
    let missing = ["source", "revision", "licenses"]
        .into_iter()
        .filter(|name| {
            let label = config
                .config
                .labels
                .get(&format!("org.opencontainers.image.{name}"));
            label.is_none_or(|value| value.trim().is_empty())
        });
    let missing: Vec<&str> = missing.collect();
    if !missing.is_empty() {
        hits.push(Hit::new(format!(
            "labels are missing: {}",
            missing.join(", ")
        )));
    }
}
