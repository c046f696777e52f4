//! A step adds what a URL gives, without a checksum.

use crate::prelude::*;
use crate::step::Kind;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "LAY-ADDURL",
        title: "ADD of a URL",
        severity: Severity::Medium,
        concern: "what it fetches may be another thing tomorrow, and nothing is verified",
        fix: "ADD --checksum=sha256:… https://…, or COPY",
        maps_to: &["CIS Docker 4.9"],
    },
    ask: Some(ask),
    bad: &["ADD https://example.org/x.tar.gz /x"],
    good: &[
        "ADD --checksum=sha256:1 https://example.org/x.tar.gz /x",
        "ADD file:1 in /",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    for step in asking
        .facts
        .steps
        .iter()
        .filter(|step| step.kind == Kind::Add)
    {
        let words = step.text.split_whitespace();
        let is_url = |word: &str| {
            ["http://", "https://", "ftp://", "git@"]
                .iter()
                .any(|start| word.starts_with(start))
        };
        let is_checked = step.text.contains("--checksum=");
        if !is_checked && words.into_iter().any(is_url) {
            hits.push(
                Hit::new("ADD fetches a URL, and nothing shows that it was checked").step(step),
            );
        }
    }
}
