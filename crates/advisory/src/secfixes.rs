//! The shape of a secdb (`secfixes`), which Alpine, Wolfi and others share.
//!
//! Source of truth: feeds.md §2.3. `packages[].pkg` has a `name` and `secfixes`: version to ids, where
//! `0` says that the package never had the flaw. An empty list of packages may be written `{}`.

use std::cmp::Ordering;

use model::{Advisory, Affected, Status};
use serde_json::Value;
use version::Scheme;

use crate::harvest::Harvest;
use crate::write::About;

/// Takes what a secdb says into the shard of `about`; `place` names it where something makes no sense.
///
/// # Errors
/// It has no list of packages: it was cut short, or is something else.
pub(crate) fn take(
    database: &Value,
    about: About,
    place: &str,
    harvest: &mut Harvest,
) -> Result<(), String> {
    let packages = packages(database)?;
    let shelf = harvest.release(about, gives_way);
    let mut problems = Vec::new();
    each(packages, |found| {
        let added = found.and_then(|(package, advisory)| shelf.add(package, advisory));
        problems.extend(added.err());
    });
    for problem in problems {
        harvest.problem(format!("{place}: {problem}"));
    }
    Ok(())
}

fn packages(database: &Value) -> Result<&[Value], String> {
    match database.get("packages") {
        Some(Value::Array(packages)) => Ok(packages),
        Some(Value::Object(none)) if none.is_empty() => Ok(&[]),
        _ => Err("it is no secdb: it has no list of `packages`".to_owned()),
    }
}

/// Calls `found` with each package and what is said of it, or with what is wrong.
fn each<'a>(packages: &'a [Value], mut found: impl FnMut(Result<(&'a str, Advisory), String>)) {
    for package in packages {
        let package = package.get("pkg");
        let of = |name: &str| package.and_then(|package| package.get(name));
        let Some(name) = of("name").and_then(Value::as_str) else {
            found(Err("a package has no name".to_owned()));
            continue;
        };
        let fixes = match of("secfixes") {
            None | Some(Value::Null) => continue,
            Some(fixes) => fixes.as_object(),
        };
        let Some(fixes) = fixes else {
            found(Err(format!("{name}: its `secfixes` are no object")));
            continue;
        };
        for (version, ids) in fixes {
            for text in list(ids) {
                let advisory = text.as_str().and_then(|it| advisory(version.trim(), it));
                let bad = || format!("{name} {version}: no id in {}", short(text));
                found(advisory.ok_or_else(bad).map(|advisory| (name, advisory)));
            }
        }
    }
}

/// Returns what a list holds; one thing alone is a list of it, and nothing an empty one.
pub(crate) fn list(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::Array(items) => items,
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            std::slice::from_ref(value)
        }
    }
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(60).collect()
}

/// Reads an entry of the list of ids: several names of one flaw, and remarks.
fn advisory(version: &str, text: &str) -> Option<Advisory> {
    let words = text.split(|c: char| c.is_whitespace() || "(),;".contains(c));
    let mut ids: Vec<String> = words.filter_map(id).collect();
    let first = ids.iter().position(|id| id.starts_with("CVE-"));
    let first = first.or_else(|| ids.iter().position(|id| id.starts_with("GHSA-")));
    let id = match first.unwrap_or(0) {
        at if at < ids.len() => ids.remove(at),
        _ => return None,
    };
    ids.retain(|other| *other != id);
    ids.sort();
    ids.dedup();
    let (affected, status) = match version {
        "0" => (Affected::Never, Status::NotAffected),
        version => (Affected::Below(version.to_owned()), Status::Fixed),
    };
    Some(Advisory {
        aliases: ids,
        ..Advisory::new(id, affected, status)
    })
}

/// Returns a word that looks like an id: capitals, then a dash (or, mistyped, a low line) and a digit.
fn id(word: &str) -> Option<String> {
    let word = word.trim_end_matches('.');
    let word = match word.strip_prefix("CVE_") {
        Some(rest) => format!("CVE-{}", rest.replace('_', "-")),
        None => word.to_owned(),
    };
    let (prefix, rest) = word.split_once('-')?;
    let is_prefix = prefix.len() >= 2 && prefix.bytes().all(|it| it.is_ascii_uppercase());
    // the parts of GitHub's ids may be letters alone
    let is_rest = (prefix == "GHSA" || rest.bytes().any(|byte| byte.is_ascii_digit()))
        && rest
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'-');
    (is_prefix && is_rest).then_some(word)
}

/// Whether the known word gives way: a fix stands above "never affected", a later fix above an earlier
/// one, which was not enough.
fn gives_way(known: &Advisory, new: &Advisory) -> bool {
    match (&known.affected, &new.affected) {
        (Affected::Below(known), Affected::Below(new)) => {
            version::compare(Scheme::Apk, new, known).is_ok_and(Ordering::is_gt)
        }
        (known, Affected::Below(_)) => *known == Affected::Never,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_have_names_and_remarks() {
        for (text, want) in [
            ("CVE-2024-4741", "CVE-2024-4741 []"),
            ("CVE-2017-2616 (+ regression fix)", "CVE-2017-2616 []"),
            (
                "GHSA-aaaa-bbbb-1ccc CVE-2019-1",
                "CVE-2019-1 [\"GHSA-aaaa-bbbb-1ccc\"]",
            ),
            (
                "CVE-2019-1 GHSA-aaaa-bbbb-cccc",
                "CVE-2019-1 [\"GHSA-aaaa-bbbb-cccc\"]",
            ),
            ("CVE_2020_1", "CVE-2020-1 []"),
            ("XSA-248", "XSA-248 []"),
            (
                "CVE-2019-1 CVE-2019-1 CVE-2019-2",
                "CVE-2019-1 [\"CVE-2019-2\"]",
            ),
        ] {
            let got = advisory("1-r0", text).unwrap();
            assert_eq!(format!("{} {:?}", got.id, got.aliases), want, "{text}");
        }
        for text in ["", "fix for a bug", "cve-2024-1", "CVE-"] {
            assert_eq!(advisory("1-r0", text), None, "{text}");
        }
    }
}
