//! Specifiers of Python packages: `>=1.0, !=1.3.*`, `~=1.4.5`.
//!
//! Source of truth: `packaging.specifiers` with prereleases admitted. `<1.0` holds no prerelease of
//! 1.0, and `>1.0` no post release of it.

use super::{RangeLanguage, Row};
use crate::schemes::pep440::{self, Version};
use crate::{BadVersion, Scheme, digits};

pub(crate) static ROW: Row = Row {
    name: "pep440-specifier",
    title: "a PEP 440 specifier",
    matches,
    examples: &[
        (">=1.0, <2.0", "1.0 1.0+x 1.9", "0.9 2.0 2.0rc1 1.0rc1"),
        ("==1.0", "1.0.0 1.0+local", "1.0.post1 1.0rc1"),
        ("==1.0+a", "1.0+A", "1.0 1.0+b"),
        ("==1.0.*", "1.0rc1 1.0.9 1", "1.1 1!1.0"),
        ("!=1.0.*", "1.1", "1.0.5"),
        ("!=1.0", "1.1 1.0rc1", "1.0+x"),
        ("<1.0", "0.9 0.9.post1", "1.0 1.0rc1 1.0.dev1"),
        ("<1.0rc1", "1.0b1", "1.0rc1"),
        ("<1.0.post2", "1.0rc1 1.0.post1", "1.0.post2.dev1"),
        (">1.0", "1.0.1 1.1.dev1", "1.0 1.0.post1 1.0+x"),
        (">1.0.post1", "1.0.post2", "1.0.post1+x"),
        ("~=1.4.5", "1.4.5 1.4.9", "1.5 1.4.5rc1"),
        ("~=1.4.5a4", "1.4.5a5 1.4.9", "1.5"),
        ("~=1.0", "1.9", "2.0"),
        ("===1.0", "1.0", "1.0.0"),
    ],
    bad: &[
        "",
        "1.0",
        "=1.0",
        "~=1",
        "<1.0.*",
        ">=1.0+x",
        "==",
        "==1.0.*.1",
        "^1",
        ">=1.0,",
        "==1.0a1.*",
        ">=1.0\0",
    ],
};

fn matches(range: &str, version: &str) -> Result<bool, BadVersion> {
    let bad = || Scheme::Pep440.bad(version, "it does not follow PEP 440");
    let parsed = pep440::parse(version).ok_or_else(bad)?;
    let mut is_inside = true;
    for text in range.split(',') {
        let holds = holds(text.trim(), version, &parsed);
        is_inside &= holds
            .ok_or_else(|| RangeLanguage::Pep440.bad(range, "a part of it is no specifier"))?;
    }
    Ok(is_inside)
}

/// Whether one specifier holds a version; `None` if it is none.
fn holds(specifier: &str, text: &str, version: &Version) -> Option<bool> {
    const OPS: [&str; 7] = ["==", "!=", "~=", "<=", ">=", "<", ">"];
    if let Some(want) = specifier.strip_prefix("===") {
        let want = want.trim();
        return (!want.is_empty()).then(|| text.trim().eq_ignore_ascii_case(want));
    }
    let op = OPS.iter().find(|op| specifier.starts_with(**op)).copied()?;
    let bound = specifier.strip_prefix(op)?.trim();
    if let Some(prefix) = bound.strip_suffix(".*") {
        let prefix = pep440::parse(prefix).filter(Version::is_plain)?;
        let is_inside = has_prefix(version, &prefix, prefix.numbers().count());
        return match op {
            "==" => Some(is_inside),
            "!=" => Some(!is_inside),
            _ => None,
        };
    }
    let mut bound = pep440::parse(bound)?;
    if bound.local.is_some() && !matches!(op, "==" | "!=") {
        return None;
    }
    let shared = bound.numbers().count() - 1;
    if op == "~=" && shared == 0 {
        return None;
    }
    if op == "<" && bound.pre.is_none() && bound.dev.is_none() {
        // Below a version is what is below its prereleases, of which `.dev0` is the first.
        bound.dev = Some(0..0);
    }
    let order = pep440::compare_public(version, &bound);
    Some(match op {
        "==" => is_equal(version, &bound),
        "!=" => !is_equal(version, &bound),
        "<=" => order.is_le(),
        ">=" => order.is_ge(),
        "<" => order.is_lt(),
        ">" => order.is_gt() && !is_behind(version, &bound),
        _ => order.is_ge() && has_prefix(version, &bound, shared),
    })
}

fn is_equal(version: &Version, bound: &Version) -> bool {
    let is_local_equal = || pep440::compare_local(version, bound).is_eq();
    pep440::compare_public(version, bound).is_eq() && (bound.local.is_none() || is_local_equal())
}

/// Whether it is a post release of the release that a bound names.
fn is_behind(version: &Version, bound: &Version) -> bool {
    bound.post.is_none() && version.post.is_some() && is_same_release(version, bound)
}

fn is_same_release(a: &Version, b: &Version) -> bool {
    is_same_epoch(a, b) && pep440::compare_releases(a, b).is_eq()
}

fn is_same_epoch(a: &Version, b: &Version) -> bool {
    digits::compare(a.part(&a.epoch), b.part(&b.epoch)).is_eq()
}

/// Whether the first `count` numbers are those of the bound.
fn has_prefix(version: &Version, bound: &Version, count: usize) -> bool {
    let numbers = version.numbers().chain(std::iter::repeat(&b"0"[..]));
    let mut pairs = numbers.zip(bound.numbers()).take(count);
    is_same_epoch(version, bound) && pairs.all(|(a, b)| digits::compare(a, b).is_eq())
}
