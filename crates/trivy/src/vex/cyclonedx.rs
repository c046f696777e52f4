//! CycloneDX: what an analysis says of a problem in components that are named in a document.
//!
//! A component is of the document itself, or of another one that a link names by its serial number:
//! `urn:cdx:SERIAL/VERSION#REF`. What is said of another image's components is said of no finding here.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{Product, Statement, Status, push, text, told};

pub(super) fn read(document: &Value) -> Result<Vec<Statement>, String> {
    let mut statements = Vec::new();
    let own = serial(text(document, "serialNumber"));
    for it in told(document, "vulnerabilities")? {
        let analysis = it.get("analysis").unwrap_or(&Value::Null);
        let status = match text(analysis, "state") {
            "not_affected" | "false_positive" => Status::NotAffected,
            "resolved" | "resolved_with_pedigree" => Status::Fixed,
            "in_triage" => Status::UnderInvestigation,
            _ => Status::Affected,
        };
        let why = match text(analysis, "justification") {
            "" => text(analysis, "detail"),
            justification => justification,
        };
        for affected in told(it, "affects")? {
            let statement = Statement {
                ids: vec![text(it, "id").to_owned()],
                product: product(text(affected, "ref"), own),
                status,
                why: why.to_owned(),
            };
            push(&mut statements, statement)?;
        }
    }
    Ok(statements)
}

/// Returns what is meant, in the document of this serial number or in another one.
fn product(reference: &str, own: &str) -> Product {
    let Some(link) = reference.strip_prefix("urn:cdx:") else {
        return Product::BomRef(reference.to_owned());
    };
    let Some((document, name)) = link.split_once('#') else {
        return Product::Unnamed;
    };
    let serial = document.split('/').next().unwrap_or_default();
    let name = percent_decode_str(name).decode_utf8_lossy().into_owned();
    if !own.is_empty() && serial.eq_ignore_ascii_case(own) {
        return Product::BomRef(name);
    }
    Product::Linked {
        serial: serial.to_ascii_lowercase(),
        name,
    }
}

/// Returns a serial number as links have it.
fn serial(urn: &str) -> &str {
    urn.strip_prefix("urn:uuid:").unwrap_or(urn)
}
