//! The facts of an image of several platforms: whatever is wrong on one of them is wrong with the image,
//! as nobody knows on which nodes it will run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::facts::worst_first;
use super::{Found, ImageFacts};

/// Platforms that a finding names: an index may have any number.
const NAMED: usize = 3;

impl ImageFacts {
    /// Returns the facts of all platforms together; none of no platform.
    ///
    /// What was found on some platforms only says on which. What can be one thing only (what a manifest
    /// that runs it may ask, digests) is the first's; a base counts if it is the same on all.
    pub fn together(platforms: Vec<Self>) -> Option<Self> {
        if platforms.len() < 2 {
            return platforms.into_iter().next();
        }
        let names: Vec<&str> = platforms.iter().map(|it| it.platform.as_str()).collect();
        let mut whole = platforms.first()?.clone();
        whole.platform = names.join(", ");
        whole.found = found(&platforms);
        whole.gaps = platforms.iter().flat_map(|it| it.gaps.clone()).collect();
        whole.gaps.sort();
        whole.gaps.dedup();
        let created = platforms.iter().map(|it| it.created);
        whole.created = created.min().flatten();
        if platforms.iter().any(|it| it.base != whole.base) {
            whole.base = None;
        }
        let ends = platforms.iter().filter_map(|it| it.past_end.clone());
        whole.past_end = ends.min_by_key(|(_, day)| *day);
        whole.data = platforms.iter().filter_map(|it| it.data).min();
        Some(whole)
    }
}

/// Returns what was found on any platform, once, the worst first.
fn found(platforms: &[ImageFacts]) -> Vec<Arc<Found>> {
    let mut on: BTreeMap<&Arc<Found>, BTreeSet<usize>> = BTreeMap::new();
    for (place, facts) in platforms.iter().enumerate() {
        for found in &facts.found {
            on.entry(found).or_default().insert(place);
        }
    }
    let told = on.into_iter().map(|(found, places)| {
        if places.len() == platforms.len() {
            return Arc::clone(found);
        }
        let more = match places.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let names = places.into_iter().filter_map(|place| platforms.get(place));
        let names: Vec<&str> = names.map(|facts| &*facts.platform).take(NAMED).collect();
        let mut told = Found::clone(found);
        told.place = format!("{} on {}{more}", told.place, names.join(", "));
        Arc::new(told)
    });
    let mut told: Vec<Arc<Found>> = told.collect();
    told.sort_by(|a, b| worst_first(a).cmp(&worst_first(b)));
    told
}

#[cfg(test)]
mod tests {
    use model::{GapKind, Severity};

    use super::super::FoundKind;
    use super::super::tests::{facts, found};
    use super::*;

    #[test]
    fn the_worst_of_all_platforms_counts() {
        let both = found(FoundKind::Vulnerability, "CVE-2024-1", Severity::Low);
        let one = found(FoundKind::Vulnerability, "CVE-2024-2", Severity::High);
        let amd64 = ImageFacts {
            found: vec![Arc::new(both.clone())],
            ..facts()
        };
        let arm64 = ImageFacts {
            platform: "linux/arm64".to_owned(),
            created: None,
            found: vec![Arc::new(one), Arc::new(both)],
            base: Some("debian:11-slim".to_owned()),
            past_end: Some(("debian 11".to_owned(), "2026-08-31".parse().unwrap())),
            gaps: vec![(GapKind::Unread, "app.jar".to_owned())],
            data: "2026-11-20".parse().ok(),
            ..facts()
        };
        let whole = ImageFacts::together(vec![amd64.clone(), arm64.clone()]).unwrap();
        let places: Vec<_> = whole.found.iter().map(|it| it.place.as_str()).collect();
        assert_eq!(places, ["libssl3 3.0.11 on linux/arm64", "libssl3 3.0.11"]);
        let want = ImageFacts {
            platform: "linux/amd64, linux/arm64".to_owned(),
            found: whole.found.clone(),
            base: None,
            ..arm64
        };
        assert_eq!(whole, want);
        assert_eq!(
            ImageFacts::together(vec![amd64.clone()]),
            Some(amd64.clone())
        );
        assert_eq!(ImageFacts::together(Vec::new()), None);
        let many = [vec![amd64], vec![whole; 5]].concat();
        let many = ImageFacts::together(many).unwrap();
        let places = many.found.iter().filter(|it| it.id == "CVE-2024-2");
        let places: Vec<_> = places
            .map(|it| it.place.matches("linux/").count())
            .collect();
        assert_eq!(places, [1 + NAMED * 2]);
        assert!(many.found[0].place.ends_with(" and 2 more"));
    }
}
