//! Exposed ports belong to services of different groups.

use crate::prelude::*;
use crate::services;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "FUN-PORTS",
        title: "ports of unrelated services",
        severity: Severity::Low,
        concern: "an image that listens for two purposes has two functions",
        fix: "one EXPOSE, one image a service",
        maps_to: &["NIST SP 800-190 4.1.2"],
    },
    ask: Some(ask),
    bad: &[
        "EXPOSE 25/tcp\nEXPOSE 6379/tcp",
        "EXPOSE 993/tcp\nEXPOSE 5432/tcp",
        "EXPOSE 80/tcp\nEXPOSE 5432/tcp",
        "EXPOSE 9000/tcp\nEXPOSE 5432/tcp\nPACKAGE php8.2-fpm: a",
    ],
    good: &[
        "EXPOSE 25/tcp\nEXPOSE 587/tcp\nEXPOSE 143/tcp",
        "EXPOSE 80/tcp\nEXPOSE 443/tcp\nEXPOSE 12345/tcp",
        "EXPOSE 8080/tcp\nEXPOSE 9090/tcp",
        "EXPOSE 80/tcp\nEXPOSE 3000/tcp\nEXPOSE 5000/tcp",
        "EXPOSE 5432/tcp\nEXPOSE 9090/tcp\nPACKAGE prometheus: a",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let config = asking.facts.input.config;
    let ports = config
        .iter()
        .flat_map(|config| config.config.exposed_ports.keys());
    let known: Vec<(&str, _)> = ports
        // it has a rule of its own
        .filter(|port| !matches!(&***port, "22" | "22/tcp"))
        .map(|port| (port.as_str(), services::groups_of_port(asking.facts.input, port)))
        .filter(|(_, groups)| !groups.is_empty())
        .collect();
    for (at, (port, groups)) in known.iter().enumerate() {
        let other = known
            .iter()
            .skip(at + 1)
            .find(|(_, others)| groups.is_disjoint(others));
        if let Some((other, _)) = other {
            let (port, other) = (short(port), short(other));
            hits.push(Hit::new(format!(
                "ports {port} and {other} belong to services of different kinds"
            )));
            return;
        }
    }
}
