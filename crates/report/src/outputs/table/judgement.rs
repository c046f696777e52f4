//! What rules found in Kubernetes objects: the answer, then each finding with its line.
//!
//! ```text
//! Deployment/shop/api  deploy.yaml
//!
//! MED     CTR-ESCALATION  container may gain rights
//!         container api: allowPrivilegeEscalation: it is not set, and true by default
//!   -->   deploy.yaml:24:26
//!    24 |         securityContext: {runAsNonRoot: true}
//!       |                          ^
//! fix     set `allowPrivilegeEscalation: false`
//! ```

use std::io;

use model::{Judgement, Misconfiguration, Severity};

use super::page::{Ink, Page};
use super::words::count;
use super::{gaps, words};
use crate::text::{cut, safe, width};
use crate::{Detail, View};

/// Columns of the bar left of an excerpt: the line's number fits in front of it.
const GUTTER: usize = 6;

pub(super) fn write(judgement: &Judgement, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page::new(view, out);
    answer(judgement, &mut page)?;
    let mut object = "";
    for what in counting(judgement) {
        if what.object != object {
            object = &what.object;
            page.gap()?;
            page.line(&[
                (Ink::Heading, object),
                (Ink::Quiet, "  "),
                (Ink::Quiet, &what.spot.file),
            ])?;
        }
        finding(what, &mut page)?;
    }
    gaps::list(&judgement.gaps, &mut page)?;
    page.finish()
}

/// Returns the findings that nobody waived.
fn counting(judgement: &Judgement) -> impl Iterator<Item = &Misconfiguration> {
    judgement.found.iter().filter(|what| what.waived.is_none())
}

fn answer(judgement: &Judgement, page: &mut Page<'_>) -> io::Result<()> {
    let of = |severity| {
        let found = counting(judgement).filter(|what| what.severity == severity);
        (severity, found.count())
    };
    let severities = [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
    ];
    let mut parts: Vec<String> = severities
        .map(of)
        .into_iter()
        .filter(|(_, found)| *found > 0)
        .map(|(severity, found)| format!("{found} {}", severity.to_string().to_lowercase()))
        .collect();
    let ink = match counting(judgement).map(|what| what.severity).max() {
        None => Ink::Good,
        Some(severity) => severity.into(),
    };
    if parts.is_empty() {
        parts.push("nothing".to_owned());
    }
    let waived = judgement.found.len() - counting(judgement).count();
    if waived > 0 {
        parts.push(format!("{waived} waived with a reason"));
    }
    if !judgement.gaps.is_empty() {
        let gaps = count(judgement.gaps.len(), "gap");
        parts.push(format!("{gaps} in what was looked at (see the end)"));
    }
    let objects = count(judgement.objects, "object");
    page.labelled(
        (ink, "FOUND"),
        &format!("{} in {objects}", parts.join(", ")),
    )
}

fn finding(what: &Misconfiguration, page: &mut Page<'_>) -> io::Result<()> {
    page.gap()?;
    let severity = format!("{:<8}", words::short(what.severity));
    page.line(&[
        (what.severity.into(), &severity),
        (Ink::Heading, what.rule.id),
        (Ink::Plain, "  "),
        (Ink::Plain, what.rule.title),
    ])?;
    let spot = &what.spot;
    let container = what
        .container
        .as_deref()
        .map(|name| format!("container {name}: "));
    let message = format!("{}{}", container.unwrap_or_default(), what.message);
    page.labelled((Ink::Plain, ""), &message)?;
    let place = format!("{}:{}:{}", spot.file, spot.line, spot.column);
    page.labelled((Ink::Quiet, "  -->"), &place)?;
    excerpt(what, page)?;
    page.labelled((Ink::Good, "fix"), what.rule.fix)?;
    if page.view.detail == Detail::Wide {
        page.labelled((Ink::Quiet, "why"), what.rule.concern)?;
        page.labelled((Ink::Quiet, "also"), &what.rule.maps_to.join(", "))?;
        page.labelled((Ink::Quiet, "pointer"), &spot.pointer)?;
    }
    Ok(())
}

/// Shows the line and a caret below the place; blanks that all lines share stay.
fn excerpt(what: &Misconfiguration, page: &mut Page<'_>) -> io::Result<()> {
    let spot = &what.spot;
    let before: String = spot.excerpt.chars().take(spot.column - 1).collect();
    let line = safe(&spot.excerpt);
    let room = page.width() - GUTTER - 2;
    let number = format!("{:>1$} | ", spot.line, GUTTER - 1);
    page.line(&[(Ink::Quiet, &number), (Ink::Plain, &cut(&line, room))])?;
    let caret = width(&safe(&before));
    if caret < room {
        let bar = format!("{:>1$} | ", "", GUTTER - 1);
        let caret = format!("{}^", " ".repeat(caret));
        page.line(&[(Ink::Quiet, &bar), (Ink::Bad, &caret)])?;
    }
    Ok(())
}
