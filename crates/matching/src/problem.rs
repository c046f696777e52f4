//! Advisories on the same flaw, joined under one name.
//!
//! A flaw is named by its CVE. A record on several CVEs is several flaws: two CVEs are never
//! joined, whatever lists them side by side (`feeds.md` §6.2).

use std::collections::{BTreeMap, BTreeSet};

use model::Advisory;

/// What is said about one flaw of one package.
#[derive(Debug, Default)]
pub(crate) struct Problem<'a> {
    /// Other ids of it.
    pub(crate) aliases: BTreeSet<&'a str>,
    pub(crate) advisories: Vec<&'a Advisory>,
}

/// Joins advisories by the flaws that they are about; the keys are the flaws' names.
pub(crate) fn join(advisories: &[Advisory]) -> BTreeMap<&str, Problem<'_>> {
    let mut problems: BTreeMap<&str, Problem<'_>> = BTreeMap::new();
    let mut cves_of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for advisory in advisories {
        let (cves, others): (Vec<&str>, Vec<&str>) = ids(advisory).partition(|id| is_cve(id));
        for cve in &cves {
            add(&mut problems, cve, advisory);
            for other in &others {
                cves_of.entry(other).or_default().insert(cve);
            }
        }
    }
    for advisory in advisories.iter().filter(|it| !ids(it).any(is_cve)) {
        let cves: BTreeSet<&str> = ids(advisory)
            .filter_map(|id| cves_of.get(id))
            .flatten()
            .copied()
            .collect();
        if cves.is_empty() {
            add(&mut problems, own_name(advisory), advisory);
        }
        for cve in cves {
            add(&mut problems, cve, advisory);
        }
    }
    problems
}

fn add<'a>(problems: &mut BTreeMap<&'a str, Problem<'a>>, name: &'a str, advisory: &'a Advisory) {
    let problem = problems.entry(name).or_default();
    problem.advisories.push(advisory);
    let others = ids(advisory).filter(|id| *id != name && !is_cve(id));
    problem.aliases.extend(others);
}

/// Returns the name of a flaw that has no CVE: GitHub's id, else the publisher's own.
fn own_name(advisory: &Advisory) -> &str {
    ids(advisory)
        .find(|id| id.starts_with("GHSA-"))
        .unwrap_or(&advisory.id)
}

fn ids(advisory: &Advisory) -> impl Iterator<Item = &str> {
    let aliases = advisory.aliases.iter().map(String::as_str);
    std::iter::once(advisory.id.as_str()).chain(aliases)
}

fn is_cve(id: &str) -> bool {
    id.starts_with("CVE-")
}

#[cfg(test)]
mod tests {
    use model::{Affected, Confidence, Status};

    use super::*;

    #[test]
    fn a_cve_names_its_aliases() {
        check(
            &[&["CVE-1"], &["GHSA-1", "CVE-1"], &["ZDI-1", "GHSA-1"]],
            &[("CVE-1", &["GHSA-1", "ZDI-1"])],
        );
    }

    #[test]
    fn two_cves_are_two_problems() {
        check(
            &[&["GHSA-1", "CVE-1", "CVE-2"], &["CVE-1", "CVE-2"]],
            &[("CVE-1", &["GHSA-1"]), ("CVE-2", &["GHSA-1"])],
        );
    }

    #[test]
    fn without_a_cve_github_names_it() {
        check(
            &[&["ELEMENTSEC-1", "GHSA-1"], &["GHSA-1"], &["DSA-1-1"]],
            &[("DSA-1-1", &[]), ("GHSA-1", &["ELEMENTSEC-1"])],
        );
    }

    fn check(records: &[&[&str]], want: &[(&str, &[&str])]) {
        let advisories: Vec<Advisory> = records.iter().map(|ids| advisory(ids)).collect();
        let problems = join(&advisories);
        let found: Vec<(&str, Vec<&str>)> = problems
            .iter()
            .map(|(name, problem)| (*name, problem.aliases.iter().copied().collect()))
            .collect();
        let want: Vec<(&str, Vec<&str>)> = want
            .iter()
            .map(|(name, ids)| (*name, ids.to_vec()))
            .collect();
        assert_eq!(found, want);
    }

    fn advisory(ids: &[&str]) -> Advisory {
        Advisory {
            id: ids[0].to_owned(),
            aliases: ids[1..].iter().map(|&id| id.to_owned()).collect(),
            affected: Affected::Every,
            status: Status::Affected,
            severity: None,
            date: None,
            confidence: Confidence::High,
            vendor_ids: vec![],
            arches: vec![],
            streams: vec![],
        }
    }
}
