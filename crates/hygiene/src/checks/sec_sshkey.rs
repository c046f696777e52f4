//! Host keys, generated keys, private keys and lists of who may log in.

use crate::logins;
use crate::prelude::*;
use crate::stores;
use crate::survey::Noted;
use crate::topic::Topic;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "SEC-SSHKEY",
        title: "key that all copies of the image share",
        severity: Severity::High,
        concern: "whoever pulls the image has the private key, and can pretend to be every container of it",
        fix: "RUN rm -f /etc/ssh/ssh_host_*_key in the step that made it; make keys when the container starts",
        maps_to: &["CIS Docker 4.10", "NIST SP 800-190 4.1.4"],
    },
    ask: Some(ask),
    bad: &[
        "/root/.ssh/authorized_keys 0600\n| # me\n| ssh-ed25519 AAAA me",
        "/etc/ssh/authorized_keys/root 0600 100B",
        "/etc/ssh/ssh_host_ed25519_key 0600 400B",
        "/root/.ssh/authorized_keys 0600 100B",
        "/var/lib/app/.ssh/id_rsa 0600 100B",
    ],
    good: &[
        "/root/.ssh/authorized_keys 0600\n| # none\n| ",
        "/etc/ssh/ssh_host_ed25519_key.pub 0644 100B\n/root/.ssh/authorized_keys 0600 0B\n/root/.ssh/known_hosts 0600 100B",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    // of what was not read nobody knows better
    let may_hold = |noted: &&Noted<'_>| {
        let path = noted.path.as_str();
        let text = facts.file(path).filter(|_| logins::is_asked(path));
        let is_one = text.is_none_or(|text| logins::has_login(path, text));
        noted.entry.size > 0 && is_one && !stores::is_sample(path)
    };
    for noted in facts.noted(Topic::SshKey).iter().filter(may_hold) {
        let message = format!("{} is in the image: {}", noted.path, noted.what);
        hits.push(Hit::new(message).file(noted));
    }
}
