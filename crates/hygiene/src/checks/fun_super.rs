//! A supervisor is started, and its configuration names several programs.

use crate::prelude::*;

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
        "CMD supervisord -n --configuration=/opt/x/y.conf\n/opt/x/y.conf\n| [program:a]\n| command=a\n| [include]\n| files =\n|   z/*.ini\n/opt/x/z/b.ini\n| [program:b]\n| command: b",
        "CMD python3 -m supervisor.supervisord\n/etc/supervisord.conf\n| [program:a]\n| command=a\n| [program:b]\n| command=b",
        "CMD pm2-runtime ecosystem.config.js\n/ecosystem.config.js 0644\n| module.exports={apps:[{script:'a.js'},{script:'b.js'}]}",
        "CMD bundle exec foreman start\n/Procfile 0644\n| a: b\n| c: d",
        "CMD supervisord -c /etc/supervisor/conf.d/all\n/etc/supervisor/conf.d/all\n| [program:a]\n| command=a\n| [program:b]\n| command=b",
        "CMD supervisord\n/etc/supervisord.conf\n| [program:a]\n| command=a\n| [include]\n| files = supervisord.d/*.conf\n/etc/supervisord.d/b.conf\n| [program:b]\n| command=b",
        "CMD supervisord\n/etc/supervisord.conf\n| [program:a]\n| command=a\n| [program:b]\n| command=b",
    ],
    good: &[
        "CMD supervisord\n/etc/supervisord.conf\n| [program:a]\n| command=a\n| [include]\n| files = supervisord.d/*.conf\n/etc/supervisord.d/b.conf.disabled\n| [program:b]\n| command=b",
        "CMD supervisord\n/etc/supervisor/conf.d/a.conf\n| [program:a]\n| command=a\n/etc/supervisor/conf.d/b.disabled\n| [program:b]\n| command=b",
        "CMD supervisord\n/etc/supervisord.conf\n| [program:a]\n| command=a",
        "CMD tini -- nginx",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let services = &asking.facts.services;
    let Some(supervisor) = &services.supervisor else {
        return;
    };
    let programs: Vec<&str> = services
        .supervised
        .iter()
        .map(|program| &*program.name)
        .collect();
    if let ([_, _, ..], Some(first)) = (&programs[..], services.supervised.first()) {
        let message = format!(
            "{} starts {} programs: {}",
            short(supervisor),
            programs.len(),
            short(&names(programs))
        );
        let hit = Hit::new(message).path(&first.path);
        // a web server before its application is one function
        hits.push(if services.is_one_function {
            hit.severity(Severity::INFO)
        } else {
            hit
        });
    }
}
