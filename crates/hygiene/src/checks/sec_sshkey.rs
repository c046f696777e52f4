//! Host keys, generated keys, private keys and lists of who may log in.

use crate::prelude::*;
use crate::stores;
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
        "/etc/ssh/ssh_host_ed25519_key 0600 400B",
        "/root/.ssh/authorized_keys 0600 100B",
        "/var/lib/app/.ssh/id_rsa 0600 100B",
    ],
    good: &[
        "/etc/ssh/ssh_host_ed25519_key.pub 0644 100B\n/root/.ssh/authorized_keys 0600 0B\n/root/.ssh/known_hosts 0600 100B",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let noted = asking.facts.noted(Topic::SshKey).iter();
    for noted in
        noted.filter(|noted| noted.entry.size > 0 && !stores::is_sample(noted.path.as_str()))
    {
        let message = format!("{} is in the image: {}", noted.path, noted.what);
        hits.push(Hit::new(message).file(noted));
    }
}
