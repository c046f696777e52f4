//! Whether a file of settings holds a login: most are there for something else.
//!
//! Notes of files are kept on disk, so of these files only the answer is.

/// What is kept of a file that holds a login.
const LOGIN: &[u8] = b"login";

/// Returns what is kept of a file: nothing, if no login is in it.
pub(crate) fn kept(path: &str, bytes: &[u8]) -> Vec<u8> {
    if has_login(path, bytes) {
        LOGIN.to_vec()
    } else {
        Vec::new()
    }
}

/// Whether it is a file of which only the answer is kept.
pub(crate) fn is_asked(path: &str) -> bool {
    is_npm(path)
        || path.ends_with("/.docker/config.json")
        || path.ends_with("/containers/auth.json")
}

/// Whether a login is in a file, or was in what is left of it.
pub(crate) fn has_login(path: &str, bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    bytes == LOGIN
        || if is_npm(path) {
            text.lines().any(is_token)
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
    path.ends_with("/.npmrc")
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
        ] {
            assert_eq!(has_login(path, text.as_bytes()), want, "{text}");
            let kept = kept(path, text.as_bytes());
            assert_eq!(has_login(path, &kept), want, "{text}");
            assert!(kept.len() < 10, "{text}");
        }
    }
}
