//! Ends of life of products, by endoflife.date.

use std::collections::BTreeMap;
use std::error::Error;

use advisory::write::{self, About};
use jiff::civil::Date;
use model::Eol;

use super::facts::{BadLine, Facts, Line};

/// Products whose extended support needs no contract: Debian LTS is open to everybody. Ubuntu's
/// ESM and all others are sold, so their extended ends are no ends that a user can count on.
const FREE_EXTENSION: [&str; 1] = ["debian"];

pub(super) fn build(facts: &mut Facts) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let records = facts.read("eol", record)?;
    let newest = records.iter().filter_map(|record| record.seen).max();
    let mut products: BTreeMap<String, BTreeMap<String, Eol>> = BTreeMap::new();
    for record in records {
        // `True` says that support is over but not since when: there is no day to hold against
        // an image, and no end would say the opposite.
        if !record.is_over_without_date {
            let cycles = products.entry(record.product).or_default();
            cycles.insert(record.cycle, record.eol);
        }
    }
    let about = About {
        name: "eol".to_owned(),
        publisher: "endoflife.date".to_owned(),
        newest,
        licence: "endoflife.date contributors, MIT, modified".to_owned(),
        knows_unfixed: true,
    };
    Ok(vec![write::eol(&about, &products)?])
}

struct Record {
    product: String,
    cycle: String,
    eol: Eol,
    is_over_without_date: bool,
    /// Day of the latest release: how new the record is at least.
    seen: Option<Date>,
}

fn record(line: &Line<'_>) -> Result<Record, BadLine> {
    let product = line.word("product")?.to_owned();
    let is_free = FREE_EXTENSION.contains(&product.as_str());
    Ok(Record {
        eol: Eol {
            regular: day(line, "eol")?,
            extended: day(line, "extended_end")?.filter(|_| is_free),
            codename: line.text("codename")?,
            latest: line.text("latest")?,
        },
        product,
        cycle: line.word("cycle")?.to_owned(),
        is_over_without_date: line.cell("eol")? == "True",
        seen: line.date("latest_date")?,
    })
}

/// Returns the day in a cell that may also hold upstream's booleans.
fn day(line: &Line<'_>, column: &str) -> Result<Option<Date>, BadLine> {
    match line.cell(column)? {
        "True" | "False" => Ok(None),
        _ => line.date(column),
    }
}
