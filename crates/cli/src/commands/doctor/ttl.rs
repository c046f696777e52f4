//! What the plugin `ImagePolicyWebhook` is told: how long verdicts are kept, and what happens while nobody
//! answers.
//!
//! Source of truth: `admission.md` §1.2, the plugin's bounds and defaults.

use std::path::Path;

use yaml::Node;

use super::{Around, MAX_FILE, Report, State, webhook};
use crate::settings::own_file;

/// Seconds that the API server takes for a TTL.
const TTL: std::ops::RangeInclusive<i64> = 1..=1800;
/// Milliseconds that it takes between tries.
const BACKOFF: std::ops::RangeInclusive<i64> = 1..=300_000;
/// Seconds after which an exception or a new flaw should count.
const LONG: i64 = 60;

/// Looks at each configuration of the plugin, in the API server's or in the file that it names.
pub(super) fn check(around: &Around<'_>, report: &mut Report) {
    for object in around.objects {
        let plugins = object.root.get("plugins").map_or(&[][..], Node::items);
        for plugin in plugins {
            if plugin.get("name").and_then(Node::as_str) != Some("ImagePolicyWebhook") {
                continue;
            }
            if let Some(within) = plugin.at("/configuration/imagePolicy") {
                one(
                    within,
                    (&format!("{} ImagePolicyWebhook", object.file), report),
                );
            }
            if let Some(path) = plugin.get("path").and_then(Node::as_str) {
                file(path, &object.file, report);
            }
        }
    }
}

fn file(path: &str, of: &str, report: &mut Report) {
    let read = |path: &Path| own_file::read(path, MAX_FILE);
    let bytes = read(Path::new(path)).or_else(|_| read(&webhook::beside(of, path)));
    let about = format!("{path} ImagePolicyWebhook");
    let root = bytes.map_err(|error| error.to_string()).and_then(|bytes| {
        let read = yaml::read_one(&bytes, &yaml::Limits::default());
        read.map(|document| document.root)
            .map_err(|problem| problem.to_string())
    });
    match root.as_ref().map(|root| root.get("imagePolicy")) {
        Ok(Some(plugin)) => one(plugin, (&about, report)),
        Ok(None) => report.add(State::Broken, &about, "it has no imagePolicy"),
        Err(why) => report.add(State::Broken, &about, format!("it is not read: {why}")),
    }
}

fn one(plugin: &Node, (about, report): (&str, &mut Report)) {
    // the plugin does not tell capitals apart
    let of = |name: &str| {
        plugin
            .entries()
            .iter()
            .find(|it| it.name.eq_ignore_ascii_case(name))
    };
    for (name, unit, bounds) in [
        ("allowTTL", "s", TTL),
        ("denyTTL", "s", TTL),
        ("retryBackoff", "ms", BACKOFF),
    ] {
        let value = of(name).and_then(|it| it.value.as_int());
        match value {
            None | Some(0) if name == "retryBackoff" => {
                report.add(
                    State::Doubtful,
                    about,
                    "retryBackoff is 0: five tries follow each other without a pause",
                );
            }
            None | Some(0) => {
                let text =
                    format!("{name} is 0: no verdict is kept, and each container asks again");
                report.add(State::Doubtful, about, text);
            }
            Some(value) if !bounds.contains(&value) => {
                let text = format!(
                    "{name} is {value} {unit}: the API server takes {} to {} and does not start",
                    bounds.start(),
                    bounds.end()
                );
                report.add(State::Broken, about, text);
            }
            Some(value) if unit == "s" && value > LONG => {
                let text = format!(
                    "{name} is {value} s: so long a new exception or a new flaw has no effect"
                );
                report.add(State::Doubtful, about, text);
            }
            Some(value) => report.add(State::Well, about, format!("{name} is {value} {unit}")),
        }
    }
    let is_open = of("defaultAllow")
        .and_then(|it| it.value.as_bool())
        .unwrap_or(false);
    let text = if is_open {
        "defaultAllow is true: while nobody answers, every pod is let in"
    } else {
        "defaultAllow is false: while nobody answers, no pod starts, that of the server neither"
    };
    report.add(State::Well, about, text);
}
