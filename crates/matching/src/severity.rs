//! Whose word on the severity of a finding counts.
//!
//! Source of truth: `trivy.md` §2.5. In order: the publisher's own word for this package; its word
//! for the flaw; GitHub's for a flaw that GitHub names; the NVD's; that of a database of Trivy's, whose
//! source is an empty text; anybody else's in the order of [`SEVERITY_SOURCES`]; anybody's that Trivy does not know; an estimate; nobody's.

use std::sync::Arc;

use advisory::Database;
use model::{Rating, SEVERITY_SOURCES, Severity};

/// How words are heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hearing {
    /// Whoever does not know how severe a flaw is has not spoken.
    Own,
    /// In data of Trivy's whoever is first in order has spoken, even to say that nobody knows.
    Trivy,
}

impl Hearing {
    /// Returns how words in a database are heard: Trivy's alone tells where advisories come from.
    pub(crate) fn of(database: &Database) -> Self {
        if database.knows_sources() {
            Self::Trivy
        } else {
            Self::Own
        }
    }
}

/// Returns the rating that counts for the flaw `id` in a package of `publisher`.
pub(crate) fn choose<'a>(
    ratings: &'a [Arc<Rating>],
    (publisher, hearing): (&str, Hearing),
    id: &str,
) -> Option<&'a Rating> {
    // scores alone are no word on the severity
    let is_word = |it: &Rating| it.score.is_none() && it.vector.is_none();
    let is_first = |it: &Rating| class(it, publisher, id) <= (false, 2);
    let is_heard = |it: &&Rating| {
        it.severity != Severity::Unknown || hearing == Hearing::Trivy && is_word(it) && is_first(it)
    };
    ratings
        .iter()
        .map(Arc::as_ref)
        .filter(is_heard)
        .min_by(|a, b| {
            let classes = class(a, publisher, id).cmp(&class(b, publisher, id));
            classes
                .then_with(|| place(&a.source).cmp(&place(&b.source)))
                .then_with(|| a.source.cmp(&b.source))
        })
}

/// Returns how late a rating is asked; the others, which come last, have an order among them.
fn class(rating: &Rating, publisher: &str, id: &str) -> (bool, u8) {
    let source = rating.source.as_str();
    let is_github = source == "ghsa" && id.starts_with("GHSA-");
    let class = if source == publisher && !source.is_empty() {
        0
    } else if is_github {
        1
    } else if source == "nvd" {
        2
    } else if source.is_empty() {
        // what Trivy's database itself says of the flaw
        3
    } else {
        4
    };
    (rating.estimated, class)
}

/// Returns how late Trivy asks one of the others.
fn place(source: &str) -> usize {
    let known = SEVERITY_SOURCES.iter().position(|it| *it == source);
    known.unwrap_or(SEVERITY_SOURCES.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: (&str, Hearing) = ("debian", Hearing::Own);
    const TRIVY: (&str, Hearing) = ("debian", Hearing::Trivy);

    #[test]
    fn the_first_in_order_counts() {
        check(&["nvd", "debian"], "CVE-1", "debian");
        check(&["nvd", "ghsa", "redhat"], "CVE-1", "nvd");
        check(&["nvd", "ghsa"], "GHSA-1", "ghsa");
        check(&["nvd", "ghsa", "debian"], "GHSA-1", "debian");
        check(&["ghsa", "redhat", "cna"], "CVE-1", "redhat");
        check(&["cna", "rapidfort"], "CVE-1", "rapidfort");
        check(&["bitnami", "cna", "ghsa"], "CVE-1", "ghsa");
        check(&["curl", "cna"], "CVE-1", "cna");
        check(&["redhat", "", "nvd"], "CVE-1", "nvd");
        check(&["redhat", ""], "CVE-1", "");
    }

    #[test]
    fn an_estimate_comes_last_and_unknown_never() {
        let estimate = Rating {
            estimated: true,
            ..rating("alma")
        };
        let unknown = Rating {
            severity: Severity::Unknown,
            ..rating("nvd")
        };
        let all = [estimate.clone(), rating("curl"), unknown.clone()].map(Arc::new);
        assert_eq!(choose(&all, OWN, "CVE-1"), Some(&*all[1]));
        let few = [estimate, unknown].map(Arc::new);
        assert_eq!(choose(&few, OWN, "CVE-1"), Some(&*few[0]));
        assert_eq!(choose(&few[1..], OWN, "CVE-1"), None);
    }

    #[test]
    fn in_data_of_trivys_nobody_knows_is_a_word() {
        let unknown = |source: &str| Rating {
            severity: Severity::Unknown,
            ..rating(source)
        };
        let scored = Rating {
            vector: Some("CVSS:3.1/AV:N".to_owned()),
            ..unknown("debian")
        };
        for (ratings, own, trivy) in [
            ([unknown("debian"), rating("nvd")], "nvd", "debian"),
            ([unknown("nvd"), rating("redhat")], "redhat", "nvd"),
            ([unknown("ubuntu"), rating("redhat")], "redhat", "redhat"),
            ([scored, rating("nvd")], "nvd", "nvd"),
        ] {
            let ratings = ratings.map(Arc::new);
            let chosen = |how| choose(&ratings, how, "CVE-1").map(|it| it.source.as_str());
            assert_eq!(chosen(OWN), Some(own), "{ratings:?}");
            assert_eq!(chosen(TRIVY), Some(trivy), "{ratings:?}");
        }
    }

    fn check(sources: &[&str], id: &str, want: &str) {
        let ratings = sources.iter().copied().map(rating).map(Arc::new);
        let ratings: Vec<Arc<Rating>> = ratings.collect();
        let chosen = choose(&ratings, OWN, id).map(|rating| rating.source.as_str());
        assert_eq!(chosen, Some(want), "{sources:?}");
    }

    fn rating(source: &str) -> Rating {
        Rating {
            source: source.to_owned(),
            severity: Severity::High,
            score: None,
            vector: None,
            estimated: false,
        }
    }
}
