//! An image that is named by a tag, whose digest is known.

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "JOIN-DIGEST",
        title: "what was looked at need not be what runs",
        severity: Severity::Low,
        concern: "a tag may name another image tomorrow, or on another node: the verdict is on the digest that it \
                  names today",
        fix: "name the image by its digest, too: name:tag@sha256:…",
        maps_to: &["NIST SP 800-190 4.1.5"],
    },
    ask,
    of_windows: true,
    // digests are no part of the examples: the test gives one
    bad: &["user: ''\n---\nimage: shop/api:1"],
    good: &[
        "user: ''\n---\nimage: shop/api:1@sha256:0000000000000000000000000000000000000000000000000000000000000001",
    ],
};

fn ask(join: &Join<'_>) -> Vec<Hit> {
    match join.digest {
        Some(digest) if !join.image.contains('@') => {
            let image = join.image;
            vec![Hit::new(
                &["image"],
                format!("its tag may move; what was looked at is {image}@{digest}"),
            )]
        }
        _ => Vec::new(),
    }
}
