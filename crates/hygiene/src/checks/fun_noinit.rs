//! The entrypoint is a script that starts something in the background, without an init.

use crate::prelude::*;
use crate::services::Left;

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
        "ENTRYPOINT /start.sh\n/start.sh 0755\n| #!/bin/sh\n| (sleep 10; echo hi) &\n| exec web\n/bin/sleep 0755 elf\n/bin/echo 0755 elf\n/usr/sbin/nginx 0755 elf\n/usr/bin/inotifywait 0755 elf\n/usr/bin/curl 0755 elf",
        "ENTRYPOINT /start.sh\n/start.sh 0755\n| #!/bin/sh\n| while :; do sleep 6h; nginx -s reload; done &\n| exec web\n/bin/sleep 0755 elf\n/bin/echo 0755 elf\n/usr/sbin/nginx 0755 elf\n/usr/bin/inotifywait 0755 elf\n/usr/bin/curl 0755 elf",
        "ENTRYPOINT /start.sh\n/start.sh 0755\n| #!/bin/sh\n| while inotifywait -e modify /etc/nginx; do nginx -s reload; done &\n| exec web\n/bin/sleep 0755 elf\n/bin/echo 0755 elf\n/usr/sbin/nginx 0755 elf\n/usr/bin/inotifywait 0755 elf\n/usr/bin/curl 0755 elf",
        "ENTRYPOINT /start.sh\n/start.sh 0755\n| #!/bin/sh\n| (sleep 5; curl -s http://localhost/warm) &\n| exec web\n/bin/sleep 0755 elf\n/bin/echo 0755 elf\n/usr/sbin/nginx 0755 elf\n/usr/bin/inotifywait 0755 elf\n/usr/bin/curl 0755 elf",
        "ENTRYPOINT /start.sh\nCMD mysqld\n/usr/sbin/mysqld 0755 elf\n/start.sh 0755\n| #!/bin/sh\n| prepare() { \"$@\" --skip-networking & }\n| main() { prepare \"$@\"; exec \"$@\"; }\n| main \"$@\"",
        "ENTRYPOINT tini -- /start.sh\n/usr/bin/tini 0755 elf\n/start.sh 0755\n| #!/bin/sh\n| worker &\n| exec web\n/usr/bin/worker 0755 elf",
        "ENTRYPOINT /start.sh\n/start.sh 0755\n| #!/bin/sh\n| exec web",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    if facts.start.has_init || facts.services.supervisor.is_some() {
        return;
    }
    let is_in_script = |left: &&Left| !matches!(&*left.by, "CMD" | "ENTRYPOINT");
    let find = |is_named| {
        let mut left = facts.services.left.iter().filter(is_in_script);
        left.find(|left| left.is_named == is_named)
    };
    if let Some(left) = find(false) {
        let message = format!(
            "{} starts `{}` in the background, and no init waits for it",
            left.by,
            short(&left.name)
        );
        hits.push(Hit::new(message).path(&left.by));
    } else if let Some(left) = find(true) {
        let message = format!(
            "{} starts the service `{}`, and no init waits for it",
            left.by,
            short(&left.name)
        );
        hits.push(Hit::new(message).path(&left.by));
    }
}
