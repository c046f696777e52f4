//! What a CVSS vector says: its base score and the severity of it.
//!
//! Source of truth: FIRST's specifications of CVSS 2.0, 3.1 and 4.0; bands: feeds.md §4.

use cvss::Cvss;
use model::{Rating, Score, Severity};

/// Bytes of a vector; the longest that makes sense has some 250.
const MOST_BYTES: usize = 512;
/// What may stand before the metrics of the base of any version, and their names.
const BASE: [&str; 17] = [
    "CVSS", "A", "AC", "AT", "AV", "Au", "C", "I", "PR", "S", "SA", "SC", "SI", "UI", "VA", "VC",
    "VI",
];

/// Returns the rating that a vector is; none if it is no vector. Some writers end it with a slash.
pub(crate) fn rating(source: &str, vector: &str) -> Option<Rating> {
    let vector = vector.trim().trim_end_matches('/');
    if vector.len() > MOST_BYTES {
        return None;
    }
    let score = base(vector).parse::<Cvss>().ok()?.score();
    let is_second = !vector.starts_with("CVSS:");
    Some(Rating {
        source: source.to_owned(),
        severity: band(score, is_second)?,
        score: Some(tenths(score)?),
        vector: Some(vector.to_owned()),
        estimated: false,
    })
}

/// Leaves out what weighs a flaw at a time or at a place: only the base is the publisher's word.
fn base(vector: &str) -> String {
    let is_of_base = |metric: &&str| {
        let name = metric.split(':').next().unwrap_or_default();
        BASE.contains(&name)
    };
    let metrics: Vec<&str> = vector.split('/').filter(is_of_base).collect();
    metrics.join("/")
}

/// Returns the severity of a base score; version 2 knows no critical one, and zero is none.
pub(crate) fn band(score: f64, is_second: bool) -> Option<Severity> {
    Some(match tenths(score)?.0 {
        0 => return None,
        1..=39 => Severity::Low,
        40..=69 => Severity::Medium,
        70..=89 => Severity::High,
        _ if is_second => Severity::High,
        _ => Severity::Critical,
    })
}

/// Returns a score in tenths, by which it is stored; none if it is no score.
pub(crate) fn tenths(score: f64) -> Option<Score> {
    let tenths = (score * 10.0).round();
    (0..=100_u8)
        .find(|tenth| (f64::from(*tenth) - tenths).abs() < 0.5)
        .map(Score)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_have_scores_and_bands() {
        for (vector, want) in [
            (
                "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
                Some(("CRITICAL", 98_u8)),
            ),
            (
                "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:N/I:H/A:N/",
                Some(("MEDIUM", 65)),
            ),
            (
                "CVSS:3.0/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L",
                Some(("MEDIUM", 43)),
            ),
            (
                "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:N/SC:N/SI:N/SA:N",
                Some(("CRITICAL", 93)),
            ),
            ("AV:N/AC:L/Au:N/C:C/I:C/A:C", Some(("HIGH", 100))),
            (
                "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/RC:U",
                Some(("CRITICAL", 98)),
            ),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", None),
            ("CVSS:3.1/AV:N", None),
            ("", None),
            ("7.5", None),
        ] {
            let rating = rating("nvd", vector);
            let got = rating.and_then(|it| Some((it.severity.name(), it.score?.0)));
            assert_eq!(got, want, "{vector}");
        }
    }
}
