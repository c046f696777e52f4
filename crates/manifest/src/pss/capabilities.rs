//! Capabilities that containers add, and do not drop.

use yaml::Node;

use crate::capability::DEFAULT;

use super::subject::{Found, Setters, Subject, containers, found};

pub(super) fn baseline(subject: &Subject<'_>) -> Option<Found> {
    let words = added_beyond(subject, DEFAULT)?;
    found("non-default capabilities", words)
}

pub(super) fn restricted(subject: &Subject<'_>) -> Option<Found> {
    let keeping = subject.names(|container| {
        let dropped = container.security(&["capabilities", "drop"]);
        let mut dropped = dropped.map(Node::items).unwrap_or_default().iter();
        !dropped.any(|name| name.as_str() == Some("ALL"))
    });
    let mut words = Vec::new();
    if !keeping.is_empty() {
        let keeping = containers(&keeping);
        words.push(format!(
            "{keeping} must set securityContext.capabilities.drop=[\"ALL\"]"
        ));
    }
    words.extend(added_beyond(subject, &["NET_BIND_SERVICE"]));
    if words.is_empty() {
        return None;
    }
    found("unrestricted capabilities", words.join("; "))
}

/// Says which containers add other capabilities than the allowed.
fn added_beyond(subject: &Subject<'_>, allowed: &[&str]) -> Option<String> {
    let mut setters = Setters::default();
    for container in subject.containers() {
        let added = container.security(&["capabilities", "add"]);
        let added = added.map(Node::items).unwrap_or_default().iter();
        let bad: Vec<&str> = added
            .filter_map(Node::as_str)
            .filter(|name| !allowed.contains(name))
            .collect();
        if !bad.is_empty() {
            setters.containers.push(container.name());
            setters.values.extend(bad);
        }
    }
    if setters.is_empty() {
        return None;
    }
    let (who, what) = (setters.words(), setters.quoted_values());
    Some(format!(
        "{who} must not include {what} in securityContext.capabilities.add"
    ))
}
