//! CycloneDX: what an analysis says of a problem in components that are named in a document.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{Product, Statement, Status, push, text, told};

pub(super) fn read(document: &Value) -> Result<Vec<Statement>, String> {
    let mut statements = Vec::new();
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
                product: Product::BomRef(name(text(affected, "ref"))),
                status,
                why: why.to_owned(),
            };
            push(&mut statements, statement)?;
        }
    }
    Ok(statements)
}

/// Returns the name of a component in its document: of a link to another one, what stands behind `#`.
fn name(reference: &str) -> String {
    let link = reference.strip_prefix("urn:cdx:");
    let name = link.and_then(|link| Some(link.split_once('#')?.1));
    match name {
        Some(name) => percent_decode_str(name).decode_utf8_lossy().into_owned(),
        None => reference.to_owned(),
    }
}
