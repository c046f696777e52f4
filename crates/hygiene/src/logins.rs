//! Whether a file of settings holds a login: most are there for something else.
//!
//! Notes of files are kept on disk, so of these files only the answer is.

use crate::start::name_of;
use crate::{trust, words};

/// What is kept of a file that holds a login.
const LOGIN: &str = "login";

/// Files, by the ends of their paths, and what names a login in a line of each.
const NAMED: [(&str, &[&str]); 5] = [
    (
        "/.aws/credentials",
        &["aws_secret_access_key", "aws_session_token"],
    ),
    ("/.kube/config", &["client-key-data", "token", "password"]),
    ("/.my.cnf", &["password"]),
    ("/.netrc", &["password"]),
    ("/.pypirc", &["password"]),
];

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
        || is_list_of_keys(path)
        || !names(path).is_empty()
        || matches!(name_of(path), ".dockercfg" | ".git-credentials" | ".pgpass")
        || [
            "/.docker/config.json",
            "/containers/auth.json",
            "/helm/registry/config.json",
        ]
        .iter()
        .any(|end| path.ends_with(end))
}

/// Whether a login is in a file, or was in what is left of it.
pub(crate) fn has_login(path: &str, bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    if text.lines().next() == Some(LOGIN) {
        return true;
    }
    if is_list_of_keys(path) {
        let mut lines = text.lines().map(str::trim);
        lines.any(|line| !line.is_empty() && !line.starts_with('#'))
    } else if is_npm(path) {
        text.lines().any(is_token)
    } else if is_git(path) || name_of(path) == ".git-credentials" {
        text.lines().any(is_login_of_git)
    } else if name_of(path) == ".pgpass" {
        // host, port, database and user stand before it
        let mut lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.any(|line| line.splitn(5, ':').nth(4).is_some_and(|it| !it.is_empty()))
    } else if !names(path).is_empty() {
        let sets = |line: &str| names(path).iter().any(|name| is_set(line, name));
        text.lines().any(sets)
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

/// Returns what names a login in a file of this path.
fn names(path: &str) -> &'static [&'static str] {
    let rooted = format!("/{path}");
    let known = NAMED.iter().find(|(end, _)| rooted.ends_with(end));
    known.map_or(&[], |(_, names)| names)
}

/// Whether a line that is no remark has a name, and not to set it to nothing.
fn is_set(line: &str, name: &str) -> bool {
    let line = line.trim();
    let Some((_, rest)) = line.split_once(name) else {
        return false;
    };
    let value = rest.trim_start().strip_prefix(['=', ':']);
    let is_empty = value.is_some_and(|it| it.trim().trim_matches(['"', '\'']).is_empty());
    !line.starts_with(['#', ';']) && !is_empty
}

/// Whether it is a list of who may log in by SSH.
fn is_list_of_keys(path: &str) -> bool {
    matches!(name_of(path), "authorized_keys" | "authorized_keys2")
        || path.starts_with("etc/ssh/authorized_keys/")
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
        || (path.contains(".git/modules/") && path.ends_with("/config"))
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
    host.rsplit_once('@').is_some_and(|(user, _)| {
        user.contains(':') || is_token_of_host(user) || words::is_drawn(user)
    })
}

/// Whether a user's name is a token of GitHub or GitLab.
fn is_token_of_host(user: &str) -> bool {
    let starts = [
        "ghp_",
        "gho_",
        "ghu_",
        "ghs_",
        "ghr_",
        "github_pat_",
        "glpat-",
        "gldt-",
    ];
    starts.iter().any(|start| user.starts_with(start))
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
            (git, "url = https://ghp_abcdefghijk@github.com/x/y", true),
            (
                "app/.git/modules/s/config",
                "url = https://a:word@git.example.org/x",
                true,
            ),
            ("root/.dockercfg", r#"{"r.example":{"auth":"eDp5"}}"#, true),
            ("root/.ssh/authorized_keys", "# none\n\n", false),
            ("root/.ssh/authorized_keys", "# me\nssh-rsa AAAA x", true),
            (git, "\turl = https://me@git.example.org/x", false),
            (git, "\turl = git@github.com:x/y.git", false),
            (git, "\textraheader = AUTHORIZATION: basic eDp5", true),
            (git, "\textraheader = X-Trace: 1", false),
            ("root/.git-credentials", "https://me:word@host", true),
            ("root/.git-credentials", "# none", false),
            ("root/.my.cnf", "[client]\nuser=root", false),
            ("root/.my.cnf", "[client]\n#password=x\npassword=''", false),
            ("root/.my.cnf", "[client]\npassword = word", true),
            ("root/.pgpass", "#host:port:db:user:word\nh:1:*:me:", false),
            ("root/.pgpass", "h:1:*:me:word", true),
            ("root/.netrc", "machine h login me", false),
            ("root/.netrc", "machine h login me\npassword\nword", true),
            ("root/.aws/credentials", "[default]\nregion=x", false),
            ("root/.aws/credentials", "aws_secret_access_key = x", true),
            (
                "root/.kube/config",
                "users:\n- user: {exec: {command: x}}",
                false,
            ),
            ("root/.kube/config", "    token: word", true),
            ("root/.pypirc", "[pypi]\nusername = me", false),
        ] {
            assert_eq!(has_login(path, text.as_bytes()), want, "{text}");
            let kept = kept(path, text.as_bytes());
            assert_eq!(has_login(path, &kept), want, "{text}");
            assert!(kept.len() < 10, "{text}");
        }
    }
}
