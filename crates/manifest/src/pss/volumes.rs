//! Volumes by their source.

use crate::volume::{is_allowed, name, source};
use crate::workload::below;

use super::subject::{Found, Subject, found, plural, quoted, uses};

pub(super) fn host_path(subject: &Subject<'_>) -> Option<Found> {
    let volumes = subject.pod.volumes().iter();
    let names: Vec<&str> = volumes
        .filter(|volume| below(volume, &["hostPath"]).is_some())
        .map(name)
        .collect();
    if names.is_empty() {
        return None;
    }
    let noun = plural("volume", names.len());
    found("hostPath volumes", format!("{noun} {}", quoted(names)))
}

pub(super) fn restricted(subject: &Subject<'_>) -> Option<Found> {
    let mut names = Vec::new();
    let mut kinds = std::collections::BTreeSet::new();
    for volume in subject.pod.volumes() {
        if let Some(kind) = source(volume).filter(|kind| !is_allowed(kind)) {
            names.push(name(volume));
            kinds.insert(kind);
        }
    }
    if names.is_empty() {
        return None;
    }
    let (count, of) = (names.len(), kinds.len());
    let detail = format!(
        "{} {} {} restricted volume {} {}",
        plural("volume", count),
        quoted(names),
        uses(count),
        plural("type", of),
        quoted(kinds)
    );
    found("restricted volume types", detail)
}
