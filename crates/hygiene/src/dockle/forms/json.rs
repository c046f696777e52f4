//! Dockle's JSON.

use serde::Serialize;

use crate::dockle::{Finding, Level, Verdict};

#[derive(Serialize)]
struct Document<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    summary: Summary,
    details: Vec<Detail<'a>>,
}

#[derive(Serialize)]
struct Summary {
    fatal: usize,
    warn: usize,
    info: usize,
    skip: usize,
    pass: usize,
}

#[derive(Serialize)]
struct Detail<'a> {
    code: &'static str,
    title: &'static str,
    level: &'static str,
    alerts: Vec<&'a str>,
}

/// Writes it with two spaces a level and no line end.
///
/// # Errors
/// None that texts and numbers can cause.
pub fn to_json(verdict: &Verdict) -> serde_json::Result<String> {
    let document = Document {
        image: verdict.name.as_deref(),
        summary: Summary {
            fatal: verdict.count(Level::Fatal),
            warn: verdict.count(Level::Warn),
            info: verdict.count(Level::Info),
            skip: verdict.count(Level::Skip),
            pass: verdict.count(Level::Pass),
        },
        details: verdict.counting().map(detail).collect(),
    };
    serde_json::to_string_pretty(&document)
}

fn detail(finding: &Finding) -> Detail<'_> {
    Detail {
        code: finding.code.id,
        title: finding.code.title,
        level: finding.level.name(),
        alerts: finding.alerts.iter().map(|alert| &*alert.text).collect(),
    }
}
