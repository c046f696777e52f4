//! The configuration of an image, from its JSON.

use model::{Digest, ImageConfig, Platform};

use crate::{ImageError, document};

/// Parses a configuration.
pub(crate) fn parse(bytes: &[u8], name: &str) -> Result<ImageConfig, ImageError> {
    document::parse(bytes, name)
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
        let config = parse(json, "config").unwrap();
        assert_eq!(config.config.env, ["A=1"]);
        assert!(config.config.volumes.contains_key("/data"));
        assert!(config.history[0].empty_layer);
        assert_eq!(platform(&config).to_string(), "linux/arm64/v8");
        assert!(diff_ids(&config, "config").unwrap().is_empty());
        assert!(parse(b"not json", "config").is_err());
        assert!(parse(br#"{"config":{"Env":"A=1"}}"#, "config").is_err());
    }
}
