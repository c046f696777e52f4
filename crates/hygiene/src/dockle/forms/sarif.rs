//! Dockle's SARIF 2.1.0: a result a code, a location an alert.

use serde::Serialize;

use crate::dockle::{Alert, Finding, Level, Verdict};

const SCHEMA: &str = "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/main/sarif-2.1/schema/sarif-schema-2.1.0.json";
const HOME: &str = "https://github.com/goodwithtech/dockle";

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    #[serde(rename = "$schema")]
    schema: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
struct Run<'a> {
    tool: Tool,
    results: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    information_uri: &'static str,
    name: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    name: &'static str,
    short_description: Text<&'static str>,
    help_uri: String,
}

#[derive(Serialize)]
struct Text<T> {
    text: T,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found<'a> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Text<String>,
    locations: Vec<Location<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: Physical<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical<'a> {
    artifact_location: Artifact<'a>,
}

#[derive(Serialize)]
struct Artifact<'a> {
    uri: &'a str,
}

/// Writes it with two spaces a level and no line end.
///
/// # Errors
/// None that texts and numbers can cause.
pub fn to_sarif(verdict: &Verdict) -> serde_json::Result<String> {
    let run = Run {
        tool: Tool {
            driver: Driver {
                information_uri: HOME,
                name: "Dockle",
                rules: verdict.counting().map(rule).collect(),
            },
        },
        results: verdict.counting().enumerate().map(found).collect(),
    };
    serde_json::to_string_pretty(&Document {
        version: "2.1.0",
        schema: SCHEMA,
        runs: [run],
    })
}

fn rule(finding: &Finding) -> Rule {
    let code = finding.code;
    Rule {
        id: code.id,
        name: code.id,
        short_description: Text { text: code.title },
        help_uri: format!("{HOME}/blob/master/CHECKPOINT.md#{}", code.id),
    }
}

fn found((index, finding): (usize, &Finding)) -> Found<'_> {
    let texts: Vec<&str> = finding.alerts.iter().map(|alert| &*alert.text).collect();
    Found {
        rule_id: finding.code.id,
        rule_index: index,
        level: match finding.level {
            Level::Fatal => "error",
            Level::Warn => "warning",
            Level::Info => "note",
            Level::Pass | Level::Ignore | Level::Skip => "none",
        },
        message: Text {
            text: texts.join(", "),
        },
        locations: finding.alerts.iter().map(location).collect(),
    }
}

fn location(alert: &Alert) -> Location<'_> {
    Location {
        physical_location: Physical {
            artifact_location: Artifact { uri: &alert.place },
        },
    }
}
