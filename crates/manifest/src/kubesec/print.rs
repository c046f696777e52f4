//! The rules, printed as kubesec prints them: JSON, YAML, table.

use serde::Serialize;

use super::report::to_json;
use super::rules::{Rule, sorted};

#[derive(Serialize)]
struct Printed {
    id: &'static str,
    selector: &'static str,
    reason: &'static str,
    kinds: &'static [&'static str],
    points: i64,
    advise: u32,
}

/// Returns the rules, sorted by id; none if the format is unknown.
pub fn print(format: &str) -> Option<String> {
    let rules = sorted();
    Some(match format {
        "json" => {
            let rules: Vec<Printed> = rules.into_iter().map(printed).collect();
            to_json(&rules)
        }
        "yaml" => rules.into_iter().flat_map(yaml).collect(),
        "table" => table(&rules),
        _ => return None,
    })
}

const fn printed(rule: &'static Rule) -> Printed {
    Printed {
        id: rule.id,
        selector: rule.selector,
        reason: rule.reason,
        kinds: rule.kinds,
        points: rule.points,
        advise: rule.advise,
    }
}

/// Column behind which Go's encoder breaks a line at the next space.
const WIDTH: usize = 80;

fn yaml(rule: &'static Rule) -> Vec<String> {
    let mut lines = vec![
        format!("- id: {}\n", rule.id),
        folded("  selector: ", rule.selector),
        folded("  reason: ", rule.reason),
        "  kinds:\n".to_owned(),
    ];
    lines.extend(rule.kinds.iter().map(|kind| format!("  - {kind}\n")));
    lines.push(format!("  points: {}\n", rule.points));
    lines.push(format!("  advise: {}\n", rule.advise));
    lines
}

fn folded(start: &str, text: &str) -> String {
    let mut out = start.to_owned();
    let mut column = start.len();
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 && column > WIDTH {
            out.push_str("\n    ");
            column = 4;
        } else if index > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += word.len();
    }
    out.push('\n');
    out
}

fn table(rules: &[&'static Rule]) -> String {
    let mut rows = vec![["ID", "Reason", "Points", "Kinds"].map(str::to_owned)];
    rows.extend(rules.iter().map(|rule| {
        [
            rule.id.to_owned(),
            rule.reason.to_owned(),
            rule.points.to_string(),
            rule.kinds.join(","),
        ]
    }));
    let widths = super::table::widths(&rows).map(|width| width + 2);
    let mut out = String::new();
    for (index, row) in rows.iter().enumerate() {
        let is_header = index == 0;
        for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
            let is_open = is_header && column + 1 == row.len();
            let pad = if is_open { 0 } else { width };
            out.extend([&*format!("{cell:pad$}"), if is_open { "" } else { "|" }]);
        }
        out.push('\n');
    }
    out
}
