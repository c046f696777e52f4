//! A document in CSAF VEX, as Red Hat writes it.
//!
//! Products are joined through relationships: modules put more colons into ids than there are parts.

use std::collections::BTreeMap;

use model::Severity;
use serde::Deserialize;

use crate::osv::{self, or_default};
use crate::purl::Purl;

/// Branches in branches; real documents have four.
const MOST_DEPTH: usize = 16;

#[derive(Deserialize)]
pub(super) struct Document {
    #[serde(rename = "document", default, deserialize_with = "or_default")]
    head: Head,
    product_tree: Tree,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) vulnerabilities: Vec<Vulnerability>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Head {
    #[serde(deserialize_with = "or_default")]
    aggregate_severity: Word,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Word {
    #[serde(deserialize_with = "or_default")]
    text: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tree {
    #[serde(deserialize_with = "or_default")]
    branches: Vec<Branch>,
    #[serde(deserialize_with = "or_default")]
    relationships: Vec<Relationship>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Branch {
    #[serde(deserialize_with = "or_default")]
    branches: Vec<Self>,
    product: Option<Product>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Product {
    #[serde(deserialize_with = "or_default")]
    product_id: String,
    #[serde(deserialize_with = "or_default")]
    product_identification_helper: Helper,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Helper {
    #[serde(deserialize_with = "or_default")]
    cpe: String,
    #[serde(deserialize_with = "or_default")]
    purl: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Relationship {
    #[serde(deserialize_with = "or_default")]
    full_product_name: Product,
    #[serde(deserialize_with = "or_default")]
    product_reference: String,
    #[serde(deserialize_with = "or_default")]
    relates_to_product_reference: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Vulnerability {
    #[serde(deserialize_with = "or_default")]
    pub(super) cve: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) product_status: ProductStatus,
    #[serde(deserialize_with = "or_default")]
    pub(super) remediations: Vec<Remediation>,
    #[serde(deserialize_with = "or_default")]
    pub(super) threats: Vec<Threat>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ProductStatus {
    #[serde(deserialize_with = "or_default")]
    pub(super) fixed: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) known_affected: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) under_investigation: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Remediation {
    #[serde(deserialize_with = "or_default")]
    pub(super) category: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) details: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) url: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) product_ids: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Threat {
    #[serde(deserialize_with = "or_default")]
    pub(super) category: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) details: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) product_ids: Vec<String>,
}

impl Document {
    /// How bad it is for all products that have no word of their own.
    pub(super) fn severity(&self) -> Option<Severity> {
        osv::severity(&self.head.aggregate_severity.text)
    }

    /// Returns the streams by their ids.
    pub(super) fn cpes(&self) -> BTreeMap<&str, &str> {
        let products = self.products().into_iter();
        let streams = products.map(|it| (&*it.product_id, &*it.product_identification_helper.cpe));
        streams.filter(|(_, cpe)| !cpe.is_empty()).collect()
    }

    /// Returns the packages by their ids.
    pub(super) fn packages(&self) -> BTreeMap<&str, Purl> {
        let products = self.products().into_iter();
        let packages = products.map(|it| {
            let purl = Purl::read(&it.product_identification_helper.purl)?;
            Some((it.product_id.as_str(), purl))
        });
        packages.flatten().collect()
    }

    fn products(&self) -> Vec<&Product> {
        let mut found = Vec::new();
        let mut open: Vec<(&Branch, usize)> = self
            .product_tree
            .branches
            .iter()
            .map(|it| (it, 0))
            .collect();
        while let Some((branch, depth)) = open.pop() {
            found.extend(&branch.product);
            let deeper = depth.saturating_add(1);
            if deeper < MOST_DEPTH {
                open.extend(branch.branches.iter().map(|it| (it, deeper)));
            }
        }
        found
    }

    /// Returns the stream and the package that a product is made of.
    pub(super) fn relations(&self) -> BTreeMap<&str, (&str, &str)> {
        let relationships = self.product_tree.relationships.iter();
        let related = relationships.map(|it| {
            let parts = (&*it.relates_to_product_reference, &*it.product_reference);
            (it.full_product_name.product_id.as_str(), parts)
        });
        related.collect()
    }
}
