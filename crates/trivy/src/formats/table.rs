//! The table: a line for each target, then a box for each that has findings.
//!
//! Source of truth: trivy-outputs.md A.1. What could steer a terminal is shown as an escape.

mod boxes;
mod secrets;
mod suppressed;
mod tree;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use self::boxes::{Align, Boxes};
use super::{Context, Format, FormatError};
use crate::bom::AGGREGATED;
use crate::filter::SEVERITIES;
use crate::late::Late;
use crate::report::{Found, Report, Vulnerability};

pub(super) static FORMAT: Format = Format {
    name: "table",
    is_sbom: false,
    write,
};

/// Endings of archives that hold others.
const ARCHIVES: [&str; 4] = [".jar", ".war", ".par", ".ear"];

fn write(
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> Result<(), FormatError> {
    let mut text = String::new();
    if context.table.summary && !context.scanners.is_empty() {
        text += &summary(report, context);
    }
    if context.table.detailed {
        for found in &report.results {
            text += &detailed(found, context)?;
        }
    }
    Ok(out.write_all(text.as_bytes())?)
}

/// What a scanner is called in the head, and what it counts; none where it does not look.
type Column = (&'static str, fn(&Found) -> Option<usize>);

fn column(scanner: &str) -> Option<Column> {
    let column: Column = match scanner {
        "vuln" => ("Vulnerabilities", |it| {
            let is_packages = it.class == "os-pkgs" || it.class == "lang-pkgs";
            is_packages.then_some(it.vulnerabilities.len())
        }),
        "misconfig" => ("Misconfigurations", |it| {
            (it.class == "config").then_some(it.misconfigurations.len())
        }),
        "secret" => ("Secrets", |it| {
            (it.class == "secret").then_some(it.secrets.len())
        }),
        "license" => ("Licenses", |it| {
            let is_license = it.class == "license" || it.class == "license-file";
            is_license.then_some(it.licenses.len())
        }),
        _ => return None,
    };
    Some(column)
}

fn summary(report: &Report, context: &Context<'_>) -> String {
    let columns = context.scanners.iter().filter_map(|name| column(name));
    let columns: Vec<Column> = columns.collect();
    let heads = columns.iter().map(|(head, _)| (*head).to_owned());
    let mut rows = Vec::new();
    for found in report.results.iter().flat_map(split) {
        let kind = match found.class.as_str() {
            "secret" => "text",
            "license" | "license-file" => "-",
            _ => &found.r#type,
        };
        let counts = columns.iter().map(|(_, count)| count(&found));
        let counts = counts.map(|count| count.map_or_else(|| "-".to_owned(), |it| it.to_string()));
        let mut row = vec![safe(&found.target), safe(kind)];
        row.extend(counts);
        rows.push(row);
    }
    let mut align = vec![Align::Center; columns.len() + 2];
    if rows.is_empty() {
        rows.push(vec!["-".to_owned(); columns.len() + 2]);
    } else if let Some(first) = align.first_mut() {
        *first = Align::Left;
    }
    let table = Boxes {
        head: ["Target", "Type"]
            .map(ToOwned::to_owned)
            .into_iter()
            .chain(heads)
            .collect(),
        rows,
        align,
        widest: 80,
        is_merged: false,
    };
    let title = if context.is_terminal {
        &strong("Report Summary")
    } else {
        "Report Summary"
    };
    format!(
        "\n{title}\n\n{}Legend:\n- '-': Not scanned\n- '0': Clean (no security findings detected)\n\n",
        table.draw()
    )
}

/// Splits what holds packages of many files into one target a file.
fn split(found: &Found) -> Vec<Found> {
    if !AGGREGATED.contains(&found.r#type.as_str()) || found.packages.is_empty() {
        return vec![found.clone()];
    }
    let mut by_path: BTreeMap<&str, Found> = BTreeMap::new();
    for package in &found.packages {
        let path = outermost(&package.file_path);
        by_path.entry(path).or_insert_with(|| Found {
            target: if path.is_empty() { &found.target } else { path }.to_owned(),
            class: found.class.clone(),
            r#type: found.r#type.clone(),
            ..Found::default()
        });
    }
    for it in &found.vulnerabilities {
        if let Some(of_path) = by_path.get_mut(outermost(&it.package_path)) {
            of_path.vulnerabilities.push(it.clone());
        }
    }
    by_path.into_values().collect()
}

/// Returns the path up to the outermost archive.
fn outermost(path: &str) -> &str {
    let mut end = 0;
    for part in path.split('/') {
        end += part.len();
        if ARCHIVES.iter().any(|ending| part.ends_with(ending)) {
            return path.get(..end).unwrap_or(path);
        }
        end += 1;
    }
    path
}

fn detailed(found: &Found, context: &Context<'_>) -> Result<String, Late> {
    let mut text = String::new();
    if !found.vulnerabilities.is_empty() {
        let target = match found.class.as_str() {
            "lang-pkgs" => format!("{} ({})", found.target, found.r#type),
            _ => found.target.clone(),
        };
        let severities = found.vulnerabilities.iter().map(|it| it.severity.as_str());
        text += &head(&target, severities, context);
        text += &vulnerabilities(&found.vulnerabilities).draw();
        if context.dependency_tree {
            text += &tree::draw(found, context)?;
        }
    }
    if context.show_suppressed {
        text += &suppressed::draw(found, context);
    }
    if !found.secrets.is_empty() {
        text += &secrets::draw(found, context);
    }
    if !found.misconfigurations.is_empty() || !found.licenses.is_empty() {
        text += &others(found, context);
    }
    Ok(text)
}

/// Returns the title of a target with how many findings of which severity it has.
fn head<'a>(
    target: &str,
    severities: impl Iterator<Item = &'a str>,
    context: &Context<'_>,
) -> String {
    let target = safe(target);
    let title = titled(&target, context);
    let (total, counts) = counts(severities, context);
    format!("{title}Total: {total} ({counts})\n\n")
}

/// Returns how many there are, and of which of the severities that were asked for.
fn counts<'a>(severities: impl Iterator<Item = &'a str>, context: &Context<'_>) -> (usize, String) {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for severity in severities {
        // what Trivy knows no name for has a row, and counts
        let is_known = SEVERITIES.contains(&severity);
        let severity = if is_known { severity } else { "UNKNOWN" };
        *count.entry(severity).or_default() += 1;
    }
    let is_asked = |name: &&str| {
        context.severities.is_empty() || context.severities.iter().any(|asked| asked == name)
    };
    let asked = SEVERITIES.iter().filter(|name| is_asked(name));
    let each: Vec<(&str, usize)> = asked
        .map(|name| (*name, count.get(name).copied().unwrap_or_default()))
        .collect();
    let total = each.iter().map(|(_, count)| count).sum();
    let texts = each.iter().map(|(name, count)| format!("{name}: {count}"));
    (total, texts.collect::<Vec<_>>().join(", "))
}

