//! A database that was used lies in a layer, by its files.

use crate::prelude::*;
use crate::stores;
use crate::topic::Topic;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "DAT-STORE",
        title: "data of a database in the image",
        severity: Severity::High,
        concern: "every copy of the container begins with the same data, loses what it adds, and everybody who pulls it reads it",
        fix: "VOLUME of the data folder, empty in the image; seeds in /docker-entrypoint-initdb.d",
        maps_to: &["NIST SP 800-190 4.1.2", "NSA/CISA immutable file systems"],
    },
    ask: Some(ask),
    bad: &[
        "/k/meta.properties\n| cluster.id=Some-Id_abcdefghij12\n| version=0\n| broker.id=1",
        "/k/meta.properties\n| #\n| node.id=1\n| version=1\n| cluster.id=MkU3OEVBNTcwNTJENDM2Qk",
        "/var/lib/postgresql/15/main/PG_VERSION 0600 3B\n/var/lib/postgresql/15/main/base/1/PG_VERSION 0600 3B\n/var/lib/postgresql/15/main/global/1 0600 3B",
        "/var/lib/postgresql/15/main/PG_VERSION 0600 3B\n/var/lib/postgresql/15/main/base/1/112 0600 9B",
        "CMD prometheus\n/prometheus/chunks_head/000001 0644 9B",
        "/srv/app.db 0644 sqlite",
        "/data/dump.rdb 0644 redis",
        "PACKAGE x: usr/bin/x\n/usr/share/myapp/app.db 0644 sqlite",
        "CMD grafana-server\nPACKAGE jenkins: a\n/var/jenkins_home/config.xml 0644 10B",
    ],
    good: &[
        "/opt/kafka/meta.properties\n| name=x\n| version=1",
        "/usr/share/postgresql/15/PG_VERSION 0644 3B",
        "/srv/pg/base/5/PG_VERSION 0600 3B",
        "/prometheus/chunks_head/000001 0644 9B",
        "/opt/conda/share/proj/proj.db 0644 sqlite",
        "/root/.cargo/.global-cache 0644 sqlite\n/root/.pki/nssdb/cert9.db 0600 sqlite",
        "/home/x/.local/share/jupyter/nbsignatures.db 0644 sqlite",
        "/var/lib/rpm/rpmdb.sqlite 0644 sqlite",
        "/usr/share/myapp/app.db 0644 sqlite",
        "/srv/segments_3 0644 9B\n/srv/a.wt 0644 9B",
        "PACKAGE jenkins: var/jenkins_home/x\n/var/jenkins_home/x 0644 10B\n/var/jenkins_home/.keep 0644 1B",
        "/var/lib/mysql-files/x 0644 10B\n/var/jenkins_home/config.xml 0644 10B",
        "/usr/lib/python3/dist-packages/x/test.db 0644 sqlite\nPACKAGE python3-x: usr/lib/python3/dist-packages/x/test.db",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    for store in stores::find(facts) {
        let mut message = format!("data of {} lies in {}", store.noted.what, store.folder);
        // an unpacked root has none
        if !facts.input.layers.is_empty() {
            let layer = store.noted.layer() + 1;
            message = format!("{message}, written by layer {layer}");
        }
        hits.push(Hit::new(message).file(store.noted));
    }
    for it in stores::unproved(facts) {
        let count = model::counted(it.count, "file");
        let message = format!("{count} of {} in its data folder {}", it.service, it.folder);
        let hit = Hit::new(message).file(it.first);
        hits.push(hit.severity(Severity::Medium));
    }
    if let [first, ..] = facts.noted(Topic::Seed) {
        let count = model::counted(facts.noted(Topic::Seed).len(), "file");
        let message = format!("{count} that a new database begins with");
        hits.push(Hit::new(message).file(first).severity(Severity::INFO));
    }
}
