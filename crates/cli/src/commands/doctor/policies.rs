//! Policies that stand in `ConfigMaps` and in files of their own: each is read as `serve` reads it.

use std::path::Path;

use pipeline::review;
use policy::image_policy::{ImagePolicy, Problem};
use yaml::Node;

use super::{Around, Report, State};

/// A policy, and where it stands.
pub(super) type Read = (String, ImagePolicy);

/// Reads all policies; those that cannot be read are told.
pub(super) fn read(around: &Around<'_>, report: &mut Report) -> Vec<Read> {
    let mut read = Vec::new();
    for (place, text) in texts(around) {
        match review::read_policy(&place, &text) {
            Ok(policy) => read.push((place, policy)),
            Err(problems) => {
                let first = problems.first().map(Problem::to_string);
                report.add(State::Broken, &place, first.unwrap_or_default());
            }
        }
    }
    read
}

/// Returns what stands where a policy is, with the place.
fn texts(around: &Around<'_>) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for object in around.objects {
        if object.written_kind() == "ConfigMap" {
            let data = object.root.get("data").map_or(&[][..], Node::entries);
            let data = data
                .iter()
                .filter_map(|it| Some((&*it.name, it.value.as_str()?)));
            let data: Vec<(&str, &str)> = data.collect();
            let named: Vec<String> = data.iter().filter_map(|(_, text)| named(text)).collect();
            let policies = data
                .iter()
                .filter(|(name, text)| named.iter().any(|it| it == name) || is_policy(text));
            texts.extend(policies.map(|(name, text)| {
                let place = format!("ConfigMap/{} {name}", object.name());
                (place, (*text).to_owned())
            }));
        } else if is_of(object.written_kind(), object.api_version()) {
            let text = String::from_utf8_lossy(&object.source.text);
            texts.push((object.file.to_string(), text.into_owned()));
        }
    }
    texts
}

/// Whether a document is a policy, be its kind misspelled.
fn is_of(kind: &str, api: &str) -> bool {
    let is_ours = api.starts_with("seaworthy.dev/");
    kind == "ImagePolicy" || is_ours && kind != "ImagePolicyTest"
}

fn is_policy(text: &str) -> bool {
    match yaml::read_one(text.as_bytes(), &yaml::Limits::default()) {
        Ok(document) => {
            let word = |name: &str| document.root.get(name).and_then(Node::as_str);
            is_of(
                word("kind").unwrap_or_default(),
                word("apiVersion").unwrap_or_default(),
            )
        }
        Err(_) => text.contains("kind: ImagePolicy"),
    }
}

/// Returns which file options of `serve` name as the policy.
fn named(text: &str) -> Option<String> {
    let document = yaml::read_one(text.as_bytes(), &yaml::Limits::default()).ok()?;
    let policy = document.root.get("policy").and_then(Node::as_str)?;
    let name = Path::new(policy).file_name()?;
    Some(name.to_string_lossy().into_owned())
}
