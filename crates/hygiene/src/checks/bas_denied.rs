//! The base is none of those that are allowed, where a list was given.

use model::BaseEvidence;

use crate::prelude::*;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "BAS-DENIED",
        title: "base image is not allowed",
        severity: Severity::High,
        concern: "only bases that somebody answers for are checked and mended",
        fix: "FROM one of the bases of --allowed-bases, which --bases knows by its layers",
        maps_to: &["CIS Docker 4.2", "NIST SP 800-190 4.1.5"],
    },
    ask: Some(ask),
    bad: &[
        "ALLOW debian:*\nBASE shop/base:1 1",
        "ALLOW debian:*\nBASE debian:12 0",
        "ALLOW docker.io/library/*\nBASE shop/python:3 1",
        "ALLOW python:*\nBASE registry.example.org/library/python:3 1",
    ],
    good: &[
        "ALLOW debian:*\nBASE debian:12 1",
        "ALLOW docker.io/library/*\nBASE python:3 1",
        "ALLOW docker.io/library/python:3\nBASE python:3 1",
        "ALLOW python:*\nBASE index.docker.io/library/python:3 1",
        "ALLOW docker.io/*\nBASE shop/base:1 1",
        "ALLOW *\nBASE registry.example.org/base:1 1",
        "BASE shop/base:1 0",
    ],
};

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let input = asking.facts.input;
    let (Some(base), [_, ..]) = (input.base, input.allowed_bases) else {
        return;
    };
    // labels and history are what whoever builds the image writes
    let is_proved = base.told_by == BaseEvidence::Chain;
    let is_allowed = input.allowed_bases.iter().any(|it| fits(it, &base.name));
    let name = short(&base.name);
    let told = base.told_by.confidence();
    let message = match (&*base.name, is_allowed, is_proved) {
        (_, true, true) => return,
        ("", ..) => "the base is not known, and only known ones are allowed".to_owned(),
        (_, true, false) => format!("the base {name} is not proved by its layers ({told})"),
        _ => format!("the base {name} ({told}) is none of those that are allowed"),
    };
    hits.push(Hit::new(message));
}

/// Whether a name is one, as it is written or in full; `*` at the end stands for any rest.
fn fits(allowed: &str, name: &str) -> bool {
    is_like(allowed, name) || is_like(&whole(allowed), &whole(name))
}

/// Returns a name, or the beginning of one, with registry and folder: `python:3` is one of Docker Hub's
/// `library`.
fn whole(name: &str) -> String {
    let hubs = ["docker.io/", "index.docker.io/"];
    let of_hub = hubs.iter().find_map(|hub| name.strip_prefix(hub));
    let (first, is_deep) = match name.split_once('/') {
        Some((first, _)) => (first, true),
        None => (name, false),
    };
    let is_host = |first: &str| first.contains(['.', ':']) || first == "localhost";
    match of_hub {
        // `docker.io/*` is all of it
        Some(rest) if rest.contains('/') || rest.ends_with('*') => format!("docker.io/{rest}"),
        Some(rest) => format!("docker.io/library/{rest}"),
        None if is_deep && is_host(first) => name.to_owned(),
        None if is_deep => format!("docker.io/{name}"),
        None => format!("docker.io/library/{name}"),
    }
}

fn is_like(allowed: &str, name: &str) -> bool {
    match allowed.strip_suffix('*') {
        Some(start) => !name.is_empty() && name.starts_with(start),
        None => name == allowed,
    }
}
