//! Logging in and out: proves a credential, and keeps it where Docker keeps its own.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use net::{Method, Patience, Secret};
use serde_json::{Map, Value, json};

use crate::credential::Credential;
use crate::keychain::{address_of, docker_helper, encode, normal};
use crate::session::{Asked, Session};
use crate::{Access, RegistryError, endpoint};

/// Bytes of the file.
const MAX_BYTES: u64 = 4 << 20;

/// What a registry says to a credential that it does not refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Login {
    /// It asked for it, and took it.
    Proved,
    /// It did not ask: any other would have done as well.
    NotAsked,
}

/// Asks a registry whether it takes a credential.
///
/// # Errors
/// It does not, or nobody answers.
pub fn verify(
    domain: &str,
    credential: &Credential,
    access: &Access,
) -> Result<Login, RegistryError> {
    let mut endpoints = endpoint::of(domain, "", access)?.into_iter().peekable();
    while let Some(endpoint) = endpoints.next() {
        let is_last = endpoints.peek().is_none();
        let session = Session::new(endpoint, credential.clone(), access);
        let answer = session.send(&Asked {
            method: Method::Get,
            what: "",
            headers: &[],
            patience: if is_last {
                Patience::Full
            } else {
                Patience::Once
            },
        });
        match answer {
            Ok(answer) if answer.status() == 200 => {
                return Ok(if session.has_proved() {
                    Login::Proved
                } else {
                    Login::NotAsked
                });
            }
            Ok(answer) => {
                let tried = [credential.origin().to_owned()];
                return Err(session.refusal(answer, "/v2/").having_tried(&tried));
            }
            Err(RegistryError::Net(error)) if error.is_of_connecting() && !is_last => {}
            Err(error) => return Err(error),
        }
    }
    Err(RegistryError::BadName {
        name: domain.to_owned(),
        why: "there is nobody to ask".to_owned(),
    })
}

/// Keeps user and password in Docker's file, or with the helper that the file names; returns where.
///
/// # Errors
/// The file is no JSON, or cannot be written; the helper failed.
pub fn keep(
    path: &Path,
    domain: &str,
    user: &str,
    password: &Secret,
) -> Result<String, RegistryError> {
    let mut file = read(path)?;
    let address = address_of(domain);
    if let Some(helper) = helper_of(&file, &address) {
        docker_helper::store(&helper, &address, user, password)?;
        set(&mut file, &address, json!({}));
        write(path, &file)?;
        return Ok(format!("docker-credential-{helper}"));
    }
    set(
        &mut file,
        &address,
        json!({ "auth": encode(user, password) }),
    );
    write(path, &file)?;
    Ok(path.display().to_string())
}

/// Forgets what is kept for a registry; `false` if nothing was.
///
/// # Errors
/// The file is no JSON, or cannot be written; the helper failed.
pub fn forget(path: &Path, domain: &str) -> Result<bool, RegistryError> {
    let mut file = read(path)?;
    let address = address_of(domain);
    let helper = helper_of(&file, &address);
    let removed = remove(&mut file, &address);
    if let Some(helper) = &helper {
        // it keeps what it was given under the name that the file has
        let own = [address];
        let kept = if removed.is_empty() {
            &own[..]
        } else {
            &removed
        };
        for address in kept {
            docker_helper::erase(helper, address)?;
        }
    }
    if !removed.is_empty() {
        write(path, &file)?;
    }
    Ok(!removed.is_empty() || helper.is_some())
}

/// Removes the entries of a registry, however they spell it (`a.io`, `https://a.io/v1/`), and returns
/// their keys.
fn remove(file: &mut Map<String, Value>, address: &str) -> Vec<String> {
    let Some(auths) = file.get_mut("auths").and_then(Value::as_object_mut) else {
        return Vec::new();
    };
    let is_of_it = |key: &&String| normal(key) == normal(address);
    let keys: Vec<String> = auths.keys().filter(is_of_it).cloned().collect();
    for key in &keys {
        auths.remove(key);
    }
    keys
}

