//! What rules found in Kubernetes objects; documented in `docs/judge-manifests.md`.

use model::{Change, Edit, Judgement, Misconfiguration, Severity};
use serde::Serialize;

use super::seaworthy::NotSeen;

/// The whole answer.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Document<'a> {
    /// Grows by one when a key changes its meaning.
    schema_version: u8,
    objects: usize,
    misconfigurations: Vec<Found<'a>>,
    gaps: Vec<NotSeen<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Found<'a> {
    #[serde(rename = "ID")]
    id: &'static str,
    title: &'static str,
    severity: Severity,
    message: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
    pointer: &'a str,
    object: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    container: Option<&'a str>,
    concern: &'static str,
    fix: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    edit: Option<EditedBy<'a>>,
    maps_to: &'static [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    waived: Option<Waived<'a>>,
}

/// One of `Set` and `AddItem`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct EditedBy<'a> {
    pointer: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    set: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    add_item: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Waived<'a> {
    reason: &'a str,
    place: &'a str,
}

impl<'a> Document<'a> {
    pub(super) fn new(judgement: &'a Judgement) -> Self {
        Self {
            schema_version: 1,
            objects: judgement.objects,
            misconfigurations: judgement.found.iter().map(found).collect(),
            gaps: judgement.gaps.iter().map(NotSeen::new).collect(),
        }
    }
}

fn found(what: &Misconfiguration) -> Found<'_> {
    Found {
        id: what.rule.id,
        title: what.rule.title,
        severity: what.severity,
        message: &what.message,
        file: &what.spot.file,
        line: what.spot.line,
        column: what.spot.column,
        pointer: &what.spot.pointer,
        object: &what.object,
        container: what.container.as_deref(),
        concern: what.rule.concern,
        fix: what.rule.fix,
        edit: what.edit.as_ref().map(edit),
        maps_to: what.rule.maps_to,
        waived: what.waived.as_ref().map(|waiver| Waived {
            reason: &waiver.reason,
            place: &waiver.place,
        }),
    }
}

fn edit(edit: &Edit) -> EditedBy<'_> {
    let (set, add_item) = match edit.change {
        Change::Set(value) => (Some(value), None),
        Change::AddItem(item) => (None, Some(item)),
    };
    EditedBy {
        pointer: &edit.pointer,
        set,
        add_item,
    }
}
