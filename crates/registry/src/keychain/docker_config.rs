//! Docker's `config.json` and Podman's `auth.json`: entries, and the names of helpers.
//!
//! Source of truth: Docker's and containers-auth.json(5)'s documentation; the order of Docker and
//! go-containerregistry: the helper of the registry, the store, the entries; longer keys first.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use net::Secret;
use serde::Deserialize;

use super::go_json::{Folded, Object, nullable};
use super::{Wanted, auth, docker_helper, unfit};
use crate::{Credential, RegistryError};

/// How Docker spells its Hub for helpers and in its file.
const HUB_KEY: &str = "https://index.docker.io/v1/";
/// How names spell it.
const HUB: &str = "docker.io";

/// Such a file.
#[derive(Debug)]
pub struct DockerConfig {
    path: PathBuf,
    file: ConfigFile,
}

/// What is read of the file; secrets are kept from being printed.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ConfigFile {
    #[serde(deserialize_with = "nullable")]
    auths: BTreeMap<String, Folded<Entry>>,
    #[serde(deserialize_with = "nullable")]
    creds_store: String,
    #[serde(deserialize_with = "nullable")]
    cred_helpers: BTreeMap<String, String>,
}

impl std::fmt::Debug for ConfigFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConfigFile")
            .field("auths", &self.auths.keys())
            .field("creds_store", &self.creds_store)
            .field("cred_helpers", &self.cred_helpers)
            .finish()
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Entry {
    auth: String,
    username: String,
    password: String,
    identitytoken: String,
    registrytoken: String,
}

impl DockerConfig {
    /// Reads such a file.
    ///
    /// # Errors
    /// It is no JSON of that form.
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self, RegistryError> {
        let malformed = |error: serde_json::Error| {
            // what the library quotes may be a secret
            let (line, column) = (error.line(), error.column());
            let why = format!("it is no JSON of Docker's form, at line {line}, column {column}");
            unfit(path, why)
        };
        let is_blank = bytes.iter().all(u8::is_ascii_whitespace);
        let file = if is_blank {
            ConfigFile::default()
        } else {
            let Object(file) = serde_json::from_slice(bytes).map_err(malformed)?;
            file
        };
        Ok(Self {
            path: path.to_owned(),
            file,
        })
    }

