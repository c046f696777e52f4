//! A file or a folder among programs, settings, libraries or the application that everybody may write.

use crate::prelude::*;
use crate::topic::Topic;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "USR-WRITABLE",
        title: "everybody may write a file of the system",
        severity: Severity::Medium,
        concern: "who runs as anybody puts a program of his own where others start it",
        fix: "RUN chmod o-w PATH; COPY --chmod=755",
        maps_to: &["NIST SP 800-190 4.1.2"],
    },
    ask: Some(ask),
    bad: &[
        "/etc/app.conf 0666",
        "/usr/local/bin 0777 dir",
        "CMD /srv/app/run\n/srv/app/run 0777 elf",
    ],
    good: &["/tmp 1777 dir\n/srv/data 0777 dir\n/etc/app.conf 0644"],
};

const FOLDERS: [&str; 10] = [
    "bin",
    "sbin",
    "lib",
    "lib64",
    "etc",
    "usr/bin",
    "usr/sbin",
    "usr/lib",
    "usr/libexec",
    "usr/local",
];

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    let app = facts.start.first.as_ref().map(model::ImagePath::as_str);
    let app = app
        .and_then(|path| path.rsplit_once('/'))
        .map(|(folder, _)| folder);
    for noted in facts.noted(Topic::Writable) {
        let path = noted.path.as_str();
        let is_below = |folder: &str| {
            let rest = path.strip_prefix(folder);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let is_app = app.is_some_and(|folder| !folder.is_empty() && is_below(folder));
        if is_app || FOLDERS.into_iter().any(is_below) {
            let mode = noted.entry.mode & 0o777;
            hits.push(Hit::new(format!("everybody may write {path} ({mode:o})")).file(noted));
        }
    }
}
