//! FIRST's estimates of how likely a flaw is to be exploited.
//!
//! ```text
//! #model_version:v2025.03.14,score_date:2025-07-05T00:00:00+0000
//! cve,epss,percentile
//! CVE-1999-0103,0.48591,0.99
//! ```

use std::collections::BTreeMap;

use model::Epss;

use super::{Feed, Harvest};
use crate::cve::Cve;
use crate::harvest::day;
use crate::write::About;

pub(super) static FEED: Feed = Feed {
    name: "epss",
    source: "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz",
    endings: &["csv"],
    whole: &["csv"],
    read,
};

fn read(_name: &str, bytes: &[u8], harvest: &mut Harvest) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|_bad| "it is no text")?;
    let mut lines = text.lines();
    let head = lines.next().unwrap_or_default();
    let date = head.split("score_date:").nth(1).and_then(day);
    let date = date.ok_or("its first line has no `score_date`")?;
    if !lines
        .next()
        .is_some_and(|line| line.starts_with("cve,epss"))
    {
        return Err("its second line is not `cve,epss,percentile`".to_owned());
    }
    let mut rows = BTreeMap::new();
    for line in lines.filter(|line| !line.is_empty()) {
        let mut cells = line.split(',');
        let id = cells.next().filter(|id| Cve::parse(id).is_some());
        if let Some((id, epss)) = id.zip(cells.next().and_then(probability)) {
            rows.insert(id.to_owned(), epss);
        } else {
            let shown: String = line.chars().take(40).collect();
            harvest.problem(format!("epss: `{shown}` is no estimate"));
        }
    }
    let about = About {
        name: "epss".to_owned(),
        publisher: "FIRST EPSS".to_owned(),
        newest: Some(date),
        licence: "EPSS scores: FIRST.org, Exploit Prediction Scoring System".to_owned(),
        knows_unfixed: true,
    };
    harvest.epss = Some((about, rows));
    Ok(())
}

/// Reads `0.97565` without a float: 97565; further digits are cut.
fn probability(text: &str) -> Option<Epss> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let digits: String = fraction.chars().chain("00000".chars()).take(5).collect();
    let value: u32 = format!("{whole}{digits}").parse().ok()?;
    let is_good = is_digits(fraction) && !whole.is_empty() && value <= 100_000;
    is_good.then_some(Epss(value))
}
