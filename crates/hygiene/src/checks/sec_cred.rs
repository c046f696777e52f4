//! A file in a place where programs keep what lets one in.

use crate::logins;
use crate::prelude::*;
use crate::stores;
use crate::survey::Noted;
use crate::topic::Topic;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "SEC-CRED",
        title: "file that holds logins",
        severity: Severity::Medium,
        concern: "whoever pulls the image has what is in it",
        fix: "RUN --mount=type=secret,id=…,target=… for the steps that need it",
        maps_to: &["CIS Docker 4.10", "NIST SP 800-190 4.1.4"],
    },
    ask: Some(ask),
    bad: &[
        "/etc/rancher/k3s/k3s.yaml 0600 100B",
        "/root/.dockercfg 0600\n| {\"r.example\":{\"auth\":\"eDp5\"}}",
        "/root/.cargo/credentials.toml 0600 100B",
        "/root/.npmrc 0600\n| //npm.example.org/:_authToken=npm_x",
        "/root/.docker/config.json 0600 100B",
        "/root/.aws/credentials 0600 100B",
        "/home/app/.kube/config 0600 100B",
        "/var/lib/app/.aws/credentials 0600 100B",
        "/opt/app/.npmrc\n| //npm.example.org/:_authToken=npm_x",
    ],
    good: &[
        "/root/.docker/config.json 0600\n| {\"psFormat\":\"x\"}\n/root/.npmrc 0600\n| fund=false",
        "/app/node_modules/x/test/.netrc 0600 10B",
        "/root/.my.cnf 0600\n| [client]\n| user=root\n/root/.pgpass 0600\n| # host:port:db:user:password",
        "/root/.aws/config 0600 100B\n/root/.netrc 0600 0B",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let noted = asking.facts.noted(Topic::Credential).iter();
    // of what was not read nobody knows better
    let may_hold = |noted: &&Noted<'_>| {
        let path = noted.path.as_str();
        let text = asking.facts.file(path).filter(|_| logins::is_asked(path));
        let is_sample = stores::is_sample(path);
        noted.entry.size > 0 && !is_sample && text.is_none_or(|text| logins::has_login(path, text))
    };
    for noted in noted.filter(may_hold) {
        let message = format!("{} is where logins of {} are kept", noted.path, noted.what);
        hits.push(Hit::new(message).file(noted));
    }
}