    /// Returns the credential for a repository, if there is one.
    pub(crate) fn find(&self, wanted: Wanted<'_>) -> Result<Option<Credential>, RegistryError> {
        let place = self.path.display().to_string();
        let keys = candidates(wanted);
        let by_key = |name: &&String| keys.iter().position(|key| *key == normal(name));
        let helpers = self.file.cred_helpers.iter();
        let own = helpers
            .filter_map(|(key, helper)| Some((by_key(&key)?, helper)))
            .min_by_key(|(at, _)| *at);
        let store = Some(&self.file.creds_store).filter(|store| !store.is_empty());
        if let Some(helper) = own.map(|(_, helper)| helper).or(store) {
            let found =
                docker_helper::find(helper, &address_of(wanted.domain), &place, wanted.deadline)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        let entries = self.file.auths.iter();
        let entry = entries
            .filter_map(|(key, Folded(entry))| Some((by_key(&key)?, key, entry)))
            .min_by_key(|(at, _, _)| *at);
        match entry {
            Some((_, key, entry)) => self.credential(key, entry, &place),
            None => Ok(None),
        }
    }

    fn credential(
        &self,
        key: &str,
        entry: &Entry,
        place: &str,
    ) -> Result<Option<Credential>, RegistryError> {
        let secret = |text: &str| Secret::new(text.to_owned());
        if !entry.identitytoken.is_empty() {
            return Ok(Some(Credential::identity(
                secret(&entry.identitytoken),
                place,
            )));
        }
        if !entry.registrytoken.is_empty() {
            return Ok(Some(Credential::registry(
                secret(&entry.registrytoken),
                place,
            )));
        }
        if !entry.auth.is_empty() {
            let (user, password) = auth::decode(&entry.auth)
                .map_err(|why| unfit(&self.path, format!("entry {}: {why}", shown(key))))?;
            return Ok(Some(Credential::basic(&user, password, place)));
        }
        let is_empty = entry.username.is_empty() && entry.password.is_empty();
        let password = secret(&entry.password);
        Ok((!is_empty).then(|| Credential::basic(&entry.username, password, place)))
    }

    /// Returns each registry that is named here, with where its credentials are.
    pub fn known(&self) -> Vec<(String, String)> {
        let place = self.path.display();
        let store = &self.file.creds_store;
        let mut known = Vec::new();
        for (key, Folded(entry)) in &self.file.auths {
            let is_empty = matches!(self.credential(key, entry, ""), Ok(None));
            let origin = if is_empty && !store.is_empty() {
                format!("docker-credential-{store} ({place})")
            } else if is_empty {
                continue;
            } else {
                place.to_string()
            };
            known.push((normal(shown(key)), origin));
        }
        for (key, helper) in &self.file.cred_helpers {
            known.push((
                normal(shown(key)),
                format!("docker-credential-{helper} ({place})"),
            ));
        }
        if !store.is_empty() {
            // it may keep those of any, and is asked about each
            known.push((
                "*".to_owned(),
                format!("docker-credential-{store} ({place})"),
            ));
        }
        known.sort();
        known
    }
}

/// Returns what of a key may be shown: no `user:password@`.
fn shown(key: &str) -> &str {
    key.rsplit('@').next().unwrap_or_default()
}

/// Returns what helpers and files of Docker call a registry.
pub(crate) fn address_of(domain: &str) -> String {
    let is_hub = normal(domain) == HUB;
    if is_hub { HUB_KEY } else { domain }.to_owned()
}

/// Returns the keys that fit, the longest first: `a.io/team/app`, `a.io/team`, `a.io`.
fn candidates(wanted: Wanted<'_>) -> Vec<String> {
    let mut key = format!("{}/{}", normal(wanted.domain), wanted.repository);
    let mut keys = vec![key.clone()];
    while let Some((shorter, _)) = key.rsplit_once('/') {
        key = shorter.to_owned();
        keys.push(key.clone());
    }
    keys
}

/// Returns a key without its scheme and the version of the API; Docker's Hub by one name.
pub(crate) fn normal(key: &str) -> String {
    let rest = ["https://", "http://"]
        .iter()
        .find_map(|scheme| key.strip_prefix(scheme))
        .unwrap_or(key);
    let rest = rest.trim_end_matches('/');
    let rest = rest
        .strip_suffix("/v1")
        .or(rest.strip_suffix("/v2"))
        .unwrap_or(rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = match host {
        "index.docker.io" | "registry-1.docker.io" => HUB,
        other => other,
    };
    if path.is_empty() {
        host.to_owned()
    } else {
        format!("{host}/{path}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(json: &str, domain: &str, repository: &str) -> Result<String, String> {
        let path = Path::new("config.json");
        let config = DockerConfig::parse(path, json.as_bytes()).map_err(|e| e.to_string())?;
        let deadline = net::Deadline::after(std::time::Duration::from_mins(1));
        let wanted = Wanted {
            domain,
            repository,
            deadline,
        };
        let found = config.find(wanted).map_err(|e| e.to_string())?;
        let origin = |credential: Credential| credential.origin().to_owned();
        Ok(found.map_or_else(String::new, origin))
    }

    #[test]
    fn finds_the_longest_key() {
        let json = r#"{"auths": {
            "https://index.docker.io/v1/": {"auth": "aHViOnA="},
            "a.io": {"auth": "aG9zdDpw"},
            "a.io/team": {"auth": "dGVhbTpw"},
            "https://b.io/v2/": {"username": "b", "password": "p"},
            "id.io": {"auth": "eDpw", "identitytoken": "t"},
            "tok.io": {"registrytoken": "t"},
            "empty.io": {},
            "bad.io": {"auth": "!"},
            "ci:hunter2@bad.io/x": {"auth": "!"}
        }, "HttpHeaders": {"X": "y"}}"#;
        let user = |name: &str| Ok(format!("user \"{name}\" from config.json"));
        for (domain, repository, want) in [
            ("docker.io", "library/nginx", user("hub")),
            ("a.io", "team/app", user("team")),
            ("a.io", "team-evil/app", user("host")),
            ("a.io:5000", "team/app", Ok(String::new())),
            ("b.io", "x", user("b")),
            (
                "id.io",
                "x",
                Ok("an identity token from config.json".to_owned()),
            ),
            (
                "tok.io",
                "x",
                Ok("a registry token from config.json".to_owned()),
            ),
            ("empty.io", "x", Ok(String::new())),
            (
                "bad.io",
                "x",
                Err("config.json: entry bad.io: its `auth` is no base64".to_owned()),
            ),
            ("c.io", "x", Ok(String::new())),
        ] {
            assert_eq!(
                find(json, domain, repository),
                want,
                "{domain}/{repository}"
            );
        }
        let config = DockerConfig::parse(Path::new("config.json"), json.as_bytes()).unwrap();
        let Folded(entry) = &config.file.auths["ci:hunter2@bad.io/x"];
        let error = config
            .credential("ci:hunter2@bad.io/x", entry, "")
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "config.json: entry bad.io/x: its `auth` is no base64"
        );
        assert_eq!(find(" \n", "a.io", "x"), Ok(String::new()));
        assert_eq!(
            find("{\"auths\": {\"a.io\": \"hunter2\"}}", "a.io", "x"),
            Err("config.json: it is no JSON of Docker's form, at line 1, column 28".to_owned())
        );
    }

