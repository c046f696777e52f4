//! Who says how bad a CVE is.

use std::collections::BTreeMap;
use std::error::Error;

use advisory::write::{self, About};
use model::{Rating, Score, Severity};

use super::facts::{BadLine, Facts, Line};

pub(super) fn build(facts: &mut Facts) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let records = facts.read("severity", |line| {
        Ok((line.word("cve")?.to_owned(), ratings(line)?))
    })?;
    let rows: BTreeMap<String, Vec<Rating>> = records.into_iter().collect();
    let about = About {
        name: "severity".to_owned(),
        publisher: "severities (NVD, CVE List, CISA and others)".to_owned(),
        // The table has the day of its newest source only in its description.
        newest: "2026-08-22".parse().ok(),
        licence: "NVD: public domain, not endorsed by the NVD; CISA Vulnrichment: CC0; CVE List: \
                  CVE terms of use; GitHub Advisory Database and Red Hat: CC BY 4.0; others as \
                  their shards; modified"
            .to_owned(),
        knows_unfixed: true,
    };
    Ok(vec![write::ratings(&about, &rows)?])
}

/// Returns every word on one CVE, sorted by source, one a source.
fn ratings(line: &Line<'_>) -> Result<Vec<Rating>, BadLine> {
    let mut ratings: BTreeMap<String, Rating> = BTreeMap::new();
    if let Some(rating) = scored(line)? {
        ratings.insert(rating.source.clone(), rating);
    }
    let mut add = |source: &str, severity| {
        let rating = || spoken(source, severity);
        ratings.entry(source.to_owned()).or_insert_with(rating);
    };
    for (column, source) in WORDS {
        if let Some(severity) = word(line.cell(column)?) {
            add(source, severity);
        }
    }
    if let Some((project, severity)) = line.cell("upstream_word")?.split_once(':') {
        add(project, word(severity).ok_or("no severity of upstream")?);
    }
    if let Some(severity) = word(line.cell("fallback_band")?) {
        // Nobody scored this CVE: the word that stands in for a score is an estimate.
        let source = stand_in(line.word("fallback_source")?);
        add(source, severity);
        if let Some(rating) = ratings.get_mut(source) {
            rating.estimated = true;
        }
    }
    // The highest word of all errata that fix the CVE: it may belong to another CVE of them.
    if let Some(rating) = ratings.get_mut("alma") {
        rating.estimated = true;
    }
    Ok(ratings.into_values().collect())
}

/// Columns that hold a party's own word, with Trivy's id of the party.
const WORDS: [(&str, &str); 5] = [
    ("almalinux_word_max", "alma"),
    ("ghsa_word", "ghsa"),
    ("redhat_word", "redhat"),
    ("bitnami_word", "bitnami"),
    ("azure_word", "azure"),
];

fn scored(line: &Line<'_>) -> Result<Option<Rating>, BadLine> {
    let Some(severity) = word(line.cell("band")?) else {
        return Ok(None);
    };
    let v3 = vector(line.cell("v3_vector")?);
    let v4 = vector(line.cell("v4_vector")?);
    Ok(Some(Rating {
        source: scorer(line.word("score_source")?).to_owned(),
        severity,
        score: score(line.cell("base_score")?)?,
        vector: v3.or(v4),
        estimated: false,
    }))
}

/// Returns Trivy's id of a source of scores; ours where Trivy has none.
fn scorer(tag: &str) -> &str {
    match tag {
        // The same publisher at different days.
        "nvd-2020" | "nvd-v2" | "nvd-base(patchthis)" => "nvd",
        "redhat-2021" => "redhat",
        // The CVE List holds what the CNAs say.
        "cvelist-2025" => "cna",
        "nodejs-wg" => "nodejs-security-wg",
        "rubysec" | "rubysec-cvss_v2" => "ruby-advisory-db",
        "rustsec" | "pysec" => "osv",
        other => other,
    }
}

