//! Whether an API server starts with its `AdmissionConfiguration`, and what that tells the plugin
//! `ImagePolicyWebhook`.
//!
//! Source of truth: `admission.md` §1.2. The configuration is read strictly, the plugin's part in it is not.

use std::path::Path;

use manifest::Object;
use yaml::Node;

use super::{Around, Report, State, ttl, webhook};

const API_VERSION: &str = "apiserver.config.k8s.io/v1";
const NAME: &str = "ImagePolicyWebhook";

/// Looks at each configuration, and at the files that it names.
pub(super) fn check(around: &Around<'_>, report: &mut Report) {
    let is_of = |it: &&Object| it.written_kind() == "AdmissionConfiguration";
    for object in around.objects.iter().filter(is_of) {
        for why in refusals(object) {
            let text = format!("{why}: the API server does not start");
            report.add(State::Broken, &object.file, text);
        }
        for plugin in plugins(object) {
            if plugin.get("name").and_then(Node::as_str) == Some(NAME) {
                told(plugin, &object.file, report);
            }
        }
    }
}

fn plugins(object: &Object) -> &[Node] {
    object.root.get("plugins").map_or(&[], Node::items)
}

/// Returns why the API server does not read a configuration.
fn refusals(object: &Object) -> Vec<String> {
    let mut whys = Vec::new();
    if object.api_version() != API_VERSION {
        whys.push(format!(
            "apiVersion is `{}`, and not {API_VERSION}",
            object.api_version()
        ));
    }
    let top = (&object.root, &["apiVersion", "kind", "plugins"][..]);
    let of_plugins = plugins(object)
        .iter()
        .map(|it| (it, &["name", "path", "configuration"][..]));
    for (node, known) in std::iter::once(top).chain(of_plugins) {
        let names = node.entries().iter().map(|it| &*it.name);
        let unknown = names.filter(|name| !known.contains(name));
        whys.extend(unknown.map(|name| format!("there is no field `{name}`")));
    }
    let twice = object.duplicates.iter();
    whys.extend(twice.map(|it| format!("`{}` stands there twice", it.name)));
    whys
}

/// Looks at what the plugin is told: there, else in the file that is named.
fn told(plugin: &Node, file: &str, report: &mut Report) {
    let about = format!("{file} {NAME}");
    let within = plugin.get("configuration").filter(|it| !it.is_null());
    let path = plugin.get("path").and_then(Node::as_str);
    match (within, path) {
        (Some(root), _) => configuration(root, (file, &about), report),
        (None, Some(path)) => {
            let about = format!("{path} {NAME}");
            match document(file, path) {
                Ok(root) => configuration(&root, (file, &about), report),
                Err(why) => report.add(State::Broken, &about, format!("it is not read: {why}")),
            }
        }
        (None, None) => {
            let text = "it has neither configuration nor path: the API server does not start";
            report.add(State::Broken, &about, text);
        }
    }
}

/// Reads the file that a configuration names by its path from there.
fn document(of: &str, path: &str) -> Result<Node, String> {
    let bytes = webhook::read_named(of, path).map_err(|error| error.to_string())?;
    let read = yaml::read_one(&bytes, &yaml::Limits::default());
    read.map(|document| document.root)
        .map_err(|problem| problem.to_string())
}

fn configuration(root: &Node, (file, about): (&str, &str), report: &mut Report) {
    let Some(plugin) = field(root, "imagePolicy") else {
        return report.add(State::Broken, about, "it has no imagePolicy");
    };
    kubeconfig(plugin, file, (about, report));
    ttl::check(plugin, (about, report));
}

/// Looks for the file that says where the server is.
fn kubeconfig(plugin: &Node, of: &str, (about, report): (&str, &mut Report)) {
    let named = field(plugin, "kubeConfigFile").and_then(Node::as_str);
    let Some(named) = named.filter(|named| !named.is_empty()) else {
        let text = "kubeConfigFile names no file: the API server does not start";
        return report.add(State::Broken, about, text);
    };
    let beside = webhook::beside(of, named);
    if !Path::new(named).is_file() && !beside.iter().any(|place| place.is_file()) {
        let text = format!("kubeConfigFile: there is no {named}, nor is it beside {of}");
        report.add(State::Broken, about, text);
    } else if Path::new(named).is_relative() {
        let text = format!(
            "kubeConfigFile is {named}: it is looked for in the folder where the API server runs, and not beside this file"
        );
        report.add(State::Doubtful, about, text);
    }
}

/// Returns a field of the plugin's part, where capitals make no difference and null is nothing.
pub(super) fn field<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let mut entries = node.entries().iter();
    let entry = entries.find(|it| it.name.eq_ignore_ascii_case(name));
    entry.map(|it| &it.value).filter(|it| !it.is_null())
}
