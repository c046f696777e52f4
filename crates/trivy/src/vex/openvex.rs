//! `OpenVEX`: statements about products and parts of them.

use jiff::Timestamp;
use serde_json::Value;

use super::{Product, Statement, Status, push, text};
use model::Purl;

pub(super) fn read(document: &Value) -> Result<Vec<Statement>, String> {
    let told = super::told(document, "statements")?.iter();
    // the latest counts; a statement without a time has the document's
    let told = told.map(|it| Ok((time(it)?.or(time(document)?), it)));
    let mut told = told.collect::<Result<Vec<_>, String>>()?;
    told.sort_by_key(|(at, _)| *at);
    let mut statements = Vec::new();
    for (_, it) in told {
        let status = match text(it, "status") {
            "not_affected" => Status::NotAffected,
            "fixed" => Status::Fixed,
            "affected" => Status::Affected,
            "under_investigation" => Status::UnderInvestigation,
            other => return Err(format!("`{other}` is no status")),
        };
        let mut products = Vec::new();
        for product in super::told(it, "products")? {
            products.extend(of(product)?);
        }
        if products.is_empty() {
            // it is about nothing, and told as such
            products.push(Product::Unnamed);
        }
        for product in products {
            let statement = Statement {
                ids: ids(it)?,
                product,
                status,
                why: text(it, "justification").to_owned(),
            };
            push(&mut statements, statement)?;
        }
    }
    Ok(statements)
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
    let part = |part: Option<Purl>| match part {
        Some(part) => Product::Part {
            whole: whole.clone(),
            part,
        },
        None => Product::Unnamed,
    };
    Ok(parts.iter().map(purl).map(part).collect())
}

fn purl(component: &Value) -> Option<Purl> {
    let identifier = component.get("identifiers").map(|it| text(it, "purl"));
    let names = [
        component.as_str().unwrap_or_default(),
        text(component, "@id"),
        identifier.unwrap_or_default(),
    ];
    names.into_iter().find_map(Purl::read)
}
