//! Docker's credential helpers: `docker-credential-NAME get`, the address on its input.

use std::path::Path;
use std::time::Duration;

use net::{Deadline, Secret};
use serde::Deserialize;

use super::program::{Run, run};
use crate::{Credential, RegistryError};

/// How long a helper may take.
const TIME: Duration = Duration::from_secs(10);
/// What a helper says that knows no such address.
const NOT_FOUND: &str = "credentials not found";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    #[serde(default)]
    username: String,
    #[serde(default)]
    secret: String,
}

/// Asks a helper for the credentials of an address; `None` if it has none.
pub(crate) fn find(
    helper: &str,
    address: &str,
    place: &str,
    deadline: Deadline,
) -> Result<Option<Credential>, RegistryError> {
    let failed = |why: String| RegistryError::Helper {
        name: program(helper),
        why,
    };
    let ended = call(helper, "get", address.as_bytes(), deadline)?;
    if !ended.0 {
        let said = String::from_utf8_lossy(&ended.1);
        if said.contains(NOT_FOUND) {
            return Ok(None);
        }
        return Err(failed(format!("it failed for {address}")));
    }
    let answer: Answer = serde_json::from_slice(&ended.1)
        .map_err(|_quotes_the_secret| failed(format!("its answer for {address} is no JSON")))?;
    Ok(of_answer(answer, &format!("{} ({place})", program(helper))))
}

/// Lets a helper keep the credentials of an address.
pub(crate) fn store(
    helper: &str,
    address: &str,
    user: &str,
    password: &Secret,
) -> Result<(), RegistryError> {
    let input = serde_json::json!({
        "ServerURL": address, "Username": user, "Secret": password.expose(),
    });
    done(helper, "store", address, input.to_string().as_bytes())
}

/// Lets a helper forget the credentials of an address.
pub(crate) fn erase(helper: &str, address: &str) -> Result<(), RegistryError> {
    done(helper, "erase", address, address.as_bytes())
}

fn done(helper: &str, verb: &str, address: &str, input: &[u8]) -> Result<(), RegistryError> {
    let (is_success, _) = call(helper, verb, input, Deadline::after(TIME))?;
    if is_success {
        return Ok(());
    }
    Err(RegistryError::Helper {
        name: program(helper),
        why: format!("`{verb}` failed for {address}"),
    })
}

fn call(
    helper: &str,
    verb: &str,
    input: &[u8],
    deadline: Deadline,
) -> Result<(bool, Vec<u8>), RegistryError> {
    let failed = |why: String| RegistryError::Helper {
        name: program(helper),
        why,
    };
    if !is_name(helper) {
        return Err(failed("its name is none of a helper".to_owned()));
    }
    let ended = run(&Run {
        program: Path::new(&program(helper)),
        arguments: &[verb.to_owned()],
        variables: &[],
        input,
        time: TIME,
        deadline,
    })
    .map_err(failed)?;
    Ok((ended.is_success, ended.output))
}

/// The user `<token>` says that the secret is a token that buys others.
fn of_answer(answer: Answer, place: &str) -> Option<Credential> {
    if answer.username.is_empty() && answer.secret.is_empty() {
        return None;
    }
    let secret = Secret::new(answer.secret);
    Some(match &*answer.username {
        "<token>" => Credential::identity(secret, place),
        user => Credential::basic(user, secret, place),
    })
}

fn program(helper: &str) -> String {
    let name: String = helper.chars().take(64).collect();
    format!("docker-credential-{name}")
}

/// A name with a slash would be a path.
fn is_name(helper: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !helper.is_empty() && helper.len() <= 64 && helper.chars().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_are_started() {
        for (name, want) in [
            ("osxkeychain", true),
            ("ecr-login", true),
            ("a_b", true),
            ("", false),
            ("../evil", false),
            ("a/b", false),
            ("a b", false),
            ("a;b", false),
        ] {
            assert_eq!(is_name(name), want, "{name}");
        }
        let error = find("../evil", "a.io", "x", Deadline::after(TIME)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "credential helper docker-credential-../evil: its name is none of a helper"
        );
    }
}
