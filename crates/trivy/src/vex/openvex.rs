//! `OpenVEX`: statements about products and parts of them.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::statements::{Read, Said, reason};
use super::{Product, Status, Unread, text};
use model::Purl;

pub(super) fn read(document: &Value, read: &mut Read<'_>) -> Result<(), Unread> {
    let told = super::told(document, "statements")?.iter();
    // the latest counts; a statement without a time has the document's
    let told = told.map(|it| Ok((time(it)?.or(time(document)?), it)));
    let mut told = told.collect::<Result<Vec<_>, String>>()?;
    told.sort_by_key(|(at, _)| *at);
    for (_, it) in told {
        let status = match text(it, "status") {
            "not_affected" => Status::NotAffected,
            "fixed" => Status::Fixed,
            "affected" => Status::Affected,
            "under_investigation" => Status::UnderInvestigation,
            other => return Err(format!("`{other}` is no status").into()),
        };
        let said = Arc::new(Said {
            ids: ids(it)?,
            status,
            why: reason(text(it, "justification")),
        });
        let mut is_about_any = false;
        for product in super::told(it, "products")? {
            for product in of(product)? {
                read.add(&said, product)?;
                is_about_any = true;
            }
        }
        if !is_about_any {
            // it is about nothing, and told as such
            read.add(&said, Product::Unnamed)?;
        }
    }
    Ok(())
}

/// Returns when something was said, wherever on earth; none if it does not tell.
fn time(it: &Value) -> Result<Option<Timestamp>, String> {
    match text(it, "timestamp") {
        "" => Ok(None),
        text => match text.parse() {
            Ok(at) => Ok(Some(at)),
            Err(_) => Err(format!("`{text}` is no time")),
        },
    }
}

fn ids(it: &Value) -> Result<Vec<String>, String> {
    let problem = it.get("vulnerability").unwrap_or(&Value::Null);
    let aliases = super::told(problem, "aliases")?;
    let aliases = aliases.iter().filter_map(Value::as_str);
    // the first version of the format had the name alone
    let names = [problem.as_str().unwrap_or_default(), text(problem, "name")];
    let names = names.into_iter().chain(aliases);
    let names = names.filter(|name| !name.is_empty());
    Ok(names.map(ToOwned::to_owned).collect())
}

/// Returns a product, or each part of it that is meant: parts that are no list are not the whole.
fn of(product: &Value) -> Result<Vec<Product>, String> {
    let parts = super::told(product, "subcomponents")?;
    let Some(whole) = purl(product) else {
        return Ok(vec![Product::Unnamed]);
    };
    if parts.is_empty() {
        return Ok(vec![Product::Purl(whole)]);
    }
    let part = |part: Option<Arc<Purl>>| match part {
        Some(part) => Product::Part {
            whole: Arc::clone(&whole),
            part,
        },
        None => Product::Unnamed,
    };
    Ok(parts.iter().map(purl).map(part).collect())
}

fn purl(component: &Value) -> Option<Arc<Purl>> {
    let identifier = component.get("identifiers").map(|it| text(it, "purl"));
    let names = [
        component.as_str().unwrap_or_default(),
        text(component, "@id"),
        identifier.unwrap_or_default(),
    ];
    names.into_iter().find_map(Purl::read).map(Arc::new)
}
