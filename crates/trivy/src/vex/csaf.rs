//! CSAF: products in a tree, and for each problem which of them are affected.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Product, Statement, Status, list, push, text, told};
use crate::purl::Purl;

/// Products by their ids in the document.
type Products = BTreeMap<String, Product>;

pub(super) fn read(document: &Value) -> Result<Vec<Statement>, String> {
    let tree = document.get("product_tree").unwrap_or(&Value::Null);
    let purls = purls(tree);
    let products = products(tree, &purls);
    let mut statements = Vec::new();
    for it in told(document, "vulnerabilities")? {
        for (key, status) in [
            ("under_investigation", Status::UnderInvestigation),
            ("known_affected", Status::Affected),
            ("known_not_affected", Status::NotAffected),
            ("fixed", Status::Fixed),
        ] {
            let of_status = it.get("product_status").unwrap_or(&Value::Null);
            for id in list(of_status, key).iter().filter_map(Value::as_str) {
                let product = products.get(id).cloned();
                let statement = Statement {
                    ids: vec![text(it, "cve").to_owned()],
                    product: product.unwrap_or(Product::Unnamed),
                    status,
                    why: why(it, id),
                };
                push(&mut statements, statement)?;
            }
        }
    }
    Ok(statements)
}

/// Returns the package URL of each product of the tree that has one.
fn purls(tree: &Value) -> BTreeMap<&str, Purl> {
    let mut purls = BTreeMap::new();
    let mut todo = vec![tree];
    while let Some(node) = todo.pop() {
        todo.extend(list(node, "branches"));
        let own = node.get("product");
        for product in own.into_iter().chain(list(node, "full_product_names")) {
            let helper = product.get("product_identification_helper");
            let purl = helper.and_then(|helper| Purl::read(text(helper, "purl")));
            if let Some(purl) = purl {
                purls.insert(text(product, "product_id"), purl);
            }
        }
    }
    purls
}

/// Returns the products, and those that are parts of others.
fn products(tree: &Value, purls: &BTreeMap<&str, Purl>) -> Products {
    let own = purls
        .iter()
        .map(|(id, purl)| ((*id).to_owned(), Product::Purl(purl.clone())));
    let mut products: Products = own.collect();
    for relation in list(tree, "relationships") {
        let named = relation.get("full_product_name").unwrap_or(&Value::Null);
        let part = purls.get(text(relation, "product_reference"));
        let whole = purls.get(text(relation, "relates_to_product_reference"));
        let product = match (whole, part) {
            (Some(whole), Some(part)) => Product::Part {
                whole: whole.clone(),
                part: part.clone(),
            },
            // a product without a package URL, such as a release of a distribution, holds everything
            (None, Some(part)) => Product::Purl(part.clone()),
            (_, None) => continue,
        };
        products.insert(text(named, "product_id").to_owned(), product);
    }
    products
}

/// Returns the reason that is flagged for a product.
fn why(it: &Value, id: &str) -> String {
    let is_named = |entry: &&Value| {
        list(entry, "product_ids")
            .iter()
            .any(|named| named.as_str() == Some(id))
    };
    let flag = list(it, "flags").iter().find(is_named);
    let threat = list(it, "threats").iter().find(is_named);
    let label = flag.map(|flag| text(flag, "label"));
    label
        .or_else(|| threat.map(|threat| text(threat, "details")))
        .unwrap_or_default()
        .to_owned()
}
