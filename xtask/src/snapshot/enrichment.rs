//! What is known about a CVE beside its severity: exploitation, and how likely it is.

use std::collections::BTreeMap;
use std::error::Error;

use advisory::write::{self, About};
use model::{Epss, Kev};

use super::facts::{BadLine, Facts, Line};

pub(super) fn build(facts: &mut Facts) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    Ok(vec![kev(facts)?, epss(facts)?])
}

fn kev(facts: &mut Facts) -> Result<Vec<u8>, Box<dyn Error>> {
    let entries: BTreeMap<String, Kev> = facts
        .read("kev", |line| {
            let kev = Kev {
                added: line.date("date_added")?,
                due: line.date("due_date")?,
                is_ransomware: line.cell("ransomware")? == "Known",
            };
            Ok((line.word("cve")?.to_owned(), kev))
        })?
        .into_iter()
        .collect();
    let about = About {
        name: "kev".to_owned(),
        publisher: "CISA KEV".to_owned(),
        newest: entries.values().filter_map(|kev| kev.added).max(),
        licence: "CC0".to_owned(),
        knows_unfixed: true,
    };
    Ok(write::kev(&about, &entries)?)
}

fn epss(facts: &mut Facts) -> Result<Vec<u8>, Box<dyn Error>> {
    let entries: BTreeMap<String, Epss> = facts
        .read("epss", |line| {
            Ok((
                line.word("cve")?.to_owned(),
                Epss(hundred_thousandths(line)?),
            ))
        })?
        .into_iter()
        .collect();
    let about = About {
        name: "epss".to_owned(),
        publisher: "FIRST EPSS".to_owned(),
        // The table has the day of the scores only in its description.
        newest: "2025-07-05".parse().ok(),
        licence: "EPSS scores: FIRST.org, Exploit Prediction Scoring System".to_owned(),
        knows_unfixed: true,
    };
    Ok(write::epss(&about, &entries)?)
}

/// Parses `0.97565` without a float: 97565.
fn hundred_thousandths(line: &Line<'_>) -> Result<u32, BadLine> {
    let text = line.word("epss")?;
    let bad = || format!("`{text}` is no probability");
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = fraction.chars().chain("00000".chars()).take(5).collect();
    let value: u32 = format!("{whole}{digits}").parse().map_err(|_bad| bad())?;
    if value > 100_000 {
        Err(bad())
    } else {
        Ok(value)
    }
}
