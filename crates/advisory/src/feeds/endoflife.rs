//! endoflife.date: until when releases of products get fixes.
//!
//! Source of truth: feeds.md §1, its API v1 (`products/full`). Extended support counts where it is open to
//! everybody.

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::Eol;
use serde::Deserialize;

use super::Feed;
use crate::each::{self, Each};
use crate::harvest::{Harvest, is_name};
use crate::osv::or_default;

pub(super) static FEED: Feed = Feed {
    name: "endoflife",
    source: "https://endoflife.date/api/v1/products/full",
    endings: &["json"],
    whole: &["json"],
    read,
};

/// Cycles of one product; the most that is known is some 200.
const MOST_CYCLES: usize = 2_000;

/// Products whose extended support needs no contract.
const FREE_EXTENSION: [&str; 1] = ["debian"];

#[derive(Deserialize)]
struct Document {
    result: Vec<Each<Product>>,
}

#[derive(Deserialize)]
struct Product {
    name: String,
    #[serde(default, deserialize_with = "or_default")]
    releases: Vec<Each<Cycle>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Cycle {
    #[serde(deserialize_with = "or_default")]
    name: String,
    #[serde(deserialize_with = "or_default")]
    codename: String,
    #[serde(deserialize_with = "or_default")]
    is_eol: bool,
    #[serde(deserialize_with = "or_default")]
    eol_from: String,
    #[serde(deserialize_with = "or_default")]
    eoes_from: String,
    #[serde(deserialize_with = "or_default")]
    latest: Latest,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Latest {
    #[serde(deserialize_with = "or_default")]
    name: String,
}

fn read(_name: &str, bytes: &[u8], harvest: &mut Harvest) -> Result<(), String> {
    let document: Document = crate::json::read(bytes)?;
    let about = harvest.about(
        "eol",
        "endoflife.date",
        "endoflife.date contributors, MIT, modified",
    );
    let mut problems = Vec::new();
    let (_, products) = harvest.eol.get_or_insert((about, BTreeMap::new()));
    for product in document.result {
        let (name, cycles) = match product.0 {
            Ok(product) => (product.name, product.releases),
            Err((found, why)) => {
                problems.push(format!("{}: {why}", each::name(&found, "/name")));
                continue;
            }
        };
        if cycles.len() > MOST_CYCLES {
            problems.push(format!("{name}: it has more than {MOST_CYCLES} cycles"));
            continue;
        }
        for cycle in cycles {
            match read_cycle(&name, cycle) {
                Ok(Some((cycle, eol))) => {
                    let cycles = products.entry(name.clone()).or_default();
                    cycles.insert(cycle, eol);
                }
                Ok(None) => {}
                Err(why) => problems.push(format!("{name} {why}")),
            }
        }
    }
    for problem in problems {
        harvest.problem(format!("endoflife {problem}"));
    }
    Ok(())
}

/// Returns the name of a cycle of a product and its end; none if it is over and nobody knows since when: no
/// end at all would say the opposite.
fn read_cycle(product: &str, cycle: Each<Cycle>) -> Result<Option<(String, Eol)>, String> {
    let cycle = cycle
        .0
        .map_err(|(found, why)| format!("{}: {why}", each::name(&found, "/name")))?;
    let [Ok(regular), Ok(extended)] = [&cycle.eol_from, &cycle.eoes_from].map(|text| day(text))
    else {
        return Err(format!("{}: its end is no day", cycle.name));
    };
    if cycle.is_eol && regular.is_none() {
        return Ok(None);
    }
    if !has_good_names(product, &cycle) {
        let why = "a name is empty, too long or garbled";
        return Err(format!("{}: {why}", cycle.name));
    }
    let is_free = FREE_EXTENSION.contains(&product);
    let eol = Eol {
        regular,
        extended: extended.filter(|_| is_free),
        codename: cycle.codename,
        latest: cycle.latest.name,
    };
    Ok(Some((cycle.name, eol)))
}

fn has_good_names(product: &str, cycle: &Cycle) -> bool {
    let others = [&cycle.codename, &cycle.latest.name].into_iter();
    let mut others = others.filter(|it| !it.is_empty());
    is_name(product) && is_name(&cycle.name) && others.all(|name| is_name(name))
}

fn day(text: &str) -> Result<Option<Date>, jiff::Error> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some)
}