fn vulnerabilities(all: &[Vulnerability]) -> Boxes {
    let head = [
        "Library",
        "Vulnerability",
        "Severity",
        "Status",
        "Installed Version",
        "Fixed Version",
        "Title",
    ];
    let row = |it: &Vulnerability| {
        let cells = [
            &library(it),
            &it.id,
            &it.severity,
            &it.status,
            &it.installed_version,
            &it.fixed_version,
        ];
        let cells = cells.into_iter().map(|text| safe(text));
        cells.chain([title(it)]).collect()
    };
    Boxes {
        head: head.map(ToOwned::to_owned).into(),
        rows: all.iter().map(row).collect(),
        align: vec![Align::Left; head.len()],
        widest: 60,
        is_merged: true,
    }
}

/// Returns the package's name, with the file that it is.
fn library(it: &Vulnerability) -> String {
    let file = outermost(&it.package_path).rsplit('/').next();
    match file.unwrap_or_default() {
        "" => it.package_name.clone(),
        file => format!("{} ({file})", it.package_name),
    }
}

/// Returns the first words of what it is, and where to read on.
fn title(it: &Vulnerability) -> String {
    let text = match it.title.as_str() {
        "" => &it.description,
        title => title,
    };
    let words: Vec<&str> = text.split(' ').collect();
    let text = match words.get(..12) {
        Some(first) => format!("{}...", first.join(" ")),
        None => text.to_owned(),
    };
    let lines = text.split('\n').map(safe).collect::<Vec<_>>().join("\n");
    format!("{lines}\n{}", safe(&it.primary_url))
        .trim()
        .to_owned()
}

/// Returns what is configured badly and which licences there are, a line each: these are read from
/// reports of others only.
fn others(found: &Found, context: &Context<'_>) -> String {
    let misconfigurations = found.misconfigurations.iter();
    let licenses = found.licenses.iter();
    let severities = misconfigurations.clone().map(|it| it.severity.as_str());
    let severities = severities.chain(licenses.clone().map(|it| it.severity.as_str()));
    let mut text = head(&found.target, severities, context);
    for it in misconfigurations {
        let (id, severity, message) = (safe(&it.id), safe(&it.severity), safe(&it.message));
        let _ = writeln!(text, "{id} ({severity}): {message}");
    }
    for it in licenses {
        let (package, name, kind) = (safe(&it.package_name), safe(&it.name), safe(&it.category));
        let _ = writeln!(text, "{package}: {name} ({kind}, {})", safe(&it.severity));
    }
    text
}

fn safe(text: &str) -> String {
    ::report::safe(text).into_owned()
}

/// Returns a title with what sets it off.
fn titled(text: &str, context: &Context<'_>) -> String {
    if context.is_terminal {
        return format!("\n{}\n\n", strong(text));
    }
    format!("\n{text}\n{}\n", "=".repeat(text.len()))
}

fn strong(text: &str) -> String {
    format!("\u{1b}[4m\u{1b}[1m{text}\u{1b}[0m")
}