/// Returns Trivy's id of whose word stands in for a missing score.
fn stand_in(tag: &str) -> &str {
    match tag {
        "almalinux-max" => "alma",
        "azure-word" => "azure",
        "ghsa-word" => "ghsa",
        "nvd-word" => "nvd",
        // Projects that rate their own flaws: curl, mozilla, openssl.
        project => project,
    }
}

fn spoken(source: &str, severity: Severity) -> Rating {
    Rating {
        source: source.to_owned(),
        severity,
        score: None,
        vector: None,
        estimated: false,
    }
}

fn vector(cell: &str) -> Option<String> {
    (!cell.is_empty()).then(|| cell.trim_end_matches('/').to_owned())
}

/// Returns the severity that a word means; `None` for no word and for words that mean none.
pub(super) fn word(cell: &str) -> Option<Severity> {
    match cell.to_ascii_lowercase().as_str() {
        "low" => Some(Severity::Low),
        "medium" | "moderate" => Some(Severity::Medium),
        "high" | "important" => Some(Severity::High),
        "critical" => Some(Severity::Critical),
        _ => None,
    }
}

/// Parses `9.8` to tenths without a float.
fn score(cell: &str) -> Result<Option<Score>, BadLine> {
    if cell.is_empty() {
        return Ok(None);
    }
    let (whole, tenth) = cell.split_once('.').unwrap_or((cell, "0"));
    match format!("{whole}{tenth}").parse() {
        Ok(tenths) if tenth.len() == 1 && tenths <= 100 => Ok(Some(Score(tenths))),
        _ => Err(format!("`{cell}` is no CVSS score")),
    }
}

#[cfg(test)]
mod tests {
    use advisory::Database;

    use super::super::facts::tests::tables;
    use super::*;

    const HEADER: &str = "cve|band|base_score|score_source|v3_vector|v4_vector|\
                          almalinux_word_max|bitnami_word|azure_word|ghsa_word|upstream_word|\
                          redhat_word|fallback_band|fallback_source\n";

    #[test]
    fn a_score_is_a_word_of_its_source_and_the_others_stand_beside_it() {
        check(
            "CVE-2024-0001|MEDIUM|5.5|nvd-2020|CVSS:3.1/AV:L/|||Medium|||openssl:LOW|LOW||",
            &[
                "bitnami MEDIUM",
                "nvd MEDIUM 5.5 CVSS:3.1/AV:L",
                "openssl LOW",
                "redhat LOW",
            ],
        );
    }

    #[test]
    fn what_stands_in_for_a_score_is_an_estimate() {
        check(
            "CVE-2024-0001||||||Important|||MODERATE||||",
            &["alma HIGH estimated", "ghsa MEDIUM"],
        );
        check(
            "CVE-2024-0001||||||||||curl:HIGH||HIGH|curl",
            &["curl HIGH estimated"],
        );
        check(
            "CVE-2024-0001||||||||||||HIGH|nvd-word",
            &["nvd HIGH estimated"],
        );
    }

    #[test]
    fn scores_are_tenths() {
        assert_eq!(score("9.8"), Ok(Some(Score(98))));
        assert_eq!(score("10.0"), Ok(Some(Score(100))));
        assert_eq!(score("7"), Ok(Some(Score(70))));
        assert_eq!(score(""), Ok(None));
        for bad in ["10.1", "9.85", "x", "-1.0"] {
            assert!(score(bad).is_err(), "{bad}");
        }
    }

    fn check(line: &str, want: &[&str]) {
        let (_folder, mut facts) = tables(&[("severity", &format!("{HEADER}{line}\n"))]);
        let database = write::database(&build(&mut facts).unwrap()).unwrap();
        assert_eq!(facts.problems(), [""; 0]);
        let database = Database::from_bytes(database).unwrap();
        let found: Vec<String> = database
            .ratings("CVE-2024-0001")
            .unwrap()
            .iter()
            .map(|it| {
                let mut text = format!("{} {}", it.source, it.severity);
                if let (Some(score), Some(vector)) = (it.score, &it.vector) {
                    text = format!("{text} {:.1} {vector}", score.to_f64());
                }
                if it.estimated {
                    text += " estimated";
                }
                text
            })
            .collect();
        assert_eq!(found, want);
    }
}
