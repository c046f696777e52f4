//! Pull secrets of Kubernetes in files: Secrets in YAML or JSON, lists of them, or what they hold.
//!
//! Source of truth: `pkg/credentialprovider/secrets` of Kubernetes 1.37: a Secret of another type, or
//! without its key, is passed over; one that is malformed fails the pull. Of an entry only user and
//! password count: helpers and tokens of Docker's form are not for kubelet.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use net::Secret;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::go_json::{Folded, Object};
use super::{auth, unfit};
use crate::keychain::matching::Keyring;
use crate::{Credential, RegistryError};

/// An entry of Docker's form, as kubelet sees it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    username: String,
    password: String,
    auth: String,
}

/// Entries by the registries that they are for.
type Entries = BTreeMap<String, Folded<Entry>>;

/// What is read of a whole configuration: its `auths`, in any capitals; where they stand twice, all of them.
#[derive(Default)]
struct Whole(Entries);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self::default())
    }
}

impl<'de> Visitor<'de> for Whole {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if name.eq_ignore_ascii_case("auths") {
                let more: Option<Entries> = map.next_value()?;
                self.0.extend(more.unwrap_or_default());
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(self)
    }
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
        let mut names = object.as_object().into_iter().flat_map(Map::keys);
        if !names.any(|name| name.eq_ignore_ascii_case("auths")) {
            return Ok(0);
        }
        return entries(&object.to_string(), true, place, keyring).map(|()| 1);
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
    let malformed = |_quotes_the_secret| format!("{place}: it is no JSON of Docker's form");
    let auths = if is_whole {
        let Object(Whole(auths)) = serde_json::from_str(json).map_err(malformed)?;
        auths
    } else {
        let auths: Option<Entries> = serde_json::from_str(json).map_err(malformed)?;
        auths.unwrap_or_default()
    };
    for (address, Folded(entry)) in auths {
        let (user, password) = if entry.auth.is_empty() {
            (entry.username, Secret::new(entry.password))
        } else {
            let shown = address.rsplit('@').next().unwrap_or_default();
            auth::decode(&entry.auth).map_err(|why| format!("{place}: {shown}: {why}"))?
        };
        // what holds nothing lets the pull go on without a proof
        let credential = if user.is_empty() && password.expose().is_empty() {
            Credential::anonymous()
        } else {
            Credential::basic(&user, password, place)
        };
        keyring.add(&address, credential);
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

    /// As Go's decoder takes them.
    #[test]
    fn null_is_nothing_and_capitals_of_fields_make_no_difference() {
        let v = || Ok(vec!["user \"v\" from s.yaml".to_owned()]);
        let none = || Ok(vec!["no credentials".to_owned()]);
        for (auths, want) in [
            (
                r#"{"a.io":{"auth":null,"username":"v","password":"p"}}"#,
                v(),
            ),
            (r#"{"b.io":null,"a.io":{"username":"v","email":null}}"#, v()),
            (r#"{"a.io":{"username":"u","username":"v"}}"#, v()),
            (r#"{"a.io":{"username":"v","username":null}}"#, v()),
            (r#"{"a.io":{"username":"u"},"a.io":{"username":"v"}}"#, v()),
            (r#"{"a.io":{"Username":"v","PASSWORD":"p"}}"#, v()),
            (r#"{"A.io":{"username":"v"}}"#, Ok(vec![])),
            (r#"{"a.io":null}"#, none()),
            (r#"{"a.io":{}}"#, none()),
            ("null", Ok(vec![])),
        ] {
            let secret = |kind: &str, document: &str| {
                format!(
                    "kind: Secret\ntype: kubernetes.io/{kind}\nstringData: {{.{kind}: '{document}'}}\n"
                )
            };
            for file in [
                secret("dockercfg", auths),
                secret("dockerconfigjson", &format!(r#"{{"auths":{auths}}}"#)),
                secret(
                    "dockerconfigjson",
                    &format!(r#"{{"Auths":{auths},"x":[1]}}"#),
                ),
                secret(
                    "dockerconfigjson",
                    &format!(r#"{{"auths":{auths},"AUTHS":{{"c.io":null}},"auths":null}}"#),
                ),
            ] {
                assert_eq!(found(&file, "a.io/x"), want, "{file}");
            }
        }
        for file in ["null", "{}"] {
            let file = format!(
                "kind: Secret\ntype: kubernetes.io/dockerconfigjson\nstringData: {{.dockerconfigjson: '{file}'}}\n"
            );
            assert_eq!(found(&file, "a.io/x"), Ok(vec![]));
        }
        assert_eq!(
            found(r#"{"Auths":{"a.io":{"username":"v"}}}"#, "a.io/x"),
            v()
        );
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
                secret("stringData: {.dockerconfigjson: '{\"auths\":[\"hunter2\"]}'}"),
                "s.yaml: s.yaml: it is no JSON of Docker's form",
            ),
            (
                secret("stringData: {.dockerconfigjson: '{\"auths\":{\"a\":[\"hunter2\"]}}'}"),
                "s.yaml: s.yaml: it is no JSON of Docker's form",
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
