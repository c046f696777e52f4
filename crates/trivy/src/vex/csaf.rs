//! CSAF: products in a tree, and for each problem which of them are affected.
//!
//! A part of a product counts only where the product itself has a package URL that fits, as in Trivy: Red
//! Hat's documents name releases by CPE alone, and what is said of one release is no word on another.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::statements::{Read, Said, reason};
use super::{Product, Status, Unread, list, text, told};
use model::Purl;

/// Package URLs by the ids that products have in the document.
type Purls<'a> = BTreeMap<&'a str, Vec<Arc<Purl>>>;
/// What an id in the document may mean.
type Products<'a> = BTreeMap<&'a str, Vec<Product>>;

/// Kinds of relationships in which one product holds the other; of an optional or external part nothing is
/// known to be there.
const HOLDING: [&str; 3] = ["default_component_of", "installed_on", "installed_with"];

/// What is said of products, the last of which counts. Trivy follows some; what it does not is told as idle.
const STATUSES: [(&str, Status, bool); 8] = [
    ("first_affected", Status::Affected, false),
    ("last_affected", Status::Affected, false),
    ("first_fixed", Status::Fixed, false),
    ("recommended", Status::Fixed, false),
    ("under_investigation", Status::UnderInvestigation, true),
    ("known_affected", Status::Affected, true),
    ("known_not_affected", Status::NotAffected, true),
    ("fixed", Status::Fixed, true),
];

pub(super) fn read(document: &Value, read: &mut Read<'_>) -> Result<(), Unread> {
    let tree = document.get("product_tree").unwrap_or(&Value::Null);
    let purls = purls(tree)?;
    let products = products(tree, &purls, read)?;
    let mut seen = BTreeSet::new();
    for it in told(document, "vulnerabilities")? {
        let id = text(it, "cve");
        // of several entries about one problem the first counts; the others are told as idle
        let is_first = seen.insert(id);
        let of_status = it.get("product_status").unwrap_or(&Value::Null);
        if !of_status.is_object() && !of_status.is_null() {
            return Err("`product_status` is no object".to_owned().into());
        }
        let why = reason(why(it));
        for (key, status, is_followed) in STATUSES {
            let said = Arc::new(Said {
                ids: vec![id.to_owned()],
                status,
                why: Arc::clone(&why),
            });
            for product in told(of_status, key)? {
                let product = product.as_str();
                let product = product.ok_or_else(|| format!("`{key}` lists no product"))?;
                let named = products.get(product).filter(|_| is_first && is_followed);
                for product in named.map_or(&[Product::Unnamed][..], Vec::as_slice) {
                    read.add(&said, product.clone())?;
                }
            }
        }
    }
    Ok(())
}

/// Returns the package URLs of each product of the tree that has any.
fn purls(tree: &Value) -> Result<Purls<'_>, String> {
    let mut purls = Purls::new();
    let mut todo = vec![tree];
    while let Some(node) = todo.pop() {
        todo.extend(told(node, "branches")?);
        let own = node.get("product").into_iter();
        let related = told(node, "relationships")?.iter();
        let related = related.filter_map(|it| it.get("full_product_name"));
        for product in own.chain(told(node, "full_product_names")?).chain(related) {
            let helper = product.get("product_identification_helper");
            let purl = helper.and_then(|helper| Purl::read(text(helper, "purl")));
            if let Some(purl) = purl {
                let of_id = purls.entry(text(product, "product_id")).or_default();
                of_id.push(Arc::new(purl));
            }
        }
    }
    Ok(purls)
}

/// Returns the products, and those that are parts of others.
fn products<'a>(
    tree: &'a Value,
    purls: &Purls<'a>,
    read: &Read<'_>,
) -> Result<Products<'a>, Unread> {
    let own = purls.iter().map(|(id, purls)| {
        let products = purls.iter().cloned().map(Product::Purl);
        (*id, products.collect())
    });
    let mut products: Products<'_> = own.collect();
    let none = Vec::new();
    let mut count = 0_usize;
    for relation in told(tree, "relationships")? {
        read.check()?;
        if !HOLDING.contains(&text(relation, "category")) {
            continue;
        }
        let of = |key: &str| purls.get(text(relation, key)).unwrap_or(&none);
        let (parts, wholes) = (of("product_reference"), of("relates_to_product_reference"));
        if parts.is_empty() || wholes.is_empty() {
            continue;
        }
        count = count.saturating_add(parts.len().saturating_mul(wholes.len()));
        if count > super::MOST_STATEMENTS {
            return Err("its products have too many parts".to_owned().into());
        }
        let named = relation.get("full_product_name").unwrap_or(&Value::Null);
        let pairs = wholes
            .iter()
            .flat_map(|whole| parts.iter().map(move |part| (whole, part)));
        let pairs = pairs.map(|(whole, part)| Product::Part {
            whole: Arc::clone(whole),
            part: Arc::clone(part),
        });
        let of_id = products.entry(text(named, "product_id")).or_default();
        of_id.extend(pairs);
    }
    Ok(products)
}

/// Returns what is said of the problem's impact; a flag's label is none of Trivy's statements.
fn why(it: &Value) -> &str {
    let mut threats = list(it, "threats").iter();
    let impact = threats.find(|threat| text(threat, "category") == "impact");
    impact.map_or("", |threat| text(threat, "details"))
}
