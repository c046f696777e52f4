//! Whether a file of settings holds a login: most are there for something else.
//!
//! Notes of files are kept on disk, so of these files only the answer is.

use crate::start::name_of;
use crate::{trust, words};

/// What is kept of a file that holds a login.
const LOGIN: &str = "login";

/// Returns what is kept of a file: whether a login is in it, and what it says of certificates.
pub(crate) fn kept(path: &str, bytes: &[u8]) -> Vec<u8> {
    let mut kept = String::new();
    if has_login(path, bytes) {
        kept.push_str(LOGIN);
    }
    let text = String::from_utf8_lossy(bytes);
    if trust::setting(path, &text).is_some() {
        // what says so in both kinds of files
        kept.push_str("\nstrict-ssl=false\nsslverify=false");
    }
    kept.into_bytes()
}

/// Whether it is a file of which only the answer is kept.
pub(crate) fn is_asked(path: &str) -> bool {
    is_npm(path)
        || is_git(path)
        || path.ends_with("/.docker/config.json")
        || path.ends_with("/containers/auth.json")
}

/// Whether a login is in a file, or was in what is left of it.
pub(crate) fn has_login(path: &str, bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    if text.lines().next() == Some(LOGIN) {
        return true;
    }
    if is_npm(path) {
        text.lines().any(is_token)
    } else if is_git(path) {
        text.lines().any(is_login_of_git)
    } else {
        // who keeps them elsewhere has the address of a registry and nothing in it
        [
            "\"auth\"",
            "\"password\"",
            "\"identitytoken\"",
            "\"registrytoken\"",
        ]
        .iter()
        .any(|key| text.contains(key))
    }
}

fn is_npm(path: &str) -> bool {
    matches!(name_of(path), ".npmrc" | "npmrc")
}

/// Whether it is a file of settings of git: a repository's or somebody's.
pub(crate) fn is_git(path: &str) -> bool {
    matches!(name_of(path), ".gitconfig" | "gitconfig")
        || [".git/config", "git/config"].contains(&path)
        || path.ends_with("/.git/config")
        || path.ends_with("/git/config")
}

/// Whether a line sets `url = https://user:password@host/…`, a token in place of the user, or a header
/// with which a server lets one in.
fn is_login_of_git(line: &str) -> bool {
    let lower = line.trim().to_ascii_lowercase();
    let header = lower.strip_prefix("extraheader").map(str::trim_start);
    let header = header.and_then(|rest| rest.strip_prefix('='));
    if header.is_some_and(|it| it.contains("authorization:")) {
        return true;
    }
    let Some((_, rest)) = line.split_once("://") else {
        return false;
    };
    let host = rest.split(['/', '"', ']']).next().unwrap_or_default();
    host.rsplit_once('@')
        .is_some_and(|(user, _)| user.contains(':') || words::is_drawn(user))
}

/// Whether a line sets a token, and not to a variable.
fn is_token(line: &str) -> bool {
    let Some((name, value)) = line.trim().split_once('=') else {
        return false;
    };
    let name = name.trim();
    let names = ["_authToken", "_auth", "_password"];
    let is_name = names.iter().any(|end| name.ends_with(end));
    let value = value.trim().trim_matches('"');
    is_name && !name.starts_with(['#', ';']) && !value.is_empty() && !value.starts_with('$')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_told_from_settings() {
        let docker = "root/.docker/config.json";
        let npm = "root/.npmrc";
        let git = "app/.git/config";
        for (path, text, want) in [
            (docker, r#"{"auths":{"r.example":{"auth":"eDp5"}}}"#, true),
            (
                docker,
                r#"{"auths":{"r.example":{}},"credsStore":"pass"}"#,
                false,
            ),
            (docker, r#"{"psFormat":"x"}"#, false),
            (npm, "//npm.example.org/:_authToken=npm_x", true),
            (npm, "_auth = \"eDp5\"", true),
            (npm, "//npm.example.org/:_authToken=${NPM_TOKEN}", false),
            (npm, "# _authToken=x\nregistry=https://r.example", false),
            (npm, "fund=false", false),
            (git, "\turl = https://me:word@git.example.org/x", true),
            (
                git,
                "\turl = https://ghs16C7e42F292c6912E77@github.com/x",
                true,
            ),
            (git, "\turl = https://me@git.example.org/x", false),
            (git, "\turl = git@github.com:x/y.git", false),
            (git, "\textraheader = AUTHORIZATION: basic eDp5", true),
            (git, "\textraheader = X-Trace: 1", false),
        ] {
            assert_eq!(has_login(path, text.as_bytes()), want, "{text}");
            let kept = kept(path, text.as_bytes());
            assert_eq!(has_login(path, &kept), want, "{text}");
            assert!(kept.len() < 10, "{text}");
        }
    }
}
