//! Signatures or certificates are switched off, in the history or in settings.

use crate::prelude::*;
use crate::trust;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "LAY-UNVERIFIED",
        title: "packages or downloads are not verified",
        severity: Severity::High,
        concern: "whoever stands between, or owns the mirror, chooses what is installed",
        fix: "take the option out; add the repository's key instead",
        maps_to: &["CIS Docker 4.11"],
    },
    ask: Some(ask),
    bad: &[
        "RUN apt-get install -y --allow-unauthenticated x",
        "RUN /bin/sh -c curl -sk https://example.org/x",
        "RUN pip install --trusted-host example.org x",
        "/etc/apt/apt.conf.d/99x\n| APT::Get::AllowUnauthenticated \"true\";",
        "/etc/yum.repos.d/x.repo\n| [x]\n| gpgcheck=0",
    ],
    good: &[
        "RUN apt-get install -y -k x",
        "/etc/apt/apt.conf.d/99x\n| // APT::Get::AllowUnauthenticated \"true\";",
        "/etc/yum.repos.d/x.repo\n| gpgcheck = 1",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    for step in &asking.facts.steps {
        if let Some((program, option)) = step.commands().iter().find_map(trust::switched_off) {
            hits.push(Hit::new(format!("{} is run with {option}", short(&program))).step(step));
        }
    }
    for noted in asking.facts.noted(crate::topic::Topic::Trust) {
        let text = asking.facts.file(noted.path.as_str()).unwrap_or_default();
        if let Some(setting) = trust::setting(&String::from_utf8_lossy(text)) {
            hits.push(Hit::new(format!("{} sets {setting}", noted.path)).file(noted));
        }
    }
}
