//! The distribution, or a runtime beside it, is past its end of life.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "BAS-EOL",
        title: "distribution or runtime gets no fixes any more",
        severity: Severity::High,
        concern: "what becomes known from now on is never mended",
        fix: "FROM a release that is still mended",
        maps_to: &["CIS Docker 4.4", "NIST SP 800-190 4.1.1"],
    },
    ask: Some(ask),
    bad: &[
        "OS debian 9\nEOL 2022-06-30",
        "END python 3.8 2024-10-07\n/usr/local/lib/python3.8/os.py 0644",
        "END nodejs 18 2025-04-30\n/usr/local/include/node/node_version.h 0644\n| #define NODE_MAJOR_VERSION 18",
        "END eclipse-temurin 19 2023-03-31\n/opt/java/openjdk/release 0644\n| IMPLEMENTOR=\"Eclipse Adoptium\"\n| JAVA_VERSION=\"19.0.2\"",
    ],
    good: &[
        "OS debian 12\nEOL 2028-06-30",
        "END python 3.9 2025-10-31\n/usr/lib/python3.9/os.py 0644\nPACKAGE libpython3.9-minimal: usr/lib/python3.9/os.py",
        "END python 3.13 2029-10-31\n/usr/local/lib/python3.13/os.py 0644",
        "END eclipse-temurin 19 2023-03-31\n/opt/app/release 0644\n| JAVA_VERSION=\"19.0.2\"",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    let input = facts.input;
    if let (Some(eol), Some(os)) = (input.eol, input.os)
        && eol.is_past
    {
        let message = format!(
            "{} {} has had no fixes since {}, says {}",
            os.family,
            short(&os.version),
            eol.date,
            eol.source
        );
        hits.push(Hit::new(message).path(&os.told_by));
    }
    for runtime in facts.runtimes.iter().filter(|it| it.end.is_past) {
        let (name, version, end) = (runtime.name, &runtime.version, &runtime.end);
        let (date, source) = (end.date, &end.source);
        let message = format!("{name} {version} has had no fixes since {date}, says {source}");
        hits.push(Hit::new(message).path(&runtime.path));
    }
}
