//! The predicate of an attestation that cosign signs: who scanned what when, with the whole report.

use std::io;

use serde::Serialize;

use super::{Context, Format, FormatError, time};
use crate::report::Report;

pub(super) static FORMAT: Format = Format {
    name: "cosign-vuln",
    is_sbom: false,
    write,
};

#[derive(Serialize)]
struct Predicate<'a> {
    invocation: Invocation,
    scanner: Scanner<'a>,
    metadata: Metadata,
}

#[derive(Serialize)]
struct Invocation {
    parameters: Option<&'static str>,
    uri: &'static str,
    event_id: &'static str,
    #[serde(rename = "builder.id")]
    builder_id: &'static str,
}

#[derive(Serialize)]
struct Scanner<'a> {
    uri: String,
    version: &'a str,
    db: Database,
    result: &'a Report,
}

#[derive(Serialize)]
struct Database {
    uri: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    scan_started_on: String,
    scan_finished_on: String,
}

fn write(
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> Result<(), FormatError> {
    let now = time(context.now, "%Y-%m-%dT%H:%M:%SZ");
    let predicate = Predicate {
        invocation: Invocation {
            parameters: None,
            uri: "",
            event_id: "",
            builder_id: "",
        },
        scanner: Scanner {
            uri: format!("pkg:github/aquasecurity/trivy@{}", context.version),
            version: context.version,
            db: Database {
                uri: "",
                version: "",
            },
            result: report,
        },
        metadata: Metadata {
            scan_started_on: now.clone(),
            scan_finished_on: now,
        },
    };
    Ok(::report::write_go_json(&predicate, out)?)
}
