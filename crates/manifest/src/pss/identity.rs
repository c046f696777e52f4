//! Who a container runs as, and what it may become.

use yaml::Node;

use super::subject::{Found, Setters, Subject, containers, found, is};

pub(super) fn privileged(subject: &Subject<'_>) -> Option<Found> {
    let setters = Setters::of_containers(subject, &["privileged"], is(true));
    if setters.is_empty() {
        return None;
    }
    let who = setters.words();
    found(
        "privileged",
        format!("{who} must not set securityContext.privileged=true"),
    )
}

pub(super) fn proc_mount(subject: &Subject<'_>) -> Option<Found> {
    let setters = Setters::of_containers(subject, &["procMount"], |mount| {
        mount.as_str().filter(|mount| *mount != "Default")
    });
    if setters.is_empty() {
        return None;
    }
    let (who, what) = (setters.words(), setters.quoted_values());
    found(
        "procMount",
        format!("{who} must not set securityContext.procMount to {what}"),
    )
}

pub(super) fn escalation(subject: &Subject<'_>) -> Option<Found> {
    let names = subject.names(|container| {
        let set = container.security(&["allowPrivilegeEscalation"]);
        set.and_then(Node::as_bool) != Some(false)
    });
    if names.is_empty() {
        return None;
    }
    let who = containers(&names);
    found(
        "allowPrivilegeEscalation != false",
        format!("{who} must set securityContext.allowPrivilegeEscalation=false"),
    )
}

pub(super) fn non_root(subject: &Subject<'_>) -> Option<Found> {
    const REASON: &str = "runAsNonRoot != true";
    let setters = Setters::of(subject, &["runAsNonRoot"], is(false));
    if !setters.is_empty() {
        let who = setters.words();
        let detail = format!("{who} must not set securityContext.runAsNonRoot=false");
        return found(REASON, detail);
    }
    let of = |node: Option<&Node>| node.and_then(Node::as_bool);
    let is_pod_good = of(subject.security(&["runAsNonRoot"])) == Some(true);
    let names = subject
        .names(|container| !is_pod_good && of(container.security(&["runAsNonRoot"])).is_none());
    if names.is_empty() {
        return None;
    }
    let who = containers(&names);
    let detail = format!("pod or {who} must set securityContext.runAsNonRoot=true");
    found(REASON, detail)
}

pub(super) fn user(subject: &Subject<'_>) -> Option<Found> {
    let bad = |user: &Node| (user.as_int() == Some(0)).then_some("");
    let setters = Setters::of(subject, &["runAsUser"], bad);
    if setters.is_empty() {
        return None;
    }
    let who = setters.words();
    found("runAsUser=0", format!("{who} must not set runAsUser=0"))
}
