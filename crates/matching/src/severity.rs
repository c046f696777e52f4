//! Whose word on the severity of a finding counts.
//!
//! Source of truth: `trivy.md` §2.5. In order: the publisher's own word for this package; its word
//! for the flaw; GitHub's for a flaw that GitHub names; the NVD's; that of a database of Trivy's, whose
//! source is an empty text; anybody else's in the order of [`SEVERITY_SOURCES`]; anybody's that Trivy does not know; an estimate; nobody's.

use std::sync::Arc;

use model::{Rating, SEVERITY_SOURCES, Severity};

/// Returns the rating that counts for the flaw `id` in a package of `publisher`.
pub(crate) fn choose<'a>(
    ratings: &'a [Arc<Rating>],
    publisher: &str,
    id: &str,
) -> Option<&'a Rating> {
    ratings
        .iter()
        .map(Arc::as_ref)
        .filter(|rating| rating.severity != Severity::Unknown)
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
        assert_eq!(choose(&all, "debian", "CVE-1"), Some(&*all[1]));
        let few = [estimate, unknown].map(Arc::new);
        assert_eq!(choose(&few, "debian", "CVE-1"), Some(&*few[0]));
        assert_eq!(choose(&few[1..], "debian", "CVE-1"), None);
    }

    fn check(sources: &[&str], id: &str, want: &str) {
        let ratings = sources.iter().copied().map(rating).map(Arc::new);
        let ratings: Vec<Arc<Rating>> = ratings.collect();
        let chosen = choose(&ratings, "debian", id).map(|rating| rating.source.as_str());
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