    #[test]
    fn what_is_null_is_empty_and_a_list_is_no_object() {
        let read = |json: &str| find(json, "a.io", "x");
        for json in [
            "null",
            r#"{"auths": null, "credsStore": null, "credHelpers": null}"#,
            r#"{"auths": {"a.io": null, "b.io": {"auth": null, "username": null}}}"#,
        ] {
            assert_eq!(read(json), Ok(String::new()), "{json}");
        }
        for json in [
            r#"{"auths": {"a.io": {"Username": "u", "PASSWORD": "p", "auth": null}}}"#,
            r#"{"auths": {"a.io": {"username": "x", "username": "u"}}}"#,
        ] {
            let want = "user \"u\" from config.json".to_owned();
            assert_eq!(read(json), Ok(want), "{json}");
        }
        for json in [
            "[]",
            "[{}]",
            r#"{"auths": []}"#,
            r#"{"auths": {"a.io": ["dTpw"]}}"#,
        ] {
            let error = read(json).unwrap_err();
            assert!(
                error.contains("it is no JSON of Docker's form"),
                "{json}: {error}"
            );
        }
    }

    #[test]
    fn a_store_may_keep_those_of_any_registry() {
        let json = r#"{"credsStore": "pass", "auths": {"a.io": {}}}"#;
        let config = DockerConfig::parse(Path::new("c"), json.as_bytes()).unwrap();
        let place = "docker-credential-pass (c)".to_owned();
        let want = [("*".to_owned(), place.clone()), ("a.io".to_owned(), place)];
        assert_eq!(config.known(), want);
    }

    #[test]
    fn a_helper_that_is_missing_is_an_error() {
        let json = r#"{"credHelpers": {"a.io": "not-installed-here"}, "auths": {"b.io": {}}}"#;
        let error = find(json, "a.io", "x").unwrap_err();
        let start = "credential helper docker-credential-not-installed-here: it cannot be started";
        assert!(error.starts_with(start), "{error}");
        assert_eq!(find(json, "b.io", "x"), Ok(String::new()));
    }
}
