//! Signatures or certificates are switched off, in the history or in settings.

use crate::prelude::*;
use crate::step::Kind;
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
        "RUN /bin/sh -c bash -c \"curl -k https://example.org/x -o y\"",
        "RUN /bin/sh -c su app -c \"pip install --trusted-host x y\"",
        "ENV PIP_TRUSTED_HOST=example.org",
        "ENV npm_config_strict_ssl=false",
        "ENV PYTHONHTTPSVERIFY=0",
        "RUN PIP_TRUSTED_HOST=example.org pip install x",
        "RUN apt-get install -y --allow-unauthenticated x",
        "RUN /bin/sh -c curl -sk https://example.org/x",
        "RUN pip install --trusted-host example.org x",
        "RUN dnf install -y --setopt=gpgcheck=0 x",
        "RUN yum --setopt *.gpgcheck=0 install x",
        "/etc/apt/apt.conf.d/99x\n| APT::Get::AllowUnauthenticated \"true\";",
        "/etc/yum.repos.d/x.repo\n| [x]\n| gpgcheck=0",
        "/etc/apt/sources.list.d/x.list\n| deb [trusted=yes] https://example.org/ ./",
        "RUN GIT_SSL_NO_VERIFY=1 git clone https://example.org/x",
        "ENV NODE_TLS_REJECT_UNAUTHORIZED=0",
    ],
    good: &[
        "ENV PIP_TRUSTED_HOST=",
        "ENV NPM_CONFIG_STRICT_SSL=true",
        "RUN apt-get install -y -k x",
        "/etc/apt/apt.conf.d/99x\n| // APT::Get::AllowUnauthenticated \"true\";",
        "/etc/yum.repos.d/x.repo\n| [x]\n| gpgcheck = 1",
        "/etc/yum.repos.d/x.repo\n| [x]\n| enabled=0\n| gpgcheck=0",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    for step in &facts.steps {
        if let Some((program, option)) = step.commands().iter().find_map(trust::switched_off) {
            hits.push(Hit::new(format!("{} is run with {option}", short(&program))).step(step));
        } else if let (Kind::Run, Some(setting)) = (step.kind, trust::environment(step.text)) {
            hits.push(Hit::new(format!("a step is run with {setting}")).step(step));
        }
    }
    let env = facts
        .input
        .config
        .iter()
        .flat_map(|config| &config.config.env);
    if let Some(setting) = env.into_iter().find_map(|set| trust::environment(set)) {
        hits.push(Hit::new(format!("ENV has {setting}")));
    }
    for noted in facts.noted(crate::topic::Topic::Trust) {
        let path = noted.path.as_str();
        let text = facts.file(path).unwrap_or_default();
        if let Some(setting) = trust::setting(path, &String::from_utf8_lossy(text)) {
            hits.push(Hit::new(format!("{path} sets {setting}")).file(noted));
        }
    }
}
