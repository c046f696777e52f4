//! Manifests, indexes and the list of `docker save`, as JSON with unknown fields tolerated.
//!
//! Source of truth: OCI image specification 1.1 ("Image Manifest", "Image Index", "Image Layout"),
//! Docker "Image Manifest Version 2, Schema 2", and Docker's image specification 1.2 for the list.

use std::collections::BTreeMap;

use model::{Digest, ImageConfig, Platform};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{Blobs, ImageError, ambiguous, config};

/// Objects that one document may hold: three bytes of it, `{},`, may take six hundred in memory.
const OBJECTS: usize = 100_000;

/// A document as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Stored {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Digest of the stored bytes, computed by us.
    pub digest: Digest,
    /// Count of the stored bytes.
    pub len: u64,
}

impl Stored {
    /// Takes digest and count of the bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        let digest = Digest::new(Sha256::digest(&bytes).into());
        Self {
            digest,
            len: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            bytes,
        }
    }

    /// Returns what it says as the configuration of an image; `None` if it is no JSON of that form.
    pub fn config(&self) -> Option<ImageConfig> {
        let (config, _gap) = config::parse(&self.bytes, "").ok()?;
        Some(config)
    }

    /// Returns the document as JSON; `None` if it is none.
    pub fn json(&self) -> Option<Value> {
        if has_too_many_objects(&self.bytes) {
            return None;
        }
        serde_json::from_slice(&self.bytes).ok()
    }
}

/// A reference from one document to a blob.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor {
    /// Media type; may be missing or wrong.
    #[serde(default)]
    pub(crate) media_type: String,
    /// Digest as text.
    pub(crate) digest: String,
    /// Bytes of the blob.
    pub(crate) size: u64,
    /// What an image is for.
    pub(crate) platform: Option<OciPlatform>,
    /// Names and remarks.
    #[serde(default)]
    pub(crate) annotations: BTreeMap<String, String>,
}

/// A platform in an index.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct OciPlatform {
    pub(crate) os: String,
    pub(crate) architecture: String,
    pub(crate) variant: String,
}

impl From<&OciPlatform> for Platform {
    fn from(platform: &OciPlatform) -> Self {
        Self {
            os: platform.os.clone(),
            architecture: platform.architecture.clone(),
            variant: platform.variant.clone(),
        }
    }
}

/// An index or a manifest: told apart by what they hold, since media types lie.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Document {
    #[serde(default)]
    pub(crate) artifact_type: String,
    pub(crate) manifests: Option<Vec<Descriptor>>,
    pub(crate) config: Option<Descriptor>,
    pub(crate) layers: Option<Vec<Descriptor>>,
}

/// One image in the list that `docker save` writes (`manifest.json`).
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Saved {
    pub(crate) config: String,
    #[serde(default)]
    pub(crate) repo_tags: Vec<String>,
    #[serde(default)]
    pub(crate) layers: Vec<String>,
}

impl Descriptor {
    /// Returns the digest, or says that it is none.
    pub(crate) fn parsed(&self, named_by: &str) -> Result<Digest, ImageError> {
        self.digest
            .parse()
            .map_err(|bad: model::BadDigest| ImageError::Malformed {
                what: named_by.to_owned(),
                why: bad.to_string(),
            })
    }
}

/// Returns the name of a blob's member in a layout.
pub(crate) fn blob_name(digest: Digest) -> String {
    format!("blobs/sha256/{}", digest.to_hex())
}

/// Reads the blob of a descriptor and proves digest and size.
pub(crate) fn read_verified(
    blobs: &dyn Blobs,
    descriptor: &Descriptor,
    named_by: &str,
    limit: u64,
) -> Result<(Digest, Vec<u8>), ImageError> {
    let want = descriptor.parsed(named_by)?;
    let name = blob_name(want);
    let stored = read(blobs, &name, limit)?.ok_or_else(|| ImageError::Missing {
        what: name.clone(),
        named_by: named_by.to_owned(),
    })?;
    if stored.len != descriptor.size {
        return Err(ImageError::SizeMismatch {
            what: name,
            want: descriptor.size,
            got: stored.len,
        });
    }
    let got = stored.digest;
    if got != want {
        return Err(ImageError::DigestMismatch {
            what: name,
            claim: "its name",
            want,
            got,
        });
    }
    Ok((got, stored.bytes))
}

/// Reads a document whole, with its name in the error.
pub(crate) fn read(
    blobs: &dyn Blobs,
    name: &str,
    limit: u64,
) -> Result<Option<Stored>, ImageError> {
    blobs
        .document(name, limit)
        .map_err(|source| ImageError::Io {
            what: name.to_owned(),
            source,
        })
}

