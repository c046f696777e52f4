//! A pod as the checks see it, and the words that they share.

use std::collections::BTreeSet;

use yaml::Node;

use crate::workload::{Container, Pod, Role};

/// Which ports of the node a pod takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostPorts {
    /// Those that it names.
    Written,
    /// In the network of the node, all that its containers name: what the API server does to a Pod,
    /// but not to the template of one.
    Defaulted,
}

/// A pod that is judged.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The pod.
    pub pod: Pod<'a>,
    /// Which ports of the node it takes.
    pub host_ports: HostPorts,
}

/// What a check found.
#[derive(Debug)]
pub(super) struct Found {
    pub reason: String,
    pub detail: String,
}

/// Makes what a check found.
#[expect(clippy::unnecessary_wraps, reason = "every check ends with it")]
pub(super) fn found(reason: impl Into<String>, detail: String) -> Option<Found> {
    Some(Found {
        reason: reason.into(),
        detail,
    })
}

impl<'a> Subject<'a> {
    /// Returns the containers in the order of the admission controller.
    pub(super) fn containers(&self) -> impl Iterator<Item = Container<'a>> {
        self.pod
            .containers(&[Role::Init, Role::Main, Role::Ephemeral])
    }

    /// Returns a value of the pod's security context; null is none.
    pub(super) fn security(&self, path: &[&str]) -> Option<&'a Node> {
        self.pod.security(path)
    }

    /// Returns the names of the containers for which something is so.
    pub(super) fn names(&self, is_so: impl Fn(&Container<'a>) -> bool) -> Vec<&'a str> {
        self.containers()
            .filter(is_so)
            .map(|container| container.name())
            .collect()
    }

    pub(super) fn is_windows(&self) -> bool {
        self.pod.is_windows()
    }

    pub(super) fn is_in_user_namespace(&self) -> bool {
        self.pod.is_in_user_namespace()
    }
}

/// The pod, and the containers, that set something to a bad value.
#[derive(Debug, Default)]
pub(super) struct Setters<'a> {
    pub is_pod: bool,
    pub containers: Vec<&'a str>,
    /// The bad values.
    pub values: BTreeSet<&'a str>,
}

impl<'a> Setters<'a> {
    /// Returns who sets a value of the security context for which `bad` returns what is bad about it.
    pub(super) fn of(
        subject: &Subject<'a>,
        path: &[&str],
        bad: impl Fn(&'a Node) -> Option<&'a str>,
    ) -> Self {
        let mut setters = Self::of_containers(subject, path, &bad);
        if let Some(value) = subject.security(path).and_then(&bad) {
            setters.is_pod = true;
            setters.values.insert(value);
        }
        setters
    }

    /// Returns which containers set it.
    pub(super) fn of_containers(
        subject: &Subject<'a>,
        path: &[&str],
        bad: impl Fn(&'a Node) -> Option<&'a str>,
    ) -> Self {
        let mut setters = Self::default();
        for container in subject.containers() {
            if let Some(value) = container.security(path).and_then(&bad) {
                setters.containers.push(container.name());
                setters.values.insert(value);
            }
        }
        setters
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.is_pod && self.containers.is_empty()
    }

    /// Returns `pod and containers "a", "b"`, without what is not there.
    pub(super) fn words(&self) -> String {
        let mut words = Vec::new();
        if self.is_pod {
            words.push("pod".to_owned());
        }
        if !self.containers.is_empty() {
            words.push(containers(&self.containers));
        }
        words.join(" and ")
    }

    pub(super) fn quoted_values(&self) -> String {
        quoted(self.values.iter().copied())
    }
}

/// Returns `container "a"` or `containers "a", "b"`.
pub(super) fn containers(names: &[&str]) -> String {
    let noun = plural("container", names.len());
    format!("{noun} {}", quoted(names.iter().copied()))
}

/// Returns the noun, with an `s` but for one.
pub(super) fn plural(noun: &str, count: usize) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{noun}{s}")
}

/// Returns the verb `use` in the form that fits.
pub(super) const fn uses(count: usize) -> &'static str {
    if count == 1 { "uses" } else { "use" }
}

/// Returns `"a", "b"`.
pub(super) fn quoted<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let texts: Vec<&str> = texts.into_iter().collect();
    format!("\"{}\"", texts.join("\", \""))
}

/// For [`Setters`]: a truth that is bad has no value worth telling.
pub(super) fn is<'a>(bad: bool) -> impl Fn(&'a Node) -> Option<&'a str> {
    move |node| (node.as_bool() == Some(bad)).then_some("")
}
