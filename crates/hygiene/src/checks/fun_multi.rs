//! Two or more services of different groups.

use crate::prelude::*;
use crate::services::{Level, Service, is_helper};

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "FUN-MULTI",
        title: "several services in one image",
        severity: Severity::High,
        concern: "they fail, scale and are updated together; one that is broken into gives the other, and only one is seen by the orchestrator",
        fix: "one image a service: CMD of one program, the others in pods or sidecars of their own",
        maps_to: &["CIS Docker 4.3", "NIST SP 800-190 4.1.2"],
    },
    ask: Some(ask),
    bad: &[
        "CMD /x\n/x 0755\n| #!/bin/sh\n| (sleep 9; while :; do node /app.js; sleep 1; done) &\n| exec redis-server",
        "CMD /x\n/x 0755\n| #!/bin/sh\n| (sleep 9; nginx) &\n| exec redis-server",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| main() { start_a; exec nginx; }\n| start_a() { redis-server & }\n| main \"$@\"",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| function start_a {\n| redis-server &\n| }\n| start_a\n| exec nginx",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| start_a () { redis-server & }\n| for s in a b; do start_$s; done\n| exec nginx",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| start_a() ( redis-server & )\n| \"start_$ANY\"\n| exec nginx",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| up() { redis-server & }\n| run() { local n=$1; shift; \"$@\"; }\n| run 3 up\n| exec nginx",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| . /lib.sh\n| up\n| web() { nginx; }\n| run\n/lib.sh 0644\n| up() { redis-server & }\n| run() { web; }",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| up() { redis-server & }\n| trap up HUP\n| nginx",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| up() { redis-server & }\n| eval \"up\"\n| exec nginx",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| up() { redis-server & }\n| export -f up\n| bash -c up\n| exec nginx",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| start_a() { redis-server & }\n| go() { start_$1; }\n| go a\n| exec nginx",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| start() { \"$@\" & }\n| start redis-server\n| start nginx\n| wait -n",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| bg() { name=$1; shift; nohup \"$@\" & }\n| bg cache redis-server\n| bg web nginx",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| CMDS=(redis-server nginx)\n| for c in \"${CMDS[@]}\"; do \"$c\" & done\n| wait",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| a=(redis-server --port 1)\n| \"${a[@]}\" &\n| exec nginx",
        "CMD [\"sh\", \"-c\", \"exec parallel ::: redis-server nginx\"]",
        "CMD [\"multirun\", \"redis-server --port 1\", \"nginx\"]\n/usr/local/bin/multirun 0755 elf",
        "CMD [\"sh\", \"-c\", \"tmux new-session -d redis-server; exec nginx\"]",
        "CMD svscanboot\n/service/a/run 0755\n| #!/bin/sh\n| exec redis-server\n/service/b/run 0755\n| #!/bin/sh\n| exec nginx",
        "CMD bash\nPACKAGE postfix: a\nPACKAGE redis-server: b\nEXPOSE 25/tcp\nEXPOSE 6379/tcp",
        "CMD [\"sh\", \"-c\", \"redis-server & exec nginx\"]\nPACKAGE nginx: a\nNEEDS libc6",
        "CMD /x\n/x 0755\n| #!/bin/sh\n| redis_exporter &\n| exec redis-server",
        "CMD honcho start web cache\nWORKDIR /app\n/app/Procfile\n| web: nginx\n| cache: redis-server",
        "CMD [\"sh\", \"-c\", \"foreman start web & foreman start cache\"]\n/Procfile\n| web: nginx\n| cache: redis-server",
        "CMD pm2-runtime e.json --only a,b\n/e.json\n| [{\"name\":\"a\",\"script\":\"nginx\"},{\"name\":\"b\",\"script\":\"redis-server\"}]",
        "CMD /start.sh\n/start.sh 0755\n| #!/bin/sh\n| systemctl start redis-server nginx\n| sleep infinity",
        "ENTRYPOINT /init\n/init 0755\n| #!/bin/sh\n| exec s6-svscan\n/etc/services.d/a/run 0755\n| #!/command/execlineb -P\n| fdmove -c 2 1 redis-server\n/etc/services.d/b/run 0755\n| #!/command/execlineb -P\n| foreground { echo a } nginx",
        "CMD npm start\nWORKDIR /app\n/app/package.json\n| {\"scripts\": {\"start\": \"nginx & redis-server\", \"a\": \"npm run start\", \"b\": \"cd sub; ./run.sh\"}}",
        "CMD [\"sh\", \"-c\", \"cd /app && exec yarn a\"]\n/app/package.json\n| {\"scripts\": {\"start\": \"nginx & redis-server\", \"a\": \"npm run start\", \"b\": \"cd sub; ./run.sh\"}}",
        "CMD pnpm -C /app run b\n/app/package.json\n| {\"scripts\": {\"start\": \"nginx & redis-server\", \"a\": \"npm run start\", \"b\": \"cd sub; ./run.sh\"}}\n/app/sub/run.sh 0755\n| #!/bin/sh\n| nginx & redis-server",
        "CMD npm run a\nWORKDIR /app\n/app/package.json\n| {\"scripts\": {\"prea\": \"redis-server --daemonize yes\", \"a\": \"nginx\"}}",
        "CMD sh start.sh\n/start.sh 0644\n| redis-server &\n| exec nginx",
        "CMD bash -euo pipefail /start.sh\n/start.sh 0644\n| redis-server &\n| exec nginx",
        "CMD /opt/app/start.sh\n/opt/app/start.sh 0755\n| #!/bin/sh\n| cd /opt/app\n| ./redis.sh &\n| exec nginx\n/opt/app/redis.sh 0755\n| #!/bin/sh\n| exec redis-server",
        "CMD /start.sh\n/start.sh 0755\n| #!/bin/sh\n| SVC=redis-server\n| $SVC &\n| exec nginx",
        "CMD /start.sh\n/start.sh 0755\n| #!/bin/sh\n| for f in /init.d/*; do . $f; done\n| exec nginx\n/init.d/a.sh 0644\n| redis-server &",
        "CMD /start.sh\n/start.sh 0755\n| #!/bin/sh\n| run-parts /init.d\n| exec nginx\n/init.d/a 0755\n| #!/bin/sh\n| redis-server &",
        "CMD /sbin/my_init\n/etc/my_init.d/10.sh 0755\n| #!/bin/sh\n| service redis-server start\n/etc/service/web/run 0755\n| #!/bin/sh\n| exec /sbin/setuser www nginx",
        "CMD [\"sh\", \"-c\", \"redis-server & exec node server.js\"]",
        "CMD [\"sh\", \"-c\", \"redis-server & exec /srv/app\"]\n/srv/app 0755 elf",
        "CMD [\"/usr/bin/supervisord\"]\n/usr/bin/supervisord 0755\n/etc/supervisor/conf.d/all.conf\n| [program:web]\n| command=/usr/sbin/nginx -g 'daemon off;'\n| [program:db]\n| command=/usr/lib/postgresql/15/bin/postgres",
        "CMD [\"sh\", \"-c\", \"service postgresql start && nginx\"]",
        "ENTRYPOINT /start.sh\n/start.sh 0755\n| #!/bin/sh\n| redis-server &\n| exec nginx",
        "CMD nginx\nHEALTHCHECK [\"CMD\", \"pg_isready\"]\nPACKAGE postgresql-15: a",
        "CMD [\"sh\", \"-c\", \"postfix start; nginx\"]",
        "CMD [\"sh\", \"-c\", \"dovecot & mysqld\"]",
        "CMD [\"sh\", \"-c\", \"su postgres -c 'postgres -D /x' & exec nginx\"]",
        "CMD [\"sh\", \"-c\", \"su - postgres -c 'pg_ctl -D /x start'; exec nginx\"]",
        "CMD [\"sh\", \"-c\", \"eval 'redis-server &'; exec nginx\"]",
        "CMD [\"sh\", \"-c\", \". /lib.sh; exec nginx\"]\n/lib.sh 0644\n| redis-server &",
        "CMD [\"sh\", \"-c\", \"sh /opt/db.sh; exec nginx\"]\n/opt/db.sh 0644\n| redis-server &",
        "CMD runsvdir -P /service\n/service/web/run 0755\n| #!/bin/sh\n| exec nginx\n/service/db/run 0755\n| #!/bin/sh\n| exec chpst -u redis redis-server",
        "CMD /sbin/my_init\n/etc/service/web -> ../sv/web\n/etc/sv/web/run 0755\n| #!/bin/sh\n| exec nginx\n/etc/service/db/run 0755\n| #!/bin/sh\n| exec redis-server",
        "CMD s6-svscan /etc/s6\n/etc/s6/web/run 0755\n| #!/bin/sh\n| exec nginx\n/etc/s6/db/run 0755\n| #!/bin/sh\n| exec s6-setuidgid redis redis-server",
        "CMD /sbin/init\n/sbin/init -> /lib/systemd/systemd\n/lib/systemd/systemd 0755 elf\n/etc/systemd/system/multi-user.target.wants/nginx.service -> /lib/systemd/system/nginx.service\n/etc/systemd/system/multi-user.target.wants/postgresql.service -> /x",
        "ENTRYPOINT [\"/bin/sh\", \"-c\", \"nginx; exec \\\"$0\\\" \\\"$@\\\"\"]\nCMD redis-server",
        "ENTRYPOINT /start.sh\nCMD redis-server\n/start.sh 0755\n| #!/bin/sh\n| nginx\n| exec \"$@\"",
        "ENTRYPOINT sh /start.sh\nCMD redis-server\n/start.sh 0644\n| nginx\n| exec \"$@\"",
        "ENTRYPOINT /start.py\nCMD redis-server\n/start.py 0755\n| #!/usr/bin/python3\n| os.execvp(sys.argv[1], sys.argv[1:])\nHEALTHCHECK [\"CMD\", \"pg_isready\"]\nPACKAGE postgresql-15: a",
        "CMD /start.sh\n/start.sh 0755\n| #!/bin/sh\n| redis-server &\n| (cd /app && node s.js) &\n| wait",
        "CMD /start.sh\n/start.sh 0755\n| #!/bin/sh\n| redis-server &\n| { node /app/s.js; } &\n| wait",
        "CMD /start.sh\n/start.sh 0755\n| #!/bin/sh\n| redis-server &\n| node /app/s.js 2>&1 | tee -a /log",
        "CMD /start.sh\n/start.sh 0755\n| #!/bin/sh\n| redis-server &\n| node /app/s.js || exit 1",
        "CMD /start.sh\n/start.sh 0755\n| #!/bin/sh\n| redis-server &\n| while :; do node /app/s.js; sleep 1; done",
        "CMD /start.sh\n/start.sh 0755\n| #!/bin/sh\n| redis-server &\n| main() {\n| node /app/s.js\n| }\n| main",
        "CMD [\"sh\", \"-c\", \"haproxy -f /x -D && exec nginx\"]",
        "CMD [\"sh\", \"-c\", \"squid; exec nginx\"]",
        "CMD [\"sh\", \"-c\", \"varnishd -a :80; exec apache2 -DFOREGROUND\"]",
        "CMD [\"sh\", \"-c\", \"rsync --daemon; exec redis-server\"]",
        "CMD [\"sh\", \"-c\", \"nagios4 -d /x; exec redis-server\"]",
        "CMD pm2-runtime /app/ecosystem.config.js\n/app/ecosystem.config.js\n| apps: [{script: '/app/a.js'}, {script: 'redis-server', interpreter: 'none'}]",
        "CMD pm2-runtime start /app/p.json\n/app/p.json\n| {\"apps\":[{\"name\":\"w\",\"script\":\"/app/a.js\"},{\"script\":\"redis-server\",\"interpreter\":\"none\"}]}",
        "CMD pm2-runtime start /app/pm2.yml\n/app/pm2.yml\n| apps:\n|  - script: /app/a.js\n|  - script: redis-server\n|    interpreter: none",
        "CMD [\"sh\", \"-c\", \"redis-server & pm2-runtime /app/a.js\"]",
        "CMD /sbin/runit\n/etc/runit/runsvdir/default/web/run 0755\n| #!/bin/sh\n| exec nginx\n/etc/runit/runsvdir/default/db/run 0755\n| #!/bin/sh\n| exec redis-server",
        "CMD circusd /app/c.ini\n/app/c.ini\n| [watcher:a]\n| cmd = nginx\n| [watcher:b]\n| cmd = redis-server",
        "CMD monit -I -c /app/m\n/app/m\n| check process a with pidfile /x\n|  start = \"/usr/sbin/nginx\"\n| check process b with pidfile /y\n|  start = \"/usr/bin/redis-server\"",
    ],
    good: &[
        "CMD /x\n/x 0755\n| #!/bin/sh\n| (sleep 9 && node /seed.js) &\n| exec redis-server",
        "CMD /x\n/x 0755\n| #!/bin/sh\n| seed() { until redis-cli ping; do sleep 1; done; python3 /seed.py; }\n| seed &\n| exec redis-server",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| start_redis() { redis-server & }\n| exec nginx",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| function start_redis {\n| redis-server &\n| }\n| start_mail() ( mysqld & )\n| exec nginx",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| a() { b; }\n| b() { redis-server & }\n| exec nginx",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| start_a() { redis-server & }\n| start_b() { nginx; }\n| \"start_$1\"\n",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| . /lib.sh\n| web\n/lib.sh 0644\n| up() { redis-server & }\n| web() { exec nginx; }",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| stop() { nginx -s quit; redis-cli shutdown; }\n| trap stop TERM\n| exec nginx",
        "ENTRYPOINT /x\nCMD web\n/x 0755\n| #!/bin/bash\n| cache() { redis-server & }\n| web() { exec nginx; }\n| \"$@\"",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| say() { echo \"$@\"; command -v $1; }\n| say redis-server\n| exec nginx",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| start() { \"$@\" & }\n| start nginx",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| NAMES=(redis-server mysqld)\n| echo \"${NAMES[@]}\"\n| exec nginx",
        "CMD /x\n/x 0755\n| #!/bin/bash\n| a=(--upstream redis-server)\n| exec nginx \"${a[@]}\"",
        "CMD multirun nginx\n/usr/local/bin/multirun 0755 elf\nPACKAGE redis-tools: x",
        "CMD [\"sh\", \"-c\", \"redis-server & exec nginx\"]\nPACKAGE redis-server: b\nPACKAGE nginx: a\nNEEDS redis-server",
        "CMD bash\nPACKAGE redis-server: b\nPACKAGE nginx: a\nNEEDS redis-server\nEXPOSE 80/tcp\nEXPOSE 6379/tcp",
        "CMD bash\nPACKAGE postfix: a\nPACKAGE redis-server: b\nEXPOSE 6379/tcp",
        "CMD redis_exporter\n/usr/bin/redis_exporter 0755 elf",
        "CMD foreman start web\nWORKDIR /app\n/app/Procfile\n| web: nginx\n| cache: redis-server",
        "CMD honcho start web\nWORKDIR /app\n/app/Procfile\n| web: nginx\n| cache: redis-server",
        "CMD honcho start\nWORKDIR /app\n/app/Procfile\n| web: nginx\n/usr/lib/ruby/x/Procfile\n| cache: redis-server",
        "CMD pm2-runtime e.json --only a\n/e.json\n| [{\"name\":\"a\",\"script\":\"nginx\"},{\"name\":\"b\",\"script\":\"redis-server\"}]",
        "CMD [\"sh\", \"-c\", \"systemctl enable nginx; systemctl start redis-server; systemctl stop mysql\"]",
        "CMD npm run c\nWORKDIR /app\n/app/package.json\n| {\"scripts\": {\"start\": \"nginx & redis-server\", \"a\": \"npm run start\", \"b\": \"cd sub; ./run.sh\"}}",
        "CMD npm start\nWORKDIR /srv\n/srv/package.json\n| {\"scripts\": {\"start\": \"node a.js\"}}\n/app/package.json\n| {\"scripts\": {\"start\": \"nginx & redis-server\", \"a\": \"npm run start\", \"b\": \"cd sub; ./run.sh\"}}",
        "ENTRYPOINT node /a.js\nCMD nginx\n/a.js",
        "CMD [\"sh\", \"-c\", \"nginx & exec java -jar /app.jar redis-server\"]",
        "ENTRYPOINT [\"/bin/sh\", \"-c\", \"exec nginx -g x\"]\nCMD redis-server",
        "ENTRYPOINT nginx\nCMD redis-server\n/usr/sbin/nginx 0755 elf",
        "ENTRYPOINT /start.sh\nCMD redis-server\n/start.sh 0755\n| #!/bin/sh\n| exec nginx -g 'daemon off;'",
        "CMD /start.sh\n/start.sh 0755\n| #!/bin/sh\n| redis-server &\n| until python3 /ready.py; do sleep 1; done\n| wait",
        "CMD [\"sh\", \"-c\", \"dovecot; postfix start-fg\"]",
        "CMD [\"sh\", \"-c\", \"nginx & exec node server.js\"]",
        "CMD /start.sh\n/start.sh 0755\n| #!/bin/sh\n| python3 /render.py\n| /srv/migrate\n| exec redis-server\n/srv/migrate 0755 elf",
        "CMD kafka-server-start.sh x\n/usr/local/bin/kafka-server-start.sh 0755\n| #!/bin/sh\n| exec java -cp x $MAIN",
        "CMD /sbin/init\n/sbin/init -> /lib/systemd/systemd\n/lib/systemd/systemd 0755 elf\n/etc/systemd/system/multi-user.target.wants/nginx.service -> /lib/systemd/system/nginx.service\n/etc/systemd/system/multi-user.target.wants/redis-server.service -> /x\n/etc/systemd/system/redis-server.service -> /dev/null",
        "ENTRYPOINT /init\n/init 0755\n| #!/bin/sh\n/etc/s6-overlay/s6-rc.d/a/run 0755\n| #!/bin/sh\n| exec nginx\n/etc/s6-overlay/s6-rc.d/b/run 0755\n| #!/bin/sh\n| exec redis-server\n/etc/s6-overlay/s6-rc.d/user/contents.d/a 0644",
        "CMD nginx\nPACKAGE nginx: usr/sbin/nginx\nPACKAGE postgresql-client-15: usr/bin/psql",
        "CMD [\"sh\", \"-c\", \"php-fpm8.2 -D && nginx\"]",
        "CMD [\"sh\", \"-c\", \"zkServer.sh start && kafka-server-start.sh x\"]",
        "ENTRYPOINT /start.sh\n/start.sh 0755\n| #!/bin/sh\n| case $1 in\n| nginx|redis-server) shift;;\n| esac\n| exec nginx",
        "CMD nginx\nPACKAGE nginx: usr/sbin/nginx\nPACKAGE exim4-daemon-light: usr/sbin/exim4",
        "CMD [\"sh\", \"-c\", \"vault kv get x; /etc/init.d/redis-server stop; command -v mysqld; exec nginx\"]",
        "CMD [\"sh\", \"-c\", \"su postgres; runuser - postgres -c 'psql -c x'; exec nginx\"]",
        "CMD runsvdir /etc/service\n/etc/service/web -> ../sv/web\n/etc/sv/web/run 0755\n| #!/bin/sh\n| exec nginx\n/etc/sv/db/run 0755\n| #!/bin/sh\n| exec redis-server",
        "CMD runsvdir /etc/service\n/etc/service/web/run 0755\n| #!/bin/sh\n| exec nginx\n/etc/service/db/run 0755\n| #!/bin/sh\n| exec redis-server\n/etc/service/db/down 0644",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let services = &asking.facts.services;
    let told = |level| {
        let mut services: Vec<&Service> = services.at(level).collect();
        services.sort_by_key(|service| service.level);
        let tell = |service: &&Service| format!("{} ({})", service.row.name, service.evidence);
        services.iter().map(tell).collect::<Vec<_>>().join(", ")
    };
    let started = services.at(Level::Started);
    let groups = services.groups(Level::Started);
    // two mail servers are one function
    let helps = |service: &Service| {
        let group = service.row.group;
        is_helper(group) && group != "sched" && !groups.contains(group)
    };
    let (level, severity) = if groups.len() >= 2 {
        (Level::Started, Severity::High)
    } else if groups.len() == 1 && started.into_iter().any(helps) {
        (Level::Started, Severity::Low)
    } else if services.groups(Level::Configured).len() >= 2 {
        (Level::Configured, Severity::Low)
    } else if services.groups(Level::Installed).len() >= 2 {
        (Level::Installed, Severity::INFO)
    } else {
        return;
    };
    let word = match level {
        Level::Started => "starts",
        Level::Configured => "is configured for",
        Level::Installed => "has, without starting them,",
    };
    let mut hit = Hit::new(format!("the image {word} {}", told(level))).severity(severity);
    if let Some(path) = services.at(level).find_map(|service| service.path.as_ref()) {
        hit = hit.path(path);
    }
    hits.push(hit);
}
