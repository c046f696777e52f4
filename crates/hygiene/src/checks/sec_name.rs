//! A variable of the environment has a name as secrets have, and a value.

use crate::prelude::*;
use crate::words;
use model::Place;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "SEC-NAME",
        title: "variable looks like a secret",
        severity: Severity::Medium,
        concern: "whoever pulls the image, or may describe the pod, reads it",
        fix: "set it where the container runs: envFrom a Secret, or a mounted file",
        maps_to: &["CIS Docker 4.10", "NIST SP 800-190 4.1.4"],
    },
    ask: Some(ask),
    bad: &[
        "ENV DB_PASSWORD=hunter22",
        "ENV NPM_TOKEN=abcdef123456",
        "ENV PGPASSWORD=hunter22",
        "ENV APP_KEY=base64:Zm9vYmFyMTIzNDU2Nzg5MA==",
    ],
    good: &[
        "ENV DB_PASSWORD_FILE=/run/secrets/db\nENV API_TOKEN=\nENV GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D\nENV DB_PASSWORD=changeme\nENV KEYBOARD=us",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let input = asking.facts.input;
    let is_told = |name: &str| {
        let leaks = input.leaks.unwrap_or_default().iter();
        leaks
            .into_iter()
            .any(|leak| matches!(&leak.place, Place::Environment(known) if known == name))
    };
    for set in input.config.iter().flat_map(|config| &config.config.env) {
        let (name, value) = set.split_once('=').unwrap_or((set, ""));
        let is_secret = (words::is_secret_name(name) && words::is_literal(value))
            || (words::is_key_name(name) && words::is_drawn(value));
        if is_secret && !is_told(name) {
            hits.push(Hit::new(format!("ENV `{}` has a value", short(name))));
        }
    }
}
