//! Logging in and out: proves a credential, and keeps it where Docker keeps its own.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use net::{Method, Patience, Secret};
use serde_json::{Map, Value, json};

use crate::credential::Credential;
use crate::keychain::{address_of, docker_helper, encode};
use crate::session::{Asked, Session};
use crate::{Access, RegistryError, endpoint};

/// Bytes of the file.
const MAX_BYTES: u64 = 4 << 20;

/// Asks a registry whether it takes a credential.
///
/// # Errors
/// It does not, or nobody answers.
pub fn verify(domain: &str, credential: &Credential, access: &Access) -> Result<(), RegistryError> {
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
            Ok(answer) if answer.status() == 200 => return Ok(()),
            Ok(answer) => {
                let tried = [credential.origin().to_owned()];
                return Err(session.refusal(answer, "/v2/").having_tried(&tried));
            }
            Err(RegistryError::Net(error)) if error.is_of_connecting() && !is_last => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
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
    if let Some(helper) = &helper {
        docker_helper::erase(helper, &address)?;
    }
    let auths = file.get_mut("auths").and_then(Value::as_object_mut);
    let removed = auths.and_then(|auths| auths.remove(&address));
    if removed.is_some() {
        write(path, &file)?;
    }
    Ok(removed.is_some() || helper.is_some())
}

fn helper_of(file: &Map<String, Value>, address: &str) -> Option<String> {
    let own = file
        .get("credHelpers")
        .and_then(|helpers| helpers.get(address));
    let name = own.or_else(|| file.get("credsStore"))?.as_str()?;
    (!name.is_empty()).then(|| name.to_owned())
}

fn set(file: &mut Map<String, Value>, address: &str, entry: Value) {
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
    serde_json::from_slice(&bytes)
        .map_err(|_may_quote_a_secret| failed("it is no JSON object".to_owned()))
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
        why: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::DockerConfig;

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
