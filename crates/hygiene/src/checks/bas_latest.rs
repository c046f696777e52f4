//! The image was asked for, or its base is named, without a version.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "BAS-LATEST",
        title: "asked for by a tag that moves",
        severity: Severity::Low,
        concern: "each pull may give another image, and nobody can say which one ran",
        fix: "FROM debian:12.8-slim@sha256:…, and a version as tag",
        maps_to: &["CIS Docker 4.2", "NIST SP 800-190 4.2.2"],
    },
    ask: Some(ask),
    bad: &[
        "NAME shop/api",
        "NAME shop/api:latest",
        "LABEL org.opencontainers.image.base.name=debian",
    ],
    good: &[
        "NAME shop/api:1.4",
        "NAME registry.example.org:5000/shop/api:1.4",
        "LABEL org.opencontainers.image.base.name=debian:12.8",
        "NAME shop/api@sha256:1",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let input = asking.facts.input;
    for name in input.names.iter().filter(|name| moves(name)) {
        hits.push(Hit::new(format!(
            "the image was asked for as {}",
            short(name)
        )));
    }
    let label = "org.opencontainers.image.base.name";
    let base = input
        .config
        .and_then(|config| config.config.labels.get(label));
    if let Some(name) = base.filter(|name| moves(name)) {
        let message = format!("a label names {} as the base", short(name));
        hits.push(Hit::new(message).severity(Severity::INFO));
    }
}

/// Whether a name has no version.
fn moves(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or_default();
    let tag = last.split_once(':').map(|(_, tag)| tag);
    !name.contains('@') && !name.is_empty() && matches!(tag, None | Some("latest"))
}
