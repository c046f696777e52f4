//! The facts of an image of several platforms: whatever is wrong on one of them is wrong with the image,
//! as nobody knows on which nodes it will run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::conditions::{NAMED, more};
use super::data::oldest;
use super::facts::worst_first;
use super::{Found, ImageFacts};

impl ImageFacts {
    /// Returns the facts of all platforms together; none of no platform.
    ///
    /// What was found, and gaps, on some platforms only say on which. What each platform has of its own stays
    /// with it: [`Self::others`].
    pub fn together(platforms: Vec<Self>) -> Option<Self> {
        let names: Vec<&str> = platforms.iter().map(|it| it.platform.as_str()).collect();
        let found = merged(&names, platforms.iter().map(|it| &it.found));
        let mut found: Vec<Arc<Found>> = found.into_iter().map(told).collect();
        found.sort_by(|a, b| worst_first(a).cmp(&worst_first(b)));
        let gaps = merged(&names, platforms.iter().map(|it| &it.gaps)).into_iter();
        let gaps = gaps.map(|((kind, text), on)| (*kind, format!("{text}{on}")));
        let gaps = gaps.collect();
        let data = oldest(platforms.iter().flat_map(|it| it.data.iter().copied()));
        let mut platforms = platforms.into_iter();
        let first = platforms.next()?;
        let others = platforms.map(|it| Self {
            found: Vec::new(),
            gaps: Vec::new(),
            ..it
        });
        let others: Vec<Self> = others.collect();
        if others.is_empty() {
            return Some(first);
        }
        Some(Self {
            found,
            gaps,
            data,
            others,
            ..first
        })
    }

    /// Returns what is wrong with an image, a text a reason, and on which of its platforms if not on all.
    pub(super) fn wrong(&self, ask: impl Fn(&Self) -> Option<String>) -> Option<String> {
        let names: Vec<&str> = self.each().map(|it| it.platform.as_str()).collect();
        let texts: Vec<Option<String>> = self.each().map(ask).collect();
        let texts = merged(&names, texts.iter());
        let count = texts.len();
        let told = texts.into_iter().take(NAMED);
        let told: Vec<String> = told.map(|(text, on)| format!("{text}{on}")).collect();
        (count > 0).then(|| told.join("; ") + &more(count))
    }
}

/// Returns what is of any platform, once and sorted, and on which it is: a text for its end, empty if it is
/// on all of them.
fn merged<'a, T: Ord>(
    names: &[&str],
    platforms: impl Iterator<Item = impl IntoIterator<Item = &'a T>>,
) -> Vec<(&'a T, String)> {
    let mut on: BTreeMap<&T, BTreeSet<usize>> = BTreeMap::new();
    for (place, all) in platforms.enumerate() {
        for it in all {
            on.entry(it).or_default().insert(place);
        }
    }
    let told = on.into_iter().map(|(it, places)| {
        if places.len() == names.len() {
            return (it, String::new());
        }
        let of = places.iter().filter_map(|place| names.get(*place).copied());
        let of: Vec<&str> = of.take(NAMED).collect();
        (it, format!(" on {}{}", of.join(", "), more(places.len())))
    });
    told.collect()
}

fn told((found, on): (&Arc<Found>, String)) -> Arc<Found> {
    if on.is_empty() {
        return Arc::clone(found);
    }
    let mut told = Found::clone(found);
    told.place += &on;
    Arc::new(told)
}

#[cfg(test)]
mod tests {
    use model::{GapKind, Severity};

    use super::super::tests::{facts, found};
    use super::super::{Data, FoundKind};
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
            data: vec![(Data::Advisories, "2026-11-20".parse().unwrap())],
            ..facts()
        };
        let whole = ImageFacts::together(vec![amd64.clone(), arm64.clone()]).unwrap();
        let places: Vec<_> = whole.found.iter().map(|it| it.place.as_str()).collect();
        assert_eq!(places, ["libssl3 3.0.11 on linux/arm64", "libssl3 3.0.11"]);
        let want = ImageFacts {
            found: whole.found.clone(),
            gaps: vec![(GapKind::Unread, "app.jar on linux/arm64".to_owned())],
            data: arm64.data.clone(),
            others: vec![ImageFacts {
                found: Vec::new(),
                gaps: Vec::new(),
                ..arm64.clone()
            }],
            ..amd64.clone()
        };
        assert_eq!(whole, want);
        assert_eq!(
            ImageFacts::together(vec![amd64.clone()]),
            Some(amd64.clone())
        );
        assert_eq!(ImageFacts::together(Vec::new()), None);
        let many = [vec![amd64.clone()], vec![arm64.clone(); 5]].concat();
        let text = |it: &ImageFacts| Some(it.platform.clone()).filter(|it| it.ends_with("64"));
        assert_eq!(
            whole.wrong(text).unwrap(),
            "linux/amd64 on linux/amd64; linux/arm64 on linux/arm64"
        );
        assert_eq!(whole.wrong(|_| Some("old".to_owned())).unwrap(), "old");
        assert_eq!(whole.wrong(|_| None), None);
        let many = ImageFacts::together(many).unwrap();
        let places = many.found.iter().filter(|it| it.id == "CVE-2024-2");
        let places: Vec<_> = places
            .map(|it| it.place.matches("linux/").count())
            .collect();
        assert_eq!(places, [NAMED]);
        assert!(many.found[0].place.ends_with(" and 2 more"));
    }
}
