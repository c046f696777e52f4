//! Pull secrets of Kubernetes in files: Secrets in YAML or JSON, lists of them, or what they hold.
//!
//! Source of truth: `pkg/credentialprovider/secrets` of Kubernetes 1.37: a Secret of another type, or
//! without its key, is passed over; one that is malformed fails the pull. Of an entry only user and
//! password count: helpers and tokens of Docker's form are not for kubelet.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use net::Secret;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

use super::{auth, unfit};
use crate::keychain::matching::Keyring;
use crate::{Credential, RegistryError};

/// An entry of Docker's form, as kubelet sees it.
#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    auth: String,
}

/// The types that count, with their keys.
const TYPES: [(&str, &str); 2] = [
    ("kubernetes.io/dockerconfigjson", ".dockerconfigjson"),
    ("kubernetes.io/dockercfg", ".dockercfg"),
];

/// Adds the entries of a file to a keyring.
///
/// # Errors
/// The file makes no sense, or holds no pull secret at all.
pub(crate) fn read(path: &Path, bytes: &[u8], keyring: &mut Keyring) -> Result<(), RegistryError> {
    let documents = yaml::read(bytes, &yaml::Limits::default());
    if !documents.problems.is_empty() {
        // what the problem quotes may be a secret
        return Err(unfit(path, "it is neither YAML nor JSON"));
    }
    let place = path.display().to_string();
    let mut count = 0;
    for document in documents.documents {
        count += add(&document.root.to_json(), &place, keyring).map_err(|why| unfit(path, why))?;
    }
    if count == 0 {
        let why = "it holds no Secret of type kubernetes.io/dockerconfigjson or dockercfg";
        return Err(unfit(path, why));
    }
    Ok(())
}

/// Reads a text as a file of pull secrets, and counts the registries in it: for who feeds it texts of
/// strangers.
///
/// # Errors
/// Why it is none.
pub fn check(bytes: &[u8]) -> Result<usize, RegistryError> {
    let mut keyring = Keyring::default();
    read(Path::new("secret.yaml"), bytes, &mut keyring)?;
    Ok(keyring.len())
}

/// Adds what an object holds, and returns how many secrets it was.
fn add(object: &Value, place: &str, keyring: &mut Keyring) -> Result<usize, String> {
    let text = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default();
    if let Some(items) = object.get("items").and_then(Value::as_array) {
        let counts = items.iter().map(|item| add(item, place, keyring));
        return counts.sum();
    }
    if text("kind") != "Secret" {
        // what a Secret holds, as it is
        let auths = object.get("auths").and_then(Value::as_object);
        return match auths {
            Some(_) => entries(&object.to_string(), true, place, keyring).map(|()| 1),
            None => Ok(0),
        };
    }
    let kind = text("type");
    let name = object.pointer("/metadata/name").and_then(Value::as_str);
    let place = match name {
        Some(name) => format!("Secret {name} in {place}"),
        None => place.to_owned(),
    };
    let Some((_, key)) = TYPES.iter().find(|(name, _)| *name == kind) else {
        return Ok(0);
    };
    let at = |field: &str| {
        let value = object.get(field)?.get(*key)?;
        value.as_str().map(ToOwned::to_owned)
    };
    let document = match (at("stringData"), at("data")) {
        (Some(text), _) => text,
        (None, Some(encoded)) => decoded(&encoded).ok_or("its data is no base64 of a text")?,
        (None, None) => return Ok(0),
    };
    entries(&document, *key == ".dockerconfigjson", &place, keyring)?;
    Ok(1)
}

fn decoded(text: &str) -> Option<String> {
    let text: String = text.split_whitespace().collect();
    String::from_utf8(STANDARD.decode(text).ok()?).ok()
}

