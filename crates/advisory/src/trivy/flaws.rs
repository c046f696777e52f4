//! What Trivy knows of a flaw by its id: everybody's ratings, and what people read about it.
//!
//! Source of truth: `trivy.md` §5, bucket `vulnerability`, and §2.5 for whose severity counts. The
//! record's own `Severity` is that of nobody in particular, so its source is an empty text.

use std::collections::{BTreeMap, BTreeSet};

use model::{Details, Rating, Score, Severity};
use serde::Deserialize;
use serde_json::Value;

use super::values::{Number, or_empty, severity};

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Record {
    #[serde(deserialize_with = "or_empty")]
    title: String,
    #[serde(deserialize_with = "or_empty")]
    description: String,
    #[serde(deserialize_with = "or_empty")]
    severity: String,
    #[serde(rename = "CweIDs", deserialize_with = "or_empty")]
    cwe_ids: Vec<String>,
    #[serde(deserialize_with = "or_empty")]
    vendor_severity: BTreeMap<String, Value>,
    #[serde(rename = "CVSS", deserialize_with = "or_empty")]
    cvss: BTreeMap<String, Cvss>,
    #[serde(deserialize_with = "or_empty")]
    references: Vec<String>,
    #[serde(deserialize_with = "or_empty")]
    published_date: String,
    #[serde(deserialize_with = "or_empty")]
    last_modified_date: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Cvss {
    #[serde(rename = "V2Vector", deserialize_with = "or_empty")]
    v2_vector: String,
    #[serde(rename = "V3Vector", deserialize_with = "or_empty")]
    v3_vector: String,
    #[serde(rename = "V40Vector", deserialize_with = "or_empty")]
    v40_vector: String,
    #[serde(rename = "V2Score", deserialize_with = "or_empty")]
    v2_score: f64,
    #[serde(rename = "V3Score", deserialize_with = "or_empty")]
    v3_score: f64,
    #[serde(rename = "V40Score", deserialize_with = "or_empty")]
    v40_score: f64,
}

/// What is known of a flaw.
#[derive(Debug)]
pub(super) struct Flaw {
    /// Sorted by source.
    pub(super) ratings: Vec<Rating>,
    pub(super) details: Details,
    /// Words of sources that make no sense.
    pub(super) problems: Vec<String>,
}

/// Reads the record of a flaw.
///
/// # Errors
/// Why it makes no sense.
pub(super) fn read(json: &[u8]) -> Result<Flaw, String> {
    let record: Option<Record> =
        crate::json::read(json).map_err(|error| format!("its value is no JSON: {error}"))?;
    let record = record.unwrap_or_default();
    let (ratings, problems) = ratings(&record);
    let details = Details {
        title: record.title,
        description: record.description,
        cwe_ids: record.cwe_ids,
        references: record.references,
        published: record.published_date,
        modified: record.last_modified_date,
    };
    Ok(Flaw {
        ratings,
        details,
        problems,
    })
}

/// Returns all ratings, and which words are none.
fn ratings(record: &Record) -> (Vec<Rating>, Vec<String>) {
    let (mut ratings, mut problems) = (Vec::new(), Vec::new());
    let own = record.severity.parse().unwrap_or_default();
    if own != Severity::Unknown {
        ratings.push(rating("", own, "", 0.0));
    }
    let sources = record.vendor_severity.keys().chain(record.cvss.keys());
    for source in sources.collect::<BTreeSet<_>>() {
        let word = match record.vendor_severity.get(source).map(word) {
            Some(Err(why)) => {
                problems.push(format!("{source}: {why}"));
                None
            }
            word => word.and_then(Result::ok),
        };
        let severity = word.unwrap_or_default();
        let before = ratings.len();
        if let Some(cvss) = record.cvss.get(source) {
            for (vector, score, version) in [
                (&*cvss.v2_vector, cvss.v2_score, "CVSS:2.0"),
                // a score without a vector is of version 3
                (&cvss.v3_vector, cvss.v3_score, ""),
                (&cvss.v40_vector, cvss.v40_score, "CVSS:4.0"),
            ] {
                if !vector.is_empty() {
                    ratings.push(rating(source, severity, vector, score));
                } else if score > 0.0 {
                    ratings.push(rating(source, severity, version, score));
                }
            }
        }
        // that it gave no severity is its word, too, which scores alone do not tell
        if word.is_some() && (ratings.len() == before || severity == Severity::Unknown) {
            ratings.push(rating(source, severity, "", 0.0));
        }
    }
    ratings.sort();
    (ratings, problems)
}

/// Reads a source's word on how bad a flaw is.
fn word(value: &Value) -> Result<Severity, String> {
    let number = Number::deserialize(value).map_err(|_none| format!("`{value}` is no severity"))?;
    Ok(severity(number)?.unwrap_or_default())
}

fn rating(source: &str, severity: Severity, vector: &str, score: f64) -> Rating {
    let tenths = (0..=100_u8).find(|tenths| (f64::from(*tenths) - score * 10.0).abs() < 0.5);
    Rating {
        source: source.to_owned(),
        severity,
        score: tenths.filter(|tenths| *tenths > 0).map(Score),
        vector: (!vector.is_empty()).then(|| vector.to_owned()),
        estimated: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_has_a_rating_for_each_of_its_vectors() {
        let json = br#"{"Title": "T", "Severity": "HIGH", "CweIDs": null,
            "VendorSeverity": {"nvd": 3.0, "ubuntu": 2},
            "CVSS": {"nvd": {"V2Vector": "AV:L", "V2Score": 2.1, "V3Vector": "CVSS:3.1/AV:L", "V3Score": 7.8},
                     "redhat": {"V3Vector": "CVSS:3.0/AV:N", "V3Score": 10},
                     "bare": {"V2Score": 1, "V3Score": 2, "V40Score": 3}, "empty": {}}}"#;
        let Flaw {
            ratings, details, ..
        } = read(json).unwrap();
        let lines: Vec<String> = ratings
            .iter()
            .map(|it| {
                let score = it.score.map_or(0.0, Score::to_f64);
                let vector = it.vector.as_deref().unwrap_or("-");
                format!("{} {} {score} {vector}", it.source, it.severity)
            })
            .collect();
        assert_eq!(
            lines,
            [
                " HIGH 0 -",
                "bare UNKNOWN 1 CVSS:2.0",
                "bare UNKNOWN 2 -",
                "bare UNKNOWN 3 CVSS:4.0",
                "nvd HIGH 2.1 AV:L",
                "nvd HIGH 7.8 CVSS:3.1/AV:L",
                "redhat UNKNOWN 10 CVSS:3.0/AV:N",
                "ubuntu MEDIUM 0 -",
            ]
        );
        assert_eq!((details.title.as_str(), details.cwe_ids.len()), ("T", 0));
    }

    #[test]
    fn a_word_that_makes_no_sense_costs_itself() {
        let vector = r#""CVSS": {"nvd": {"V3Vector": "CVSS:3.1/AV:L", "V3Score": 7.8}}"#;
        for (words, want, problem) in [
            (
                r#""nvd": 3, "bogus": 77"#,
                "nvd HIGH",
                "bogus: Number(Some(77.0)) is no severity",
            ),
            (
                r#""nvd": 3, "bogus": "high""#,
                "nvd HIGH",
                "bogus: `\"high\"` is no severity",
            ),
            (
                r#""nvd": 77"#,
                "nvd UNKNOWN",
                "nvd: Number(Some(77.0)) is no severity",
            ),
        ] {
            let json = format!(r#"{{"VendorSeverity": {{{words}}}, {vector}}}"#);
            let flaw = read(json.as_bytes()).unwrap();
            let found: Vec<String> = flaw
                .ratings
                .iter()
                .map(|it| format!("{} {}", it.source, it.severity))
                .collect();
            assert_eq!(found, [want], "{words}");
            assert_eq!(flaw.problems, [problem], "{words}");
        }
    }

    #[test]
    fn nothing_is_known_of_what_is_empty() {
        for json in ["{}", "null"] {
            let flaw = read(json.as_bytes()).unwrap();
            let found = (flaw.ratings, flaw.details);
            assert_eq!(found, (vec![], Details::default()), "{json}");
        }
        assert!(read(b"{\"Title\": ").is_err());
    }
}
