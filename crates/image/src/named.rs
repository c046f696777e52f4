//! What a registry answers for one name, as the `index.json` of a layout that holds nothing else.
//!
//! An index there may name fifty platforms, and every manifest that is fetched counts against the
//! user's quota: so it is narrowed to the platform that is meant before anything of it is followed.

use model::{Digest, Limits, Platform};
use serde_json::{Value, json};

use crate::document::{self, Descriptor, Document};
use crate::{ImageError, PlatformChoice};

/// An index or a manifest that a name means.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// Its digest.
    pub digest: Digest,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// Returns the bytes of an `index.json` that names what is meant.
///
/// # Errors
/// [`ImageError`]: the document makes no sense, is beyond the limits, or names no such platform.
pub fn index_of(
    named: Named<'_>,
    platform: &PlatformChoice,
    limits: &Limits,
) -> Result<Vec<u8>, ImageError> {
    let name = document::blob_name(named.digest);
    let document: Document = document::parse(named.bytes, &name)?;
    let entries = match document.manifests {
        // what is both is refused by who follows it
        Some(manifests) if document.layers.is_none() => {
            if manifests.len() > limits.index_entries {
                return Err(ImageError::Limit {
                    what: name,
                    limit: u64::try_from(limits.index_entries).unwrap_or(u64::MAX),
                    unit: "references",
                });
            }
            meant(&manifests, platform)?
        }
        Some(_) | None => vec![json!({
            "digest": named.digest.to_string(),
            "size": named.bytes.len(),
        })],
    };
    Ok(Value::from_iter([("manifests", entries)])
        .to_string()
        .into_bytes())
}

/// Returns the digests of the manifests that an index names; none for what is no index.
pub fn manifests_of(bytes: &[u8]) -> Vec<Digest> {
    let document: Option<Document> = document::parse(bytes, "").ok();
    let manifests = document.and_then(|document| document.manifests);
    let digests = manifests.into_iter().flatten();
    digests
        .filter_map(|descriptor| descriptor.digest.parse().ok())
        .collect()
}

/// Returns the descriptors that may be meant. One that does not say for what it is has to be followed
/// to be known.
fn meant(manifests: &[Descriptor], choice: &PlatformChoice) -> Result<Vec<Value>, ImageError> {
    let images: Vec<(&Descriptor, Option<Platform>)> = manifests
        .iter()
        .map(|manifest| (manifest, manifest.platform.as_ref().map(Into::into)))
        .filter(|(_, platform)| !platform.as_ref().is_some_and(Platform::is_attestation))
        .collect();
    let wanted = match choice {
        PlatformChoice::All => None,
        PlatformChoice::One(wanted) => Some(wanted.clone()),
        PlatformChoice::Default if images.len() <= 1 => None,
        PlatformChoice::Default => Some(Platform::new("linux", "amd64")),
    };
    let fits = |platform: &Option<Platform>| match (platform, &wanted) {
        (Some(platform), Some(wanted)) if !platform.os.is_empty() => platform.serves(wanted),
        _ => true,
    };
    let fitting = images.iter().filter(|(_, platform)| fits(platform));
    let entries: Vec<Value> = fitting.map(|(manifest, _)| entry(manifest)).collect();
    match wanted {
        Some(wanted) if entries.is_empty() && !images.is_empty() => {
            Err(ImageError::NoSuchPlatform {
                wanted: wanted.to_string(),
                list: images.iter().map(line).collect(),
            })
        }
        _ => Ok(entries),
    }
}

fn entry(manifest: &Descriptor) -> Value {
    let mut entry = json!({
        "mediaType": manifest.media_type,
        "digest": manifest.digest,
        "size": manifest.size,
    });
    if let (Some(platform), Some(fields)) = (&manifest.platform, entry.as_object_mut()) {
        let platform = json!({
            "os": platform.os,
            "architecture": platform.architecture,
            "variant": platform.variant,
        });
        fields.insert("platform".to_owned(), platform);
    }
    entry
}

fn line((manifest, platform): &(&Descriptor, Option<Platform>)) -> String {
    let platform = platform.clone().unwrap_or_default();
    format!("{platform}  {}", manifest.digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(platforms: &[&str]) -> Vec<u8> {
        let entry = |(number, platform): (usize, &&str)| {
            let parts: Vec<&str> = platform.split('/').collect();
            json!({
                "digest": format!("sha256:{number:064}"),
                "size": 7,
                "platform": {"os": parts[0], "architecture": parts[1], "variant": parts.get(2)},
            })
        };
        let entries: Vec<Value> = platforms.iter().enumerate().map(entry).collect();
        json!({ "manifests": entries }).to_string().into_bytes()
    }

    fn kept(platforms: &[&str], choice: &PlatformChoice) -> Result<Vec<Digest>, String> {
        let bytes = index(platforms);
        let named = Named {
            digest: Digest::new([1; 32]),
            bytes: &bytes,
        };
        let index = index_of(named, choice, &Limits::default());
        index
            .map(|index| manifests_of(&index))
            .map_err(|error| error.to_string())
    }

    fn numbers(numbers: &[usize]) -> Vec<Digest> {
        let digest = |number: &usize| format!("sha256:{number:064}").parse().unwrap();
        numbers.iter().map(digest).collect()
    }

    #[test]
    fn only_what_is_meant_is_left() {
        let one = |text: &str| PlatformChoice::One(text.parse().unwrap());
        let many = [
            "linux/amd64",
            "linux/arm64/v8",
            "unknown/unknown",
            "linux/arm/v7",
        ];
        for (platforms, choice, want) in [
            (&many[..], PlatformChoice::Default, Ok(numbers(&[0]))),
            (&many[..], PlatformChoice::All, Ok(numbers(&[0, 1, 3]))),
            (&many[..], one("linux/arm64"), Ok(numbers(&[1]))),
            (
                &many[..],
                one("linux/arm/v6"),
                Err("no image here is for linux/arm/v6".to_owned()),
            ),
            (
                &["linux/arm64", "unknown/unknown"],
                PlatformChoice::Default,
                Ok(numbers(&[0])),
            ),
            (
                &["linux/arm64", "/"],
                PlatformChoice::Default,
                Ok(numbers(&[1])),
            ),
            (&[], PlatformChoice::Default, Ok(numbers(&[]))),
        ] {
            assert_eq!(kept(platforms, &choice), want, "{platforms:?} {choice:?}");
        }
    }

    #[test]
    fn a_hundred_thousand_platforms_are_a_limit() {
        let many = vec!["linux/amd64"; 1_001];
        let error = kept(&many, &PlatformChoice::All).unwrap_err();
        assert!(error.ends_with("more than 1000 references"), "{error}");
        let many = vec!["linux/amd64"; 100_000];
        let error = kept(&many, &PlatformChoice::Default).unwrap_err();
        assert!(error.ends_with("more than 100000 objects"), "{error}");
    }

    #[test]
    fn a_manifest_is_named_as_it_is() {
        let named = Named {
            digest: Digest::new([1; 32]),
            bytes: br#"{"config":{"digest":"x","size":1},"layers":[]}"#,
        };
        let index = index_of(named, &PlatformChoice::Default, &Limits::default()).unwrap();
        assert_eq!(manifests_of(&index), [named.digest]);
        assert_eq!(manifests_of(named.bytes), []);
    }
}
