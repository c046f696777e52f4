//! A supervisor is started, and its configuration names several programs.

use crate::prelude::*;
use crate::services::Left;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "FUN-SUPER",
        title: "process supervisor with several programs",
        severity: Severity::Medium,
        concern: "the orchestrator sees the supervisor alive while what it watches is dead",
        fix: "CMD of one program; the orchestrator is the supervisor",
        maps_to: &["CIS Docker 4.3"],
    },
    ask: Some(ask),
    bad: &[
        "CMD /run.sh\n/run.sh 0755\n| #!/bin/sh\n| nginx &\n| mysqld &\n| wait",
        "CMD [\"sh\", \"-c\", \"service nginx start; service mysql start; sleep infinity\"]",
        "CMD /sbin/init\n/sbin/init 0755 elf\n/etc/inittab\n| id:2:initdefault:\n| l2:2:wait:/etc/init.d/rc 2\n/etc/rc2.d/S01nginx -> ../init.d/nginx\n/etc/rc2.d/S02redis-server -> ../init.d/redis-server",
        "CMD honcho start -f /srv/P\n/srv/P\n| a: b\n| c: d",
        "CMD supervisord -n --configuration=/opt/x/y.conf\n/opt/x/y.conf\n| [program:a]\n| command=a\n| [include]\n| files =\n|   z/*.ini\n/opt/x/z/b.ini\n| [program:b]\n| command: b",
        "CMD python3 -m supervisor.supervisord\n/etc/supervisord.conf\n| [program:a]\n| command=a\n| [program:b]\n| command=b",
        "CMD pm2-runtime ecosystem.config.js\n/ecosystem.config.js 0644\n| module.exports={apps:[{script:'a.js'},{script:'b.js'}]}",
        "CMD bundle exec foreman start\n/Procfile 0644\n| a: b\n| c: d",
        "CMD supervisord -c /etc/supervisor/conf.d/all\n/etc/supervisor/conf.d/all\n| [program:a]\n| command=a\n| [program:b]\n| command=b",
        "CMD supervisord\n/etc/supervisord.conf\n| [program:a]\n| command=a\n| [include]\n| files = supervisord.d/*.conf\n/etc/supervisord.d/b.conf\n| [program:b]\n| command=b",
        "CMD supervisord\n/etc/supervisord.conf\n| [program:a]\n| command=a\n| [program:b]\n| command=b",
    ],
    good: &[
        "CMD /run.sh\n/run.sh 0755\n| #!/bin/sh\n| worker &\n| exec web\n/usr/bin/worker 0755 elf",
        "CMD /run.sh\n/run.sh 0755\n| #!/bin/sh\n| nginx -s reload &\n| sleep 9 &\n| service nginx stop\n/bin/sleep 0755 elf",
        "CMD supervisord\n/etc/supervisord.conf\n| [program:a]\n| command=a\n| [include]\n| files = supervisord.d/*.conf\n/etc/supervisord.d/b.conf.disabled\n| [program:b]\n| command=b",
        "CMD supervisord\n/etc/supervisor/conf.d/a.conf\n| [program:a]\n| command=a\n/etc/supervisor/conf.d/b.disabled\n| [program:b]\n| command=b",
        "CMD supervisord\n/etc/supervisord.conf\n| [program:a]\n| command=a",
        "CMD tini -- nginx",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let services = &asking.facts.services;
    let Some(supervisor) = &services.supervisor else {
        return by_scripts(&services.left, hits);
    };
    let programs = &services.supervised;
    let told: Vec<&str> = programs.iter().map(|program| &*program.name).collect();
    if let ([_, _, ..], Some(first)) = (&told[..], programs.first()) {
        let message = format!(
            "{} starts {} programs: {}",
            short(supervisor),
            told.len(),
            short(&names(told))
        );
        let hit = Hit::new(message).path(&first.path);
        hits.push(weighed(hit, services.is_one_function));
    }
}

/// A script that starts several programs and leaves them running is a supervisor, too.
fn by_scripts(left: &[Left], hits: &mut Hits) {
    let [first, _, ..] = left else { return };
    let message = format!(
        "{} starts {} programs and leaves them running: {}",
        first.by,
        left.len(),
        short(&names(left.iter().map(|it| &*it.name)))
    );
    let hit = Hit::new(message);
    let hit = if first.by.contains('/') {
        hit.path(&first.by)
    } else {
        hit
    };
    let is_one = first.function.is_some() && left.iter().all(|it| it.function == first.function);
    hits.push(weighed(hit, is_one));
}

/// A web server before its application is one function.
fn weighed(hit: Hit, is_one_function: bool) -> Hit {
    if is_one_function {
        hit.severity(Severity::INFO)
    } else {
        hit
    }
}
