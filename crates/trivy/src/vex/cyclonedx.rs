//! CycloneDX: what an analysis says of a problem in components of a bill of materials.
//!
//! A component is named by a link to the bill that lists it, `urn:cdx:SERIAL/VERSION#REF`, as Trivy wants it;
//! a bare name says of which bill it is in no way. What is said of another one's components is said of no
//! finding here.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::statements::{Read, Said, reason};
use super::{Product, Status, Unread, text, told};

pub(super) fn read(document: &Value, read: &mut Read<'_>) -> Result<(), Unread> {
    for it in told(document, "vulnerabilities")? {
        let analysis = it.get("analysis").unwrap_or(&Value::Null);
        let status = match text(analysis, "state") {
            "not_affected" | "false_positive" => Status::NotAffected,
            "resolved" | "resolved_with_pedigree" => Status::Fixed,
            "in_triage" => Status::UnderInvestigation,
            _ => Status::Affected,
        };
        let said = Arc::new(Said {
            ids: vec![text(it, "id").to_owned()],
            status,
            why: reason(text(analysis, "justification")),
        });
        for affected in told(it, "affects")? {
            read.add(&said, product(text(affected, "ref")))?;
        }
    }
    Ok(())
}

/// Returns what is meant.
fn product(reference: &str) -> Product {
    let link = reference.strip_prefix("urn:cdx:");
    let Some((document, name)) = link.and_then(|link| link.split_once('#')) else {
        return Product::Unnamed;
    };
    let serial = document.split('/').next().unwrap_or_default();
    Product::Linked {
        serial: serial.to_ascii_lowercase(),
        name: percent_decode_str(name).decode_utf8_lossy().into_owned(),
    }
}
