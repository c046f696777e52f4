//! A file in a place where programs keep what lets one in.

use crate::prelude::*;
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
    ask,
    bad: &[
        "/root/.aws/credentials 0600 100B",
        "/home/app/.kube/config 0600 100B",
    ],
    good: &["/root/.aws/config 0600 100B\n/root/.netrc 0600 0B"],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let noted = asking.facts.noted(Topic::Credential).iter();
    for noted in noted.filter(|noted| noted.entry.size > 0) {
        let message = format!("{} is where logins of {} are kept", noted.path, noted.what);
        hits.push(Hit::new(message).file(noted));
    }
}
