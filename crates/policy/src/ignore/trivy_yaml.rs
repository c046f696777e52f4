//! Trivy's ignore file in YAML: a list for each kind of finding.
//!
//! ```yaml
//! vulnerabilities:
//!   - {id: CVE-2023-4911, paths: [usr/lib/**], purls: [pkg:deb/debian/libc6], expired_at: 2027-06-30, statement: why}
//! ```
//! Source of truth: trivy.md §1.5. Licences are no findings here. On the day of `expired_at` it counts again.

use jiff::civil::Date;
use model::Purl;
use yaml::{Node, Problem};

use super::{About, Glob, Ignored, Match, glob};

/// The lists, and of what they speak; nothing of ours for licences.
const LISTS: [(&str, Option<About>); 4] = [
    ("vulnerabilities", Some(About::Problem)),
    ("misconfigurations", Some(About::Rule)),
    ("secrets", Some(About::Secret)),
    ("licenses", None),
];

/// Whether a document has Trivy's form.
pub(super) fn is_trivys(root: &Node) -> bool {
    LISTS.iter().any(|(name, _)| root.get(name).is_some())
}

pub(super) fn read(file: &str, root: &Node) -> Result<Vec<Ignored>, Problem> {
    root.want_only(&LISTS.map(|(name, _)| name))?;
    let mut ignored = Vec::new();
    for (name, about) in LISTS {
        let list = root.get(name).filter(|list| !list.is_null());
        if let (Some(list), Some(about)) = (list, about) {
            for item in list.want_items()? {
                ignored.extend(entries(file, item, about)?);
            }
        }
    }
    Ok(ignored)
}

/// Returns an entry for each of its paths: one of them must fit.
fn entries(file: &str, item: &Node, about: About) -> Result<Vec<Ignored>, Problem> {
    item.want_only(&["id", "paths", "purls", "expired_at", "statement"])?;
    let purl = |node: &Node| {
        let purl = node.want_str().map(Purl::read)?;
        purl.ok_or_else(|| node.wrong("a package URL such as pkg:deb/debian/bash"))
    };
    let purls = list(item, "purls")?.iter().map(purl);
    let purls = purls.collect::<Result<Vec<_>, _>>()?;
    let paths = list(item, "paths")?.iter().map(glob);
    let paths = paths.collect::<Result<Vec<_>, _>>()?;
    let paths: Vec<Option<Glob>> = if paths.is_empty() {
        vec![None]
    } else {
        paths.into_iter().map(Some).collect()
    };
    let statement = item.get("statement").and_then(Node::text);
    let reason = match statement.unwrap_or_default().trim() {
        "" => format!("listed in {file}"),
        statement => statement.to_owned(),
    };
    let id = item.want("id")?.want_str()?.to_owned();
    let until = until(item)?;
    let place = format!("{file}:{}", item.position().line);
    let entry = |path| Ignored {
        id: id.clone(),
        about: Some(about),
        only: Match {
            path,
            purls: purls.clone(),
            ..Match::default()
        },
        reason: reason.clone(),
        until,
        place: place.clone(),
    };
    Ok(paths.into_iter().map(entry).collect())
}

fn list<'a>(item: &'a Node, name: &str) -> Result<&'a [Node], Problem> {
    match item.get(name) {
        Some(list) if !list.is_null() => list.want_items(),
        _ => Ok(&[]),
    }
}

/// Returns the last day on which it does not count.
fn until(item: &Node) -> Result<Option<Date>, Problem> {
    let Some(node) = item.get("expired_at").filter(|node| !node.is_null()) else {
        return Ok(None);
    };
    // days may be written with a time behind them
    let day = node.text().and_then(|text| text.get(..10));
    let day = day.and_then(|text| text.parse::<Date>().ok());
    let last = day.and_then(|day| day.yesterday().ok());
    last.map(Some)
        .ok_or_else(|| node.wrong("a day such as 2027-06-30"))
}