/// Parses JSON of any shape; `null` counts as absent everywhere, as in Go.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(
    bytes: &[u8],
    name: &str,
) -> Result<T, ImageError> {
    let malformed = |error: serde_json::Error| ImageError::Malformed {
        what: name.to_owned(),
        why: if error.is_data() {
            without_value(&error.to_string())
        } else {
            format!("it is not JSON: {error}")
        },
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if has_too_many_objects(bytes) {
        return Err(ImageError::Limit {
            what: name.to_owned(),
            limit: u64::try_from(OBJECTS).unwrap_or(u64::MAX),
            unit: "objects",
        });
    }
    if let Some(twice) = ambiguous::twice(bytes) {
        return Err(ImageError::Malformed {
            what: name.to_owned(),
            why: format!("`{twice}` stands twice in it: readers disagree which counts"),
        });
    }
    let mut value: Value = serde_json::from_slice(bytes).map_err(malformed)?;
    if let Some((one, other)) = ambiguous::names(&value) {
        return Err(ImageError::Malformed {
            what: name.to_owned(),
            why: format!(
                "`{one}` and `{other}` differ only in case: readers disagree which counts"
            ),
        });
    }
    drop_nulls(&mut value);
    serde_json::from_value(value).map_err(malformed)
}

/// Returns what a parser says of a value that does not fit, without the value: it may be a secret.
///
/// `invalid type: string "…", expected a sequence` becomes `invalid type: string, expected a sequence`.
fn without_value(message: &str) -> String {
    let quoted = ["invalid type: ", "invalid value: ", "invalid length: "];
    let said = quoted.iter().find_map(|start| {
        let what = message.strip_prefix(start)?;
        let (value, expected) = what.rsplit_once(", expected ")?;
        // the kind of a value has no quotes; a kind without a value stays
        let kind = value.split([' ', '"', '`']).next()?;
        Some(format!("{start}{kind}, expected {expected}"))
    });
    said.unwrap_or_else(|| {
        // between backticks stand names of ours, and variants and fields of whoever wrote it
        let quotes: &[char] = if message.starts_with("missing field") {
            &['"']
        } else {
            &['"', '`']
        };
        let open = message.find(quotes).unwrap_or(message.len());
        message
            .get(..open)
            .unwrap_or_default()
            .trim_end()
            .to_owned()
    })
}

/// Whether a document holds more objects than are made.
pub(crate) fn has_too_many_objects(json: &[u8]) -> bool {
    objects(json) > OBJECTS
}

/// Counts the braces that open an object; those in texts, where labels hold JSON, are none.
fn objects(json: &[u8]) -> usize {
    let (mut count, mut in_text, mut is_escaped) = (0, false, false);
    for byte in json {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = in_text,
            b'"' => in_text = !in_text,
            b'{' if !in_text => count += 1,
            _ => {}
        }
    }
    count
}

/// The depth of `value` is bounded by the JSON parser (128).
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_hold_no_value() {
        for (message, want) in [
            (
                "invalid type: string \"A=b, expected c\", expected a sequence",
                "invalid type: string, expected a sequence",
            ),
            (
                "invalid type: integer `5`, expected a string",
                "invalid type: integer, expected a string",
            ),
            (
                "invalid type: map, expected a string",
                "invalid type: map, expected a string",
            ),
            ("missing field `config`", "missing field `config`"),
            ("bad \"value\" here", "bad"),
            ("unknown variant `hunter2`, expected `a`", "unknown variant"),
        ] {
            assert_eq!(without_value(message), want, "{message}");
        }
        let json = br#"{"Env":"DB_PASSWORD=x"}"#;
        let error = parse::<BTreeMap<String, Vec<String>>>(json, "c").unwrap_err();
        let want = "c: invalid type: string, expected a sequence";
        assert_eq!(error.to_string(), want);
    }

    #[test]
    fn objects_are_counted_before_they_are_made() {
        for (json, want) in [
            ("{}", 1),
            (r#"{"a":"{{","b":[{},{"c\"{":{}}]}"#, 4),
            (r#"{"a\\":{}}"#, 2),
            ("", 0),
        ] {
            assert_eq!(objects(json.as_bytes()), want, "{json}");
        }
        let many = format!("[{}{{}}]", "{},".repeat(OBJECTS));
        let error = parse::<Value>(many.as_bytes(), "x").unwrap_err();
        assert_eq!(error.to_string(), "x: more than 100000 objects");
        assert!(Stored::new(many.into_bytes()).json().is_none());
    }
}
