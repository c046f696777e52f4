//! A downloader's output goes into a shell or an interpreter.

use crate::prelude::*;
use crate::tools;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "LAY-PIPE",
        title: "script from the network, run at once",
        severity: Severity::Medium,
        concern: "whoever can change what the server sends runs programs in the build",
        fix: "fetch, compare with a checksum, then run",
        maps_to: &["CIS Docker 4.11"],
    },
    ask: Some(ask),
    bad: &[
        "RUN /bin/sh -c curl -fsSL https://example.org/i.sh | sh",
        "RUN /bin/bash -eux -c curl https://example.org/i | python3",
        "RUN wget -qO- https://example.org/i | sudo -E bash -",
    ],
    good: &[
        "RUN /bin/sh -c curl -o x https://example.org/x && sha256sum -c x.sum && sh x",
        "RUN curl https://example.org/x | tar xz",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    for step in &asking.facts.steps {
        let commands = step.commands();
        let found = commands.windows(2).find_map(|pair| match pair {
            [from, to] if to.is_piped && matches!(from.name(), "curl" | "wget") => {
                let to = crate::start::behind(to);
                tools::is("runs what it reads", &to).then(|| (from.name().to_owned(), to))
            }
            _ => None,
        });
        if let Some((from, to)) = found {
            hits.push(
                Hit::new(format!("{} is piped into {}", short(&from), short(&to))).step(step),
            );
        }
    }
}
