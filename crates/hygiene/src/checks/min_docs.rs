//! Documents, manual pages and tests of packages of more than 10 MB.

use crate::prelude::*;
use crate::survey::TESTS;
use crate::topic::Topic;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "MIN-DOCS",
        title: "documents or tests in the image",
        severity: Severity::INFO,
        concern: "nobody reads them in a container",
        fix: "a file in /etc/dpkg/dpkg.cfg.d with path-exclude=/usr/share/doc/*, which apk leaves out by itself; RUN find / -type d -name tests -exec rm -r {} + in the step that installs",
        maps_to: &["CIS Docker 4.3"],
    },
    ask: Some(ask),
    bad: &[
        "/usr/share/doc/x 0644 20MB",
        "/usr/lib/python3/dist-packages/x/tests/a 0644 12MB",
        "/app/node_modules/x/test/a/b 0644 12MB",
        "/usr/local/lib/python3.13/test/a 0644 12MB",
    ],
    good: &[
        "/usr/share/doc/x 0644 2MB",
        "/app/tests/x 0644 12MB",
        "/usr/lib/python3/dist-packages/tests.so 0644 12MB",
    ],
};

/// Bytes below which nobody need care.
const FEW: u64 = 10_000_000;

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let (count, bytes) = asking.facts.survey.sum(Topic::Docs);
    let noted = asking.facts.noted(Topic::Docs);
    if let (Some(first), true) = (noted.first(), bytes > FEW) {
        let counted = if noted.iter().any(|noted| noted.what == TESTS) {
            format!("documents and tests, {}", model::counted(count, "file"))
        } else {
            model::counted(count, "document")
        };
        let message = format!("{counted}, {}", size(bytes));
        hits.push(Hit::new(message).file(first));
    }
}
