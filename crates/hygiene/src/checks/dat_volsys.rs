//! A volume lies on a folder of the system or on the socket of the container engine.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "DAT-VOLSYS",
        title: "volume over a folder of the system",
        severity: Severity::High,
        concern: "a volume hides what the image has there and outlives it: updates never arrive, and what is written stays",
        fix: "VOLUME of a folder that holds data only",
        maps_to: &["CIS Docker 5.5", "NIST SP 800-190 4.1.2"],
    },
    ask: Some(ask),
    bad: &[
        "VOLUME /etc",
        "VOLUME /proc/",
        "VOLUME /var/run/docker.sock",
    ],
    good: &["VOLUME /etc/app\nVOLUME /data"],
};

const SYSTEM: [&str; 14] = [
    "",
    "bin",
    "boot",
    "dev",
    "etc",
    "lib",
    "lib64",
    "proc",
    "root",
    "sbin",
    "sys",
    "usr",
    "var/run/docker.sock",
    "run/docker.sock",
];

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let config = asking.facts.input.config;
    for volume in config
        .iter()
        .flat_map(|config| config.config.volumes.keys())
    {
        let path = model::ImagePath::new(volume.as_bytes());
        if SYSTEM.contains(&path.as_str()) {
            hits.push(Hit::new(format!("{} is a volume", short(volume))).set(volume));
        }
    }
}
