//! An SSH server is started, or its port is exposed.

use crate::prelude::*;
use crate::services::Level;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "FUN-SSHD",
        title: "SSH server",
        severity: Severity::Medium,
        concern: "a second way in, with accounts and keys of its own, that nothing of the cluster controls",
        fix: "remove openssh-server; kubectl exec, or docker exec, gives a shell",
        maps_to: &["CIS Docker 4.3", "NIST SP 800-190 4.1.2"],
    },
    ask: Some(ask),
    bad: &["EXPOSE 22/tcp", "EXPOSE 20-25/tcp", "CMD /usr/sbin/sshd -D"],
    good: &[
        "EXPOSE 23-80/tcp",
        "EXPOSE 22/udp",
        "EXPOSE 2222/tcp\nCMD nginx",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let mut started = asking.facts.services.at(Level::Started);
    if let Some(service) = started.find(|service| service.row.group == "ssh") {
        let mut hit = Hit::new(format!("sshd is started {}", service.evidence));
        if let Some(path) = &service.path {
            hit = hit.path(path);
        }
        hits.push(hit);
        return;
    }
    let config = asking.facts.input.config;
    let mut ports = config
        .iter()
        .flat_map(|config| config.config.exposed_ports.keys());
    if ports.any(|port| is_of_ssh(port)) {
        hits.push(Hit::new("port 22 is exposed"));
    }
}

/// Whether `22/tcp`, or a range as `20-25/tcp`, has the port of SSH in it.
fn is_of_ssh(port: &str) -> bool {
    let (numbers, protocol) = port.split_once('/').unwrap_or((port, "tcp"));
    let (first, last) = numbers.split_once('-').unwrap_or((numbers, numbers));
    let number = |text: &str| text.parse::<u16>().ok();
    let range = number(first).zip(number(last));
    protocol.eq_ignore_ascii_case("tcp")
        && range.is_some_and(|(first, last)| (first..=last).contains(&22))
}
