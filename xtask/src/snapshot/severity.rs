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
    let mut add = |rating: Rating| {
        ratings.entry(rating.source.clone()).or_insert(rating);
    };
    add_scored(line, &mut add)?;
    for (column, source) in WORDS {
        if let Some(severity) = word(line.cell(column)?) {
            add(spoken(source, severity, false));
        }
    }
    if let Some((source, severity)) = upstream(line.cell("upstream_word")?) {
        add(spoken(&source, severity, false));
    }
    if let Some(severity) = word(line.cell("almalinux_word_max")?) {
        // The highest word of all errata that fix the CVE: it may belong to another CVE of them.
        add(spoken("alma", severity, true));
    }
    if let Some(severity) = word(line.cell("fallback_band")?)
        && ratings.is_empty()
    {
        let source = line.word("fallback_source")?;
        let rating = spoken(source, severity, true);
        ratings.insert(source.to_owned(), rating);
    }
    Ok(ratings.into_values().collect())
}

/// Columns that hold a party's own word, with Trivy's id of the party.
const WORDS: [(&str, &str); 4] = [
    ("ghsa_word", "ghsa"),
    ("redhat_word", "redhat"),
    ("bitnami_word", "bitnami"),
    ("azure_word", "azure"),
];

fn add_scored(line: &Line<'_>, add: &mut impl FnMut(Rating)) -> Result<(), BadLine> {
    let Some(severity) = word(line.cell("band")?) else {
        return Ok(());
    };
    let source = source(line.word("score_source")?);
    let v3 = vector(line.cell("v3_vector")?);
    let v4 = vector(line.cell("v4_vector")?);
    add(Rating {
        source: source.to_owned(),
        severity,
        score: score(line.cell("base_score")?)?,
        vector: v3.or(v4),
        estimated: false,
    });
    Ok(())
}

/// Returns Trivy's id of a source of scores; ours where Trivy has none.
fn source(tag: &str) -> &str {
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

fn spoken(source: &str, severity: Severity, estimated: bool) -> Rating {
    Rating {
        source: source.to_owned(),
        severity,
        score: None,
        vector: None,
        estimated,
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

/// Splits `curl:HIGH`.
fn upstream(cell: &str) -> Option<(String, Severity)> {
    let (project, severity) = cell.split_once(':')?;
    Some((project.to_owned(), word(severity)?))
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