fn helper_of(file: &Map<String, Value>, address: &str) -> Option<String> {
    let helpers = file.get("credHelpers").and_then(Value::as_object);
    let mut helpers = helpers.into_iter().flatten();
    let own = helpers.find_map(|(key, helper)| (normal(key) == normal(address)).then_some(helper));
    let name = own.or_else(|| file.get("credsStore"))?.as_str()?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// Puts an entry in the place of those that spell the same registry otherwise, which would come first
/// when they are read.
fn set(file: &mut Map<String, Value>, address: &str, entry: Value) {
    remove(file, address);
    let auths = file.entry("auths").or_insert_with(|| json!({}));
    if let Some(auths) = auths.as_object_mut() {
        auths.insert(address.to_owned(), entry);
    }
}

/// Reads the file with everything in it, which stays; one that does not exist is empty.
fn read(path: &Path) -> Result<Map<String, Value>, RegistryError> {
    let failed = |why: String| RegistryError::File {
        path: path.to_owned(),
        why,
    };
    let bytes = match net::read_regular(path, MAX_BYTES) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Map::new()),
        bytes => bytes.map_err(|error| failed(error.to_string()))?,
    };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    let mut file: Map<String, Value> = serde_json::from_slice(&bytes)
        .map_err(|_may_quote_a_secret| failed("it is no JSON object".to_owned()))?;
    // Go writes a map without entries so
    if file.get("auths") == Some(&Value::Null) {
        file.remove("auths");
    }
    if file.get("auths").is_some_and(|auths| !auths.is_object()) {
        return Err(failed("its `auths` is no JSON object".to_owned()));
    }
    Ok(file)
}

