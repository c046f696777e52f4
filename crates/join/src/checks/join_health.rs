//! A container without probes, of an image that says how to tell whether it is well.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "JOIN-HEALTH",
        title: "health check of the image is not asked",
        severity: Severity::Low,
        concern: "Kubernetes ignores HEALTHCHECK: the image knows how to tell whether it works, and nobody asks",
        fix: "write the check of the image as a probe",
        maps_to: &[],
    },
    ask,
    of_windows: false,
    bad: &[
        "health: [CMD, app, check]\n---\nimage: x",
        "health: [CMD-SHELL, 'curl -f localhost']\n---\nimage: x",
    ],
    good: &[
        "health: [CMD, app, check]\n---\nlivenessProbe: {httpGet: {port: 80}}",
        "health: [CMD, app, check]\n---\nreadinessProbe: {tcpSocket: {port: 80}}",
        "health: [NONE]\n---\nimage: x",
        "health: []\n---\nimage: x",
    ],
};

fn ask(join: &Join<'_>) -> Vec<Hit> {
    let probes = ["livenessProbe", "readinessProbe", "startupProbe"];
    let has_probe = probes
        .iter()
        .any(|name| join.container.get(&[name]).is_some());
    let words = &join.running.health;
    let (kind, rest) = words
        .split_first()
        .map_or(("", &[][..]), |(kind, rest)| (kind.as_str(), rest));
    if has_probe || join.container.role != manifest::Role::Main {
        return Vec::new();
    }
    let command = match kind {
        "CMD" => rest.to_vec(),
        "CMD-SHELL" => ["/bin/sh", "-c"]
            .iter()
            .map(|word| (*word).to_owned())
            .chain(rest.iter().cloned())
            .collect(),
        _ => return Vec::new(),
    };
    let command: Vec<String> = command.iter().map(|word| format!("{word:?}")).collect();
    let message = format!(
        "its image has a health check that Kubernetes ignores; as a probe: exec: {{command: [{}]}}",
        command.join(", ")
    );
    vec![Hit::new(&["livenessProbe"], message)]
}
