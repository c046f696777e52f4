//! AppArmor, SELinux and seccomp: in fields, and in the annotations that were before them.

use std::collections::BTreeSet;

use yaml::Node;

use super::subject::{Found, Setters, Subject, containers, found, plural, quoted};

const APPARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";
const SECCOMP_OF_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP: &str = "container.seccomp.security.alpha.kubernetes.io/";

pub(super) fn app_armor(subject: &Subject<'_>) -> Option<Found> {
    let setters = Setters::of(subject, &["appArmorProfile"], forbidden_type);
    let annotations: BTreeSet<String> = subject
        .pod
        .annotations()
        .filter(|(key, value)| {
            let is_good =
                matches!(*value, "" | "runtime/default") || value.starts_with("localhost/");
            key.starts_with(APPARMOR) && !is_good
        })
        .map(|(key, value)| format!("{key}={value:?}"))
        .collect();
    let mut who: Vec<String> = Vec::new();
    if !setters.is_empty() {
        who.push(setters.words());
    }
    if !annotations.is_empty() {
        who.push(plural("annotation", annotations.len()));
    }
    if who.is_empty() {
        return None;
    }
    let values = setters.values.iter().copied();
    let values: Vec<&str> = values
        .chain(annotations.iter().map(|text| &**text))
        .collect();
    let reason = plural("forbidden AppArmor profile", values.len());
    let (who, what) = (who.join(" and "), quoted(values));
    found(
        reason,
        format!("{who} must not set AppArmor profile type to {what}"),
    )
}

pub(super) fn selinux(subject: &Subject<'_>) -> Option<Found> {
    selinux_of(subject, 0)
}

pub(super) fn selinux_1_31(subject: &Subject<'_>) -> Option<Found> {
    selinux_of(subject, 31)
}

fn selinux_of(subject: &Subject<'_>, minor: u32) -> Option<Found> {
    let types = Setters::of(subject, &["seLinuxOptions"], |options| {
        forbidden_selinux_type(options, minor)
    });
    let with = |name: &'static str| {
        Setters::of(subject, &["seLinuxOptions"], move |options| {
            is_set(options, name).then_some("")
        })
    };
    let any = Setters::of(subject, &["seLinuxOptions"], |options| {
        let is_bad = forbidden_selinux_type(options, minor).is_some()
            || is_set(options, "user")
            || is_set(options, "role");
        is_bad.then_some("")
    });
    if any.is_empty() {
        return None;
    }
    let mut what = Vec::new();
    if !types.is_empty() {
        let noun = plural("type", types.values.len());
        what.push(format!("{noun} {}", types.quoted_values()));
    }
    for name in ["user", "role"] {
        if !with(name).is_empty() {
            what.push(format!("{name} may not be set"));
        }
    }
    let (who, what) = (any.words(), what.join("; "));
    found(
        "seLinuxOptions",
        format!("{who} set forbidden securityContext.seLinuxOptions: {what}"),
    )
}

fn forbidden_selinux_type(options: &Node, minor: u32) -> Option<&str> {
    Some(type_of(options)).filter(|kind| !crate::selinux::is_confined(kind, minor))
}

fn is_set(options: &Node, name: &str) -> bool {
    let text = options.get(name).and_then(Node::as_str);
    text.is_some_and(|text| !text.is_empty())
}

pub(super) fn seccomp_annotations(subject: &Subject<'_>) -> Option<Found> {
    let names = subject.names(|_| true);
    let is_meant = |key: &str| {
        let container = key.strip_prefix(SECCOMP);
        key == SECCOMP_OF_POD || container.is_some_and(|name| names.contains(&name))
    };
    let annotations: BTreeSet<String> = subject
        .pod
        .annotations()
        .filter(|(key, value)| {
            let is_good = matches!(*value, "runtime/default" | "docker/default")
                || value.starts_with("localhost/");
            is_meant(key) && !is_good
        })
        .map(|(key, value)| format!("{key}={value:?}"))
        .collect();
    if annotations.is_empty() {
        return None;
    }
    let noun = plural("annotation", annotations.len());
    let list: Vec<String> = annotations.into_iter().collect();
    found(
        "seccompProfile",
        format!("forbidden {noun} {}", list.join(", ")),
    )
}

pub(super) fn seccomp(subject: &Subject<'_>) -> Option<Found> {
    let setters = Setters::of(subject, &["seccompProfile"], forbidden_type);
    if setters.is_empty() {
        return None;
    }
    let (who, what) = (setters.words(), setters.quoted_values());
    found(
        "seccompProfile",
        format!("{who} must not set securityContext.seccompProfile.type to {what}"),
    )
}

pub(super) fn seccomp_restricted(subject: &Subject<'_>) -> Option<Found> {
    if let Some(found) = seccomp(subject) {
        return Some(found);
    }
    if subject.security(&["seccompProfile"]).is_some() {
        return None;
    }
    let names = subject.names(|container| container.security(&["seccompProfile"]).is_none());
    if names.is_empty() {
        return None;
    }
    let who = containers(&names);
    found(
        "seccompProfile",
        format!(
            "pod or {who} must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\""
        ),
    )
}

fn type_of(profile: &Node) -> &str {
    let kind = profile.get("type").and_then(Node::as_str);
    kind.unwrap_or_default()
}

/// Returns the type of a profile that is neither that of the runtime nor a file on the node.
fn forbidden_type(profile: &Node) -> Option<&str> {
    Some(type_of(profile)).filter(|kind| !matches!(*kind, "RuntimeDefault" | "Localhost"))
}
