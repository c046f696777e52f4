//! Policies that stand in `ConfigMaps` and in files of their own: each is read as `serve` reads it.

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
        match object.written_kind() {
            "ConfigMap" => {
                let data = object.root.get("data").map_or(&[][..], Node::entries);
                let policies = data.iter().filter_map(|it| {
                    let text = it.value.as_str()?;
                    let place = format!("ConfigMap/{} {}", object.name(), it.name);
                    text.contains("kind: ImagePolicy")
                        .then(|| (place, text.to_owned()))
                });
                texts.extend(policies);
            }
            "ImagePolicy" => {
                let text = String::from_utf8_lossy(&object.source.text);
                texts.push((object.file.to_string(), text.into_owned()));
            }
            _ => {}
        }
    }
    texts
}
