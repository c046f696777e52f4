//! What Dockle asks of the configuration: user, health check, volumes, and what is beside the image.

use super::{Found, METADATA, Options, Subject};

/// Volumes that Dockle names; a folder below one of them passes.
const SENSITIVE_VOLUMES: [&str; 3] = ["/dev", "/proc", "/sys"];

pub(super) fn check(subject: &Subject<'_>, options: &Options, found: &mut Found) {
    let config = &subject.config.config;
    // a number that is root passes
    if matches!(&*config.user, "" | "root") {
        found.add("CIS-DI-0001", METADATA, "Last user should not be root");
    }
    if !options.has_content_trust {
        let alert = "export DOCKER_CONTENT_TRUST=1 before docker pull/build";
        found.add("CIS-DI-0005", "ENVIRONMENT variable on HOST OS", alert);
    }
    if config.healthcheck.is_none() {
        found.add("CIS-DI-0006", METADATA, "not found HEALTHCHECK statement");
    }
    let is_sensitive = |volume: &&String| SENSITIVE_VOLUMES.contains(&volume.as_str());
    for volume in config.volumes.keys().filter(is_sensitive) {
        let alert = format!("Avoid mounting sensitive dirs : {volume}");
        found.add("DKL-DI-0002", METADATA, alert);
    }
    if subject.name.is_some_and(is_latest) {
        found.add("DKL-DI-0006", METADATA, "Avoid 'latest' tag");
    }
}

/// Whether a reference means `latest`, by its tag or by having none.
fn is_latest(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    !last.contains('@') && last.split_once(':').is_none_or(|(_, tag)| tag == "latest")
}
