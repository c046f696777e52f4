//! Secrets: each with the lines around it, masked.

use super::{Context, head, safe};
use crate::report::{Found, Line, Secret};

/// Columns of a rule, which Trivy takes where there is no terminal.
const COLUMNS: usize = 40;

/// Draws them; lines end as Trivy ends them.
pub(super) fn draw(found: &Found, context: &Context<'_>) -> String {
    let severities = found.secrets.iter().map(|it| it.severity.as_str());
    let mut text = head(&format!("{} (secrets)", found.target), severities, context);
    for it in &found.secrets {
        text += &one(found, it);
    }
    text
}

fn one(found: &Found, it: &Secret) -> String {
    let (thick, thin) = ("═".repeat(COLUMNS), "─".repeat(COLUMNS));
    let mut lines = vec![
        format!(
            "{}: {} ({})",
            safe(&it.severity),
            safe(&it.category),
            safe(&it.rule_id)
        ),
        thick,
        safe(&it.title),
        thin.clone(),
    ];
    let code_lines = it.code.lines.iter().flatten();
    let count = code_lines.clone().count();
    if count > 0 {
        lines.push(format!(
            " {}{}{}",
            safe(&found.target),
            lines_of(it),
            layer(it)
        ));
        lines.push(thin.clone());
        let shown = code_lines.enumerate();
        lines.extend(shown.map(|(at, line)| code(line, Place::new(at, count))));
        lines.push(thin);
    }
    lines.extend([String::new(), String::new()]);
    lines.join("\r\n") + "\r\n"
}

fn lines_of(it: &Secret) -> String {
    match (it.start_line, it.end_line) {
        (start, _) if start <= 0 => String::new(),
        (start, end) if end > start => format!(":{start}-{end}"),
        (start, _) => format!(":{start}"),
    }
}

fn layer(it: &Secret) -> String {
    let offset = match it.offset {
        0 => String::new(),
        bytes => format!(" (offset: {bytes} bytes)"),
    };
    let created_by: String = it.layer.created_by.chars().take(40).collect();
    let digest = it.layer.diff_id.trim_start_matches("sha256:");
    if !created_by.is_empty() {
        return format!("{offset} (added by '{}')", safe(&created_by));
    }
    match digest.get(..12) {
        Some(digest) => format!("{offset} (added in layer '{}')", safe(digest)),
        None => offset,
    }
}

/// Where a line stands among those that are shown.
#[derive(Clone, Copy)]
enum Place {
    Only,
    First,
    Between,
    Last,
}

impl Place {
    const fn new(at: usize, count: usize) -> Self {
        match at {
            0 if count == 1 => Self::Only,
            0 => Self::First,
            at if at + 1 == count => Self::Last,
            _ => Self::Between,
        }
    }
}

fn code(line: &Line, place: Place) -> String {
    let number = line.number.to_string();
    if line.truncated {
        return format!("{:>4}   {}", ".".repeat(number.len()), safe(&line.content));
    }
    if !line.is_cause {
        return format!("{number:>4}   {}", safe(&line.content));
    }
    let (first, last) = (line.first_cause, line.last_cause);
    let mark = match (first, last, place) {
        (true, true, _) | (_, _, Place::Only) => "[",
        (true, ..) | (_, _, Place::First) => "┌",
        (_, true, _) | (_, _, Place::Last) => "└",
        (false, false, Place::Between) => "│",
    };
    format!("{number:>4} {mark} {}", safe(&line.content))
}
