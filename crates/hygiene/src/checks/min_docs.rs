//! Documents and manual pages of more than 10 MB.

use crate::prelude::*;
use crate::topic::Topic;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "MIN-DOCS",
        title: "documents in the image",
        severity: Severity::INFO,
        concern: "nobody reads them in a container",
        fix: "a file in /etc/dpkg/dpkg.cfg.d with path-exclude=/usr/share/doc/*; apk leaves them out by itself",
        maps_to: &["CIS Docker 4.3"],
    },
    ask: Some(ask),
    bad: &["/usr/share/doc/x 0644 20MB"],
    good: &["/usr/share/doc/x 0644 2MB"],
};

/// Bytes below which nobody need care.
const FEW: u64 = 10_000_000;

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let (count, bytes) = asking.facts.survey.sum(Topic::Docs);
    if let (Some(first), true) = (asking.facts.noted(Topic::Docs).first(), bytes > FEW) {
        let message = format!("{}, {}", model::counted(count, "document"), size(bytes));
        hits.push(Hit::new(message).file(first));
    }
}
