//! Components of Bitnami: one to three numbers and the revision of the packaging, `1.2.3-4`.
//!
//! Source of truth: `bitnami/go-version`, and feeds.md §3.4. The revision is no prerelease: each is newer
//! than the one before, and any is newer than none.

use std::cmp::Ordering;

use super::{Row, Scheme};
use crate::{BadVersion, digits};

pub(crate) static ROW: Row = Row {
    name: "bitnami",
    title: "a Bitnami version",
    compare,
    ladder: "0.9 < 1 = 1.0 = v1.0.0 = 1.0.0-0 < 1.0.0-1 < 1.0.0-2 < 1.0.0-10 < 1.0.1 < 1.2 < 1.10.0-3 < 2",
    bad: &[
        "",
        "v",
        "1.",
        "1.2.3.4",
        "1.0.0-",
        "1.0.0-rc1",
        "1.0.0-1-2",
        "1.0\0",
    ],
};

fn compare(a: &str, b: &str) -> Result<Ordering, BadVersion> {
    let (a, b) = (parse(a)?, parse(b)?);
    let mut pairs = a.iter().zip(&b);
    let order = pairs.find_map(|(a, b)| Some(digits::compare(a, b)).filter(|it| it.is_ne()));
    Ok(order.unwrap_or(Ordering::Equal))
}

/// Returns three numbers and the revision.
fn parse(text: &str) -> Result<[&[u8]; 4], BadVersion> {
    let bare = text.strip_prefix('v').unwrap_or(text);
    let (version, revision) = bare.split_once('-').unwrap_or((bare, "0"));
    let parts: Vec<&str> = version.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if parts.len() > 3 || !parts.iter().chain([&revision]).all(is_number) {
        let why = "it is not one to three numbers, and one more behind a dash";
        return Err(Scheme::Bitnami.bad(text, why));
    }
    let number = |at: usize| parts.get(at).copied().unwrap_or("0").as_bytes();
    Ok([number(0), number(1), number(2), revision.as_bytes()])
}
