//! What closes most: a line a step.

use std::io;

use model::Report;

use super::page::{Ink, Page};
use super::words::number;
use crate::plan::{self, Step};

/// Packages of the application that are named in a line.
const MOST_NAMED: usize = 4;

/// Writes what to do, the step that closes most first.
pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let Some(plan) = plan::plan(report) else {
        return Ok(());
    };
    page.gap()?;
    let mut label = "plan";
    for step in &plan.steps {
        page.labelled((Ink::Heading, label), &line(step))?;
        label = "";
    }
    if plan.unfixed > 0 {
        let text = format!("no fix is published for {}", number(plan.unfixed));
        page.labelled((Ink::Heading, label), &text)?;
    }
    Ok(())
}

fn line(step: &Step<'_>) -> String {
    let how = if step.command.is_empty() {
        let named = step.packages.iter().take(MOST_NAMED);
        let mut named: Vec<String> = named
            .map(|it| format!("{} to {}", it.package.name, it.to))
            .collect();
        if let Some(more @ 1..) = step.packages.len().checked_sub(MOST_NAMED) {
            named.push(format!("{} more", number(more)));
        }
        named.join(", ")
    } else {
        step.command.clone()
    };
    let closes = number(step.closes.total());
    format!("closes {closes}: {} ({how})", step.what)
}
