//! The configuration of an image, from its JSON.

use std::collections::BTreeMap;

use model::{Digest, Gap, GapKind, ImageConfig, Platform, hides};
use serde_json::value::RawValue;

use crate::{ImageError, ambiguous, document};

/// Parses a configuration. One of too many objects is read without its history, and that is a gap: no
/// builder writes so many steps, and all else of the image can be judged.
pub(crate) fn parse(bytes: &[u8], name: &str) -> Result<(ImageConfig, Option<Gap>), ImageError> {
    let without = document::has_too_many_objects(bytes).then(|| without_history(bytes));
    let Some(short) = without.flatten() else {
        return Ok((document::parse(bytes, name)?, None));
    };
    let why = "its history has too many steps, and none was read";
    let gap = Gap::new(GapKind::Limited, name, why, hides::HISTORY);
    Ok((document::parse(&short, name)?, Some(gap)))
}

/// Returns it without its history; none if it has none, is no object, or says something twice.
fn without_history(bytes: &[u8]) -> Option<Vec<u8>> {
    if ambiguous::twice(bytes).is_some() {
        return None;
    }
    let mut fields: BTreeMap<String, &RawValue> = serde_json::from_slice(bytes).ok()?;
    fields.remove("history")?;
    serde_json::to_vec(&fields).ok()
}

/// Returns the diffIDs; a malformed one is an error that names it.
pub(crate) fn diff_ids(config: &ImageConfig, name: &str) -> Result<Vec<Digest>, ImageError> {
    config
        .rootfs
        .diff_ids
        .iter()
        .map(|text| {
            text.parse()
                .map_err(|bad: model::BadDigest| ImageError::Malformed {
                    what: name.to_owned(),
                    why: format!("diffID: {bad}"),
                })
        })
        .collect()
}

/// Returns what the image runs on; old configurations without a word mean Linux on amd64.
pub(crate) fn platform(config: &ImageConfig) -> Platform {
    let or = |text: &str, default: &str| {
        if text.is_empty() {
            default.to_owned()
        } else {
            text.to_owned()
        }
    };
    Platform {
        os: or(&config.os, "linux"),
        architecture: or(&config.architecture, "amd64"),
        variant: config.variant.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_null_for_absent_and_keeps_what_is_there() {
        let json = br#"{"architecture":"arm64","variant":"v8","config":{"Cmd":null,
            "Env":["A=1"],"Volumes":{"/data":{}},"Healthcheck":{"Test":["NONE"]}},
            "history":[{"created_by":"x","empty_layer":true}],"rootfs":null,"unknown":[1]}"#;
        let (config, gap) = parse(json, "config").unwrap();
        assert_eq!(gap, None);
        assert_eq!(config.config.env, ["A=1"]);
        assert!(config.config.volumes.contains_key("/data"));
        assert!(config.history[0].empty_layer);
        assert_eq!(platform(&config).to_string(), "linux/arm64/v8");
        assert!(diff_ids(&config, "config").unwrap().is_empty());
        assert!(parse(b"not json", "config").is_err());
        assert!(parse(br#"{"config":{"Env":"A=1"}}"#, "config").is_err());
    }

    #[test]
    fn a_history_without_end_is_a_gap() {
        let step = r#"{"created_by":"RUN x","empty_layer":true}"#;
        for (steps, kept, is_gap) in [(1_000, 1_000, false), (100_000, 0, true)] {
            let steps = vec![step; steps].join(",");
            let json = format!(r#"{{"os":"linux","history":[{steps}],"config":{{"User":"7"}}}}"#);
            let (config, gap) = parse(json.as_bytes(), "config").unwrap();
            assert_eq!(config.config.user, "7");
            assert_eq!((config.history.len(), gap.is_some()), (kept, is_gap));
        }
        let objects = vec!["{}"; 100_001].join(",");
        for hostile in [
            format!(r#"{{"unknown":[{objects}],"history":[]}}"#),
            format!("[{objects}]"),
            format!(r#"{{"config":{{"User":"0"}},"history":[{objects}],"config":{{}}}}"#),
        ] {
            assert!(parse(hostile.as_bytes(), "config").is_err());
        }
    }
}
