//! What package managers and others left behind.

use crate::prelude::*;
use crate::survey::Noted;
use crate::topic::Topic;
use std::collections::BTreeMap;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "DAT-CACHE",
        title: "caches in the image",
        severity: Severity::Low,
        concern: "what package managers fetched is of no use any more, and is pulled with every copy",
        fix: "RUN --mount=type=cache,target=…; or && rm -rf /var/lib/apt/lists/* in the same step; pip --no-cache-dir; apk --no-cache",
        maps_to: &["CIS Docker 4.3"],
    },
    ask: Some(ask),
    bad: &[
        "/var/lib/apt/lists/deb_Packages 0644 10MB",
        "/root/.cache/pip/http/x 0644 1MB",
        "/etc/passwd\n| web:x:10:10::/var/www:/bin/sh\n/var/www/.npm/_cacache/x 0644 1MB",
        "ENV HOME=/app\n/app/.cache/pip/http/x 0644 1MB",
        "/var/cache/apk/APKINDEX.tar.gz 0644 1MB",
    ],
    good: &[
        "/app/.cache/pip/http/x 0644 1MB",
        "/var/lib/apt/lists/lock 0640 0B\n/var/cache/apt/archives/partial 0755 dir",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let mut kinds: BTreeMap<&str, (usize, u64, &Noted<'_>)> = BTreeMap::new();
    let noted = asking.facts.noted(Topic::Cache).iter();
    for noted in noted.filter(|noted| noted.entry.size > 0) {
        let kind = kinds.entry(noted.what).or_insert((0, 0, noted));
        kind.0 += 1;
        kind.1 = kind.1.saturating_add(noted.entry.size);
        if noted.entry.size > kind.2.entry.size {
            kind.2 = noted;
        }
    }
    for (what, (count, bytes, largest)) in kinds {
        let folder = largest
            .path
            .as_str()
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        let count = model::counted(count, "file");
        let message = format!(
            "{what}: {count}, {}, most of it in {}",
            size(bytes),
            short(folder)
        );
        hits.push(Hit::new(message).file(largest));
    }
}