/// Writes the file aside and renames it: whoever reads meanwhile sees the old one or the new one. It
/// is the user's alone to read.
fn write(path: &Path, file: &Map<String, Value>) -> Result<(), RegistryError> {
    let written = || -> io::Result<()> {
        // a link stays one
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let folder = path.parent().unwrap_or_else(|| Path::new("."));
        fs::create_dir_all(folder)?;
        let mut aside = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer_pretty(&mut aside, file)?;
        aside.write_all(b"\n")?;
        aside.as_file().sync_all()?;
        aside.persist(&path)?;
        Ok(())
    };
    written().map_err(|error| RegistryError::File {
        path: path.to_owned(),
        // the library adds the name of a file that nobody knows
        why: if error.kind() == io::ErrorKind::PermissionDenied {
            "it may not be written".to_owned()
        } else if error.kind() == io::ErrorKind::ReadOnlyFilesystem {
            "it is on a file system that is read-only".to_owned()
        } else {
            error.to_string()
        },
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::os::unix::fs::PermissionsExt as _;
    use std::sync::Arc;
    use std::time::Duration;

    use net::{Deadline, Proxies, Settings};
    use testkit::{Answer, Registry, Reply};

    use super::*;
    use crate::DockerConfig;

    #[test]
    fn every_spelling_of_a_registry_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.json");
        for (key, domain, want) in [
            ("a.io", "a.io", true),
            ("https://a.io/v1/", "a.io", true),
            ("https://a.io/v2/", "a.io", true),
            ("http://a.io", "a.io", true),
            ("a.io/", "a.io", true),
            ("https://index.docker.io/v1/", "docker.io", true),
            ("docker.io", "index.docker.io", true),
            ("a.io/team", "a.io", false),
            ("https://a.io:5000/v1/", "a.io", false),
            ("b.a.io", "a.io", false),
        ] {
            let file = json!({"auths": {key: {"auth": "dTpw"}}});
            fs::write(&path, file.to_string()).unwrap();
            assert_eq!(forget(&path, domain).unwrap(), want, "{key}");
            let left = Value::from(read(&path).unwrap());
            assert_eq!(left["auths"].get(key).is_none(), want, "{key}");
            keep(&path, domain, "u", &Secret::new("p".to_owned())).unwrap();
            fs::write(&path, file.to_string()).unwrap();
            keep(&path, domain, "u", &Secret::new("p".to_owned())).unwrap();
            let left = Value::from(read(&path).unwrap());
            let count = left["auths"].as_object().unwrap().len();
            assert_eq!(count, if want { 1 } else { 2 }, "{key}");
        }
    }

    #[test]
    fn nothing_is_said_to_be_kept_that_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.json");
        for (file, is_kept) in [
            ("{}", true),
            ("", true),
            (r#"{"auths":{}}"#, true),
            (r#"{"auths":null}"#, true),
            (r#"{"auths":[]}"#, false),
            (r#"{"auths":"hunter2"}"#, false),
            ("[]", false),
        ] {
            fs::write(&path, file).unwrap();
            let result = keep(&path, "a.io", "u", &Secret::new("p".to_owned()));
            assert_eq!(result.is_ok(), is_kept, "{file}");
            match result {
                Ok(_) => assert!(forget(&path, "a.io").unwrap(), "{file}"),
                Err(error) => assert!(!error.to_string().contains("hunter2"), "{error}"),
            }
        }
    }

    #[test]
    fn a_registry_that_does_not_ask_has_proved_nothing() {
        let access = Access {
            net: Arc::new(Settings {
                proxies: Proxies::new("", "", "").unwrap(),
                system_certificates: None,
                certificates: Vec::new(),
                insecure: BTreeSet::new(),
                deadline: Deadline::after(Duration::from_mins(1)),
            }),
            keychain: Arc::default(),
            mirrors: Arc::default(),
            token_servers: BTreeSet::new(),
            manifest_bytes: 1 << 20,
        };
        let credential = Credential::basic("ci", Secret::new("p".to_owned()), "--username");
        for (asks, takes, want) in [
            (false, true, Some(Login::NotAsked)),
            (true, true, Some(Login::Proved)),
            (true, false, None),
        ] {
            let registry = Registry::start(move |asked| {
                let is_shown = asked.headers.contains_key("authorization");
                let denied = Answer::status(401).with("WWW-Authenticate", "Basic realm=\"x\"");
                Reply::Whole(if !asks || (is_shown && takes) {
                    Answer::ok("{}")
                } else {
                    denied
                })
            })
            .unwrap();
            let login = verify(&registry.host(), &credential, &access);
            assert_eq!(login.ok(), want, "{asks} {takes}");
        }
    }

    #[test]
    fn keeps_and_forgets_and_leaves_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("docker/config.json");
        let secret = Secret::new("hunter2".to_owned());
        assert!(!forget(&path, "a.io").unwrap());
        let place = keep(&path, "a.io", "ci", &secret).unwrap();
        assert_eq!(place, path.display().to_string());
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let mut file = read(&path).unwrap();
        file.insert("HttpHeaders".to_owned(), json!({"X": "y"}));
        write(&path, &file).unwrap();
        keep(&path, "docker.io", "me", &secret).unwrap();
        let bytes = serde_json::to_vec(&read(&path).unwrap()).unwrap();
        let known = DockerConfig::parse(&path, &bytes).unwrap().known();
        let names: Vec<&str> = known.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a.io", "docker.io"]);
        assert!(forget(&path, "docker.io").unwrap());
        assert!(!forget(&path, "docker.io").unwrap());
        let left = Value::from(read(&path).unwrap());
        assert_eq!(left.pointer("/HttpHeaders/X"), Some(&json!("y")));
        assert_eq!(
            left.pointer("/auths/a.io/auth"),
            Some(&json!("Y2k6aHVudGVyMg=="))
        );
        fs::write(&path, "[").unwrap();
        assert!(keep(&path, "a.io", "ci", &secret).is_err());
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
