//! Reports as tables for people, laid out as kubesec's, without its colours.

use unicode_width::UnicodeWidthStr as _;

use super::report::Report;
use super::rules::Rule;

/// Returns the tables: one of all objects, and one for each object that has rules to show.
pub fn table(reports: &[Report]) -> String {
    let mut out = format!("\n{:>54}\n\n", "Kubesec Scan Report");
    let mut rows = vec![
        [
            "File",
            "Object",
            "Valid",
            "Score",
            "# Critical Rule Hits",
            "# Advise Rule Hits",
            "# Passed Rule Hits",
        ]
        .map(str::to_owned),
    ];
    rows.extend(reports.iter().map(summary));
    boxed(&rows, Rules::None, &mut out);
    for report in reports {
        details(report, &mut out);
    }
    out
}

fn summary(report: &Report) -> [String; 7] {
    let scoring = &report.scoring;
    [
        report.file_name.clone(),
        report.object.clone(),
        if report.valid { "✅" } else { "❌" }.to_owned(),
        report.score.to_string(),
        scoring.critical.len().to_string(),
        scoring.advise.len().to_string(),
        scoring.passed.len().to_string(),
    ]
}

fn details(report: &Report, out: &mut String) {
    out.extend(["\n\n# Details for ", &report.object, "\nFile: "]);
    let message = report.message.trim_end();
    out.extend([&*report.file_name, "\n INFO  ", message, "\n"]);
    let mut rows = vec![["Severity", "Rule ID", "Selector", "Reason", "Points"].map(str::to_owned)];
    let scoring = &report.scoring;
    for (severity, rules) in [
        ("🔴 Critical", &scoring.critical),
        ("🟡 Advise", &scoring.advise),
        ("🟢 Passed", &scoring.passed),
    ] {
        rows.extend(rules.iter().map(|rule| row(severity, rule)));
    }
    if rows.len() > 1 {
        boxed(&rows, Rules::Between, out);
    }
}

fn row(severity: &str, rule: &Rule) -> [String; 5] {
    [
        severity.to_owned(),
        rule.id.to_owned(),
        rule.selector.replace(" | ", " |\n"),
        rule.reason.to_owned(),
        rule.points.to_string(),
    ]
}

/// Whether lines stand between the rows of a table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rules {
    None,
    Between,
}

/// Returns the widths of the columns; of a cell of several lines the longest counts.
pub(super) fn widths<const N: usize>(rows: &[[String; N]]) -> [usize; N] {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            let longest = cell.lines().map(str::width).max();
            *width = longest.unwrap_or_default().max(*width);
        }
    }
    widths
}

fn boxed<const N: usize>(rows: &[[String; N]], rules: Rules, out: &mut String) {
    let widths = widths(rows);
    let inner = widths.iter().sum::<usize>() + 3 * N - 1;
    out.extend(["┌", &"─".repeat(inner), "┐\n"]);
    for (index, row) in rows.iter().enumerate() {
        let height = row.iter().map(|cell| cell.lines().count()).max();
        for line in 0..height.unwrap_or_default() {
            for (cell, width) in row.iter().zip(widths) {
                let text = cell.lines().nth(line).unwrap_or_default();
                let pad = " ".repeat(width.saturating_sub(text.width()));
                out.extend(["| ", text, &pad, " "]);
            }
            out.push_str("|\n");
        }
        if rules == Rules::Between && index > 0 && index + 1 < rows.len() {
            out.extend(["| ", &"-".repeat(inner.saturating_sub(2)), " |\n"]);
        }
    }
    out.extend(["└", &"─".repeat(inner), "┘\n"]);
}