/// Adds the entries of Docker's form, whole or its `auths` alone.
fn entries(json: &str, is_whole: bool, place: &str, keyring: &mut Keyring) -> Result<(), String> {
    #[derive(Deserialize)]
    struct Whole {
        #[serde(default)]
        auths: BTreeMap<String, Entry>,
    }
    let malformed = |_quotes_the_secret| format!("{place}: it is no JSON of Docker's form");
    let auths: BTreeMap<String, Entry> = if is_whole {
        serde_json::from_str::<Whole>(json)
            .map_err(malformed)?
            .auths
    } else {
        serde_json::from_str(json).map_err(malformed)?
    };
    for (address, entry) in auths {
        let (user, password) = if entry.auth.is_empty() {
            (entry.username, Secret::new(entry.password))
        } else {
            let shown = address.rsplit('@').next().unwrap_or_default();
            auth::decode(&entry.auth).map_err(|why| format!("{place}: {shown}: {why}"))?
        };
        keyring.add(&address, Credential::basic(&user, password, place));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(file: &str, image: &str) -> Result<Vec<String>, String> {
        let mut keyring = Keyring::default();
        read(Path::new("s.yaml"), file.as_bytes(), &mut keyring).map_err(|e| e.to_string())?;
        let origin = |credential: Credential| credential.origin().to_owned();
        Ok(keyring.find(image).into_iter().map(origin).collect())
    }

    #[test]
    fn reads_secrets_as_kubelet_does() {
        let config = r#"{"auths":{"a.io":{"auth":"dTpw"},"b.io":{"username":"v","password":"p"}}}"#;
        let encoded = STANDARD.encode(config);
        let secret = format!(
            "apiVersion: v1\nkind: Secret\ntype: kubernetes.io/dockerconfigjson\n\
             metadata: {{name: pull}}\ndata:\n  .dockerconfigjson: {encoded}\n"
        );
        let of = |user: &str| Ok(vec![format!("user \"{user}\" from Secret pull in s.yaml")]);
        assert_eq!(found(&secret, "a.io/x"), of("u"));
        assert_eq!(found(&secret, "b.io/x"), of("v"));
        assert_eq!(found(&secret, "c.io/x"), Ok(vec![]));
        let old = "kind: Secret\ntype: kubernetes.io/dockercfg\nmetadata: {name: pull}\n\
                   stringData:\n  .dockercfg: '{\"a.io\":{\"auth\":\"dTpw\"}}'\n";
        assert_eq!(found(old, "a.io/x"), of("u"));
        let both = format!("kind: Secret\ntype: Opaque\n---\n{secret}");
        assert_eq!(found(&both, "a.io/x"), of("u"));
        let plain = Ok(vec!["user \"u\" from s.yaml".to_owned()]);
        assert_eq!(found(config, "a.io/x"), plain);
    }

    #[test]
    fn what_is_malformed_is_told_without_its_values() {
        let none = "s.yaml: it holds no Secret of type kubernetes.io/dockerconfigjson or dockercfg";
        let secret =
            |data: &str| format!("kind: Secret\ntype: kubernetes.io/dockerconfigjson\n{data}\n");
        for (file, want) in [
            ("kind: Pod\n".to_owned(), none),
            (secret("data: {other: x}"), none),
            (
                secret("data: {.dockerconfigjson: hunter2!}"),
                "s.yaml: its data is no base64 of a text",
            ),
            (
                secret("stringData: {.dockerconfigjson: 'hunter2'}"),
                "s.yaml: s.yaml: it is no JSON of Docker's form",
            ),
            (
                secret(
                    "stringData: {.dockerconfigjson: '{\"auths\":{\"a\":{\"auth\":\"aHVudGVyMg==\"}}}'}",
                ),
                "s.yaml: s.yaml: a: its `auth` is not base64 of user:password",
            ),
            (
                "\tx: hunter2".to_owned(),
                "s.yaml: it is neither YAML nor JSON",
            ),
        ] {
            assert_eq!(found(&file, "a.io/x"), Err(want.to_owned()), "{file}");
        }
    }
}
