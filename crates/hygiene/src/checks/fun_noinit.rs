//! The entrypoint is a script that starts something in the background, without an init.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "FUN-NOINIT",
        title: "script starts programs behind itself",
        severity: Severity::Low,
        concern: "nobody waits for them when they end, and no signal reaches them",
        fix: "ENTRYPOINT [\"tini\", \"--\", \"/start.sh\"], or one program an image",
        maps_to: &[],
    },
    ask: Some(ask),
    bad: &[
        "CMD /start.sh\n/start.sh 0755\n| #!/bin/sh\n| service nginx start\n| sleep infinity",
        "ENTRYPOINT /start.sh\n/start.sh 0755\n| #!/bin/sh\n| worker &\n| exec web\n/usr/bin/worker 0755 elf",
    ],
    good: &[
        "ENTRYPOINT tini -- /start.sh\n/usr/bin/tini 0755 elf\n/start.sh 0755\n| #!/bin/sh\n| worker &\n| exec web\n/usr/bin/worker 0755 elf",
        "ENTRYPOINT /start.sh\n/start.sh 0755\n| #!/bin/sh\n| exec web",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    if facts.start.has_init || facts.services.supervisor.is_some() {
        return;
    }
    let mut programs = facts.start.programs.iter();
    // a redirection of `sleep` or `wait` in a script is no service
    let forked = programs.find(|started| {
        let is_in_script = !matches!(&*started.by, "CMD" | "ENTRYPOINT");
        started.is_background && is_in_script && started.path.is_some()
    });
    let mut named = facts.services.left.iter();
    let named = named.find(|left| left.is_named && !matches!(&*left.by, "CMD" | "ENTRYPOINT"));
    if let Some(started) = forked {
        let name = started.words.first().map_or("", String::as_str);
        let message = format!(
            "{} starts `{}` in the background, and no init waits for it",
            started.by,
            short(name)
        );
        hits.push(Hit::new(message).path(&started.by));
    } else if let Some(left) = named {
        let message = format!(
            "{} starts the service `{}`, and no init waits for it",
            left.by,
            short(&left.name)
        );
        hits.push(Hit::new(message).path(&left.by));
    }
}
