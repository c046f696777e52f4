//! A database is started, and no volume covers its data.

use crate::prelude::*;
use crate::services::{self, Level};
use crate::volumes::{self, settings};

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "DAT-NOVOL",
        title: "database without a volume",
        severity: Severity::Medium,
        concern: "what it writes goes into the container, and is gone with it",
        fix: "VOLUME of its data folder",
        maps_to: &["NSA/CISA immutable file systems"],
    },
    ask: Some(ask),
    bad: &[
        "ENTRYPOINT python3 -u /entrypoint.py\nCMD redis-server\n/entrypoint.py\n| subprocess.Popen('nginx')\n| os.execvp(sys.argv[1], sys.argv[1:])",
        "ENTRYPOINT python3 /sbin/my_init\nCMD redis-server",
        "ENTRYPOINT /start.py\nCMD redis-server\n/start.py 0755\n| #!/usr/bin/python3\n| os.execvp(sys.argv[1], sys.argv[1:])",
        "CMD mysqld\nVOLUME /var/lib/mysql\n/etc/mysql/my.cnf\n| [mysqld]\n| datadir = /srv/my",
        "CMD mongod\nVOLUME /srv/m\n/etc/mongod.conf\n| storage:\n|   dbPath: /srv/m",
        "CMD postgres",
        "CMD prometheus",
        "CMD prometheus --storage.tsdb.path=/srv/p\nVOLUME /prometheus",
        "CMD grafana-server",
        "CMD /usr/lib/postgresql/18/bin/postgres\nVOLUME /var/lib/postgresql/data",
        "CMD redis-server",
        "CMD minio server --address :9000 /export\nVOLUME /data",
        "CMD postgres -D /srv/pg\nVOLUME /var/lib/postgresql/data",
        "CMD mysqld --datadir=/srv/my\nVOLUME /var/lib/mysql",
        "CMD nats-server -js -sd /srv/nats",
        "CMD postgres\nENV PGDATA=/var/lib/postgresql/18/docker\nVOLUME /var/lib/postgresql/data",
        "CMD postgres\nENV PG_MAJOR=18\nVOLUME /var/lib/postgresql/data",
        "CMD redis-server /etc/redis.conf\nVOLUME /data\n/etc/redis.conf\n| dir /srv/redis",
    ],
    good: &[
        "CMD mysqld\nVOLUME /srv/my\n/etc/mysql/my.cnf\n| [mysqld]\n| datadir = /srv/my",
        "CMD mysqld --defaults-file=/etc/my.cnf\nVOLUME /srv/my\n/etc/my.cnf\n| [mysqld]\n| datadir = /srv/my",
        "CMD mongod -f /etc/mongod.conf\nVOLUME /srv/m\n/etc/mongod.conf\n| storage:\n|   dbPath: /srv/m",
        "CMD mysqld\nVOLUME /data\n/var/lib/mysql -> /data/mysql",
        "CMD mysqld\nVOLUME /data\n/var/lib/mysql -> ../../data/mysql",
        "CMD mysqld\nVOLUME /data\n/data/mysql 0755 dir\n/var/lib/mysql -> /data/mysql",
        "CMD postgres\nVOLUME /var/lib/postgresql/data",
        "CMD postgres\nENV PGDATA=/var/lib/postgresql/18/docker\nVOLUME /var/lib/postgresql",
        "CMD postgres -D /srv/pg\nVOLUME /srv",
        "CMD postgres\nENV PG_MAJOR=17\nVOLUME /var/lib/postgresql/data",
        "CMD postgres\nENV PG_MAJOR=18\nVOLUME /var/lib/postgresql",
        "CMD redis-server /etc/redis.conf\nVOLUME /srv\n/etc/redis.conf\n| dir /srv/redis",
        "CMD [\"redis-server\", \"--save\", \"\", \"--appendonly\", \"no\"]",
        "CMD redis-server --dir /srv/redis\nVOLUME /srv/redis",
        "CMD etcd\nENV ETCD_DATA_DIR=/var/etcd\nVOLUME /var/etcd",
        "CMD nats-server",
        "CMD mysqld --defaults-file=/etc/x.ini\nVOLUME /srv/my\n/etc/x.ini\n| [mysqld]\n| datadir = /srv/my",
        "CMD mongod -f /etc/m.conf\nVOLUME /srv/m\n/etc/m.conf\n| storage: {dbPath: /srv/m}",
        "CMD mongod --config m\nWORKDIR /etc\nVOLUME /srv/m\n/etc/m\n| dbpath=/srv/m",
        "ENTRYPOINT /a.py\nCMD registry\n/a.py 0755\n| #!/usr/bin/python3\n| serve(sys.argv[1])",
        "ENTRYPOINT npm start\nCMD redis-server\n/usr/bin/npm 0755\n| #!/usr/bin/env node",
        "ENTRYPOINT python3 /a.py\nCMD registry\n/a.py",
        "ENTRYPOINT java -jar /app.jar\nCMD consul",
        "CMD minio server /export\nVOLUME /export",
        "CMD vault server -dev",
        "CMD nginx",
        "CMD prometheus\nVOLUME /prometheus",
        "CMD grafana-server\nVOLUME /var/lib/grafana",
        "CMD telegraf",
        "CMD /usr/lib/postgresql/18/bin/postgres\nVOLUME /var/lib/postgresql",
        "CMD /usr/lib/postgresql/17/bin/postgres\nVOLUME /var/lib/postgresql/data",
        "CMD /usr/lib/postgresql/18/bin/postgres -D /srv/pg\nVOLUME /srv/pg",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    let Some(config) = facts.input.config.map(|config| &config.config) else {
        return;
    };
    for service in facts
        .services
        .at(Level::Started)
        .filter(|service| services::keeps_data(service.row.group))
    {
        let settings = settings::of(facts, service);
        if volumes::keeps_nothing(service, &settings) {
            continue;
        }
        let folders = volumes::data_folders(service, config, &settings);
        let is_covered = folders
            .iter()
            .any(|folder| volumes::covers(facts, config, folder));
        if let (Some(folder), false) = (folders.first(), is_covered) {
            let message = format!(
                "{} is started, and no volume covers {}",
                service.row.name,
                short(&folder.path)
            );
            hits.push(Hit::new(message).set(&folder.path));
        }
    }
}
