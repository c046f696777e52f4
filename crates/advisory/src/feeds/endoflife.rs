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
    let document: Document = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let about = harvest.about(
        "eol",
        "endoflife.date",
        "endoflife.date contributors, MIT, modified",
    );
    let mut problems = Vec::new();
    let (_, products) = harvest.eol.get_or_insert((about, BTreeMap::new()));
    for product in document.result {
        let product = match product.0 {
            Ok(product) => product,
            Err((found, why)) => {
                let name = each::name(&found, "/name");
                problems.push(format!("endoflife {name}: {why}"));
                continue;
            }
        };
        if product.releases.len() > MOST_CYCLES {
            problems.push(format!(
                "endoflife {}: it has more than {MOST_CYCLES} cycles",
                product.name
            ));
            continue;
        }
        let is_free = FREE_EXTENSION.contains(&product.name.as_str());
        for cycle in product.releases {
            let cycle = match cycle.0 {
                Ok(cycle) => cycle,
                Err((found, why)) => {
                    let (product, name) = (&product.name, each::name(&found, "/name"));
                    problems.push(format!("endoflife {product} {name}: {why}"));
                    continue;
                }
            };
            let days = [&cycle.eol_from, &cycle.eoes_from].map(|text| day(text));
            let [Ok(regular), Ok(extended)] = days else {
                problems.push(format!(
                    "endoflife {} {}: its end is no day",
                    product.name, cycle.name
                ));
                continue;
            };
            // over, and nobody knows since when: no end at all would say the opposite
            if cycle.name.is_empty() || (cycle.is_eol && regular.is_none()) {
                continue;
            }
            if !has_good_names(&product.name, &cycle) {
                problems.push(format!(
                    "endoflife {} {}: a name is empty, too long or garbled",
                    product.name, cycle.name
                ));
                continue;
            }
            let eol = Eol {
                regular,
                extended: extended.filter(|_| is_free),
                codename: cycle.codename,
                latest: cycle.latest.name,
            };
            products
                .entry(product.name.clone())
                .or_default()
                .insert(cycle.name, eol);
        }
    }
    for problem in problems {
        harvest.problem(problem);
    }
    Ok(())
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
