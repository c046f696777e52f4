//! A file or a folder among programs, settings, libraries or the application that everybody may write.

use std::collections::BTreeMap;

use crate::app;
use crate::prelude::*;
use crate::search;
use crate::survey::Noted;
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
        "CMD node /srv/app/main.js\n/usr/bin/node 0755 elf\n/srv/app/main.js 0644\n/srv/app/lib.js 0666",
        "ENV PATH=/opt/tools:/usr/bin\n/opt/tools/x 0777 elf",
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
    let folder_of = |path: &String| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let apps = app::files(facts);
    let apps = apps.iter().filter_map(folder_of);
    let of_path = search::path_folders(facts.input);
    let usual = FOLDERS.into_iter().map(str::to_owned);
    let mut folders: Vec<String> = usual.chain(of_path).chain(apps).collect();
    folders.retain(|folder| !folder.is_empty());
    // what everybody may write, by the folder that makes it matter
    let mut found: BTreeMap<&str, Vec<&Noted<'_>>> = BTreeMap::new();
    for noted in facts.noted(Topic::Writable) {
        let is_below = |folder: &&String| {
            let rest = noted.path.as_str().strip_prefix(&***folder);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if let Some(folder) = folders.iter().find(is_below) {
            found.entry(folder).or_default().push(noted);
        }
    }
    for (folder, noted) in found {
        let Some(first) = noted.first() else { continue };
        let mode = first.entry.mode & 0o777;
        let path = &first.path;
        let message = match noted.len() - 1 {
            0 => format!("everybody may write {path} ({mode:o})"),
            more => format!("everybody may write {path} ({mode:o}) and {more} more in {folder}"),
        };
        hits.push(Hit::new(message).file(first));
    }
}
