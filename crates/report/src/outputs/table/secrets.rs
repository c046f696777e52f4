//! Secrets, each with where it lies and what can still be done.
//!
//! ```text
//! SECRETS
//! CRIT    github-token  GitHub token  ghp_…b0
//!         app/.env:1:14, layer 2 of 3; deleted above by layer 3, but still in the image
//! fix     rotate it, and rebuild: deleting a file in a later layer takes nothing away
//! ```

use std::cmp::Reverse;
use std::io;

use model::{Leak, LeakState, Place, Proof, Report};

use super::page::{Ink, Page};
use super::words::{count, short};
use crate::problem::cure;

/// Secrets that are listed before the rest is counted.
const MOST: usize = 50;

/// Writes the secrets, the worst first.
pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let mut leaks: Vec<&Leak> = report.leaks.iter().flatten().collect();
    if leaks.is_empty() {
        return Ok(());
    }
    // of equal severity in the report's order
    leaks.sort_by_key(|leak| Reverse(leak.secret.severity));
    page.gap()?;
    page.line(&[(Ink::Heading, "SECRETS")])?;
    let shown = match page.view.detail {
        crate::Detail::Folded => MOST,
        crate::Detail::Wide => usize::MAX,
    };
    let layers = report.image.as_ref().map_or(0, |image| image.layers.len());
    let mut cures = Vec::new();
    for leak in leaks.iter().take(shown) {
        one(leak, layers, page)?;
        let cure = cure(leak);
        if !cures.contains(&cure) {
            cures.push(cure);
        }
    }
    if let Some(more @ 1..) = leaks.len().checked_sub(shown) {
        let text = format!("{} more; --wide lists them", count(more, "secret"));
        page.labelled((Ink::Plain, ""), &text)?;
    }
    for cure in cures {
        page.labelled((Ink::Good, "fix"), cure)?;
    }
    Ok(())
}

fn one(leak: &Leak, layers: usize, page: &mut Page<'_>) -> io::Result<()> {
    let secret = &leak.secret;
    let severity = format!("{:<8}", short(secret.severity));
    page.line(&[
        (secret.severity.into(), &severity),
        (Ink::Heading, &secret.rule),
        (Ink::Plain, "  "),
        (Ink::Plain, &secret.title),
        (Ink::Quiet, "  "),
        (Ink::Quiet, &secret.sample),
    ])?;
    let mut parts = vec![place(leak)];
    if let Some(layer) = leak.place.layer() {
        parts.push(format!("layer {} of {layers}", layer + 1));
    }
    if secret.proof == Proof::Valid {
        parts.push("its form is proved".to_owned());
    }
    if !secret.note.is_empty() {
        parts.push(secret.note.clone());
    }
    if let Some(package) = &leak.package {
        parts.push(format!("in a file of package {package} that was changed"));
    }
    let mut text = parts.join(", ");
    if let LeakState::Below { removed_by } = leak.state {
        let above = format!(
            "; deleted above by layer {}, but still in the image",
            removed_by + 1
        );
        text.push_str(&above);
    }
    page.labelled((Ink::Plain, ""), &text)
}

fn place(leak: &Leak) -> String {
    let secret = &leak.secret;
    match &leak.place {
        Place::File { path, .. } => format!("{path}:{}:{}", secret.line, secret.column),
        Place::Environment(_)
        | Place::Label(_)
        | Place::Entrypoint
        | Place::Command
        | Place::Healthcheck
        | Place::OnBuild(_)
        | Place::History(_)
        | Place::BuildArgument { .. }
        | Place::Author => leak.place.to_string(),
    }
}
