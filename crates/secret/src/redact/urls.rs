//! What stands before the host of a URL: `//user:password@`, `//token@`.

use super::REDACTED;

/// Users that everybody is.
const OPEN_USERS: &[&str] = &["anonymous", "git"];

/// Returns the text in which URLs carry no secret.
pub(super) fn without(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("//") {
        out.push_str(before);
        out.push_str("//");
        rest = after;
        let len = authority(after);
        let Some((userinfo, _)) = after.get(..len).and_then(|host| host.rsplit_once('@')) else {
            continue;
        };
        let mut words = before.rsplit(|c: char| !c.is_alphanumeric() && c != '+');
        let scheme = words.find(|word| !word.is_empty()).unwrap_or_default();
        out.push_str(&redacted(userinfo, scheme));
        rest = after.get(userinfo.len()..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// Returns where the host and what stands before it end.
fn authority(after: &str) -> usize {
    let ends =
        |c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\'' | '`' | '<' | '>');
    after.find(ends).unwrap_or(after.len())
}

fn redacted(userinfo: &str, scheme: &str) -> String {
    match userinfo.split_once(':') {
        // a token takes the place of the user where no password is wanted
        Some((_, password @ ("" | "x-oauth-basic"))) => format!("{REDACTED}:{password}"),
        Some((user, _)) => format!("{user}:{REDACTED}"),
        // a reference to a variable tells nothing, and who logs in by key is named alone
        None if userinfo.is_empty()
            || userinfo.starts_with('$')
            || OPEN_USERS.contains(&userinfo)
            || scheme.ends_with("ssh") =>
        {
            userinfo.to_owned()
        }
        None => REDACTED.to_owned(),
    }
}

/// Returns what takes the place of the user in URLs of a text, and may be a token.
pub(super) fn users(text: &str) -> Vec<&str> {
    let hosts = text.match_indices("//").filter_map(|(at, _)| {
        let after = text.get(at + 2..)?;
        let (user, _) = after.get(..authority(after))?.rsplit_once('@')?;
        (!user.contains(':')).then_some(user)
    });
    hosts.filter(|user| !user.starts_with('$')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_carry_no_secret() {
        for (text, want) in [
            (
                "curl https://me:pass@host/x?a=b",
                "curl https://me:[redacted]@host/x?a=b",
            ),
            ("https://me:p@ss:word@host", "https://me:[redacted]@host"),
            (
                "https://hunter2@github.com/a",
                "https://[redacted]@github.com/a",
            ),
            ("https://hunter2:@host", "https://[redacted]:@host"),
            (
                "https://hunter2:x-oauth-basic@host",
                "https://[redacted]:x-oauth-basic@host",
            ),
            (
                "a=postgres://u:p@h/db b=redis://:p@h",
                "a=postgres://u:[redacted]@h/db b=redis://:[redacted]@h",
            ),
            ("https://${TOKEN}@host", "https://${TOKEN}@host"),
            (
                "ssh://git@github.com/a git+ssh://me@h",
                "ssh://git@github.com/a git+ssh://me@h",
            ),
            (
                "git clone git@github.com:a/b",
                "git clone git@github.com:a/b",
            ),
            (
                "https://host:8080/x user@example.org",
                "https://host:8080/x user@example.org",
            ),
            (
                "https://host/@scope/pkg@1.0 // a@b",
                "https://host/@scope/pkg@1.0 // a@b",
            ),
            ("\"https://host\"@x", "\"https://host\"@x"),
        ] {
            assert_eq!(without(text), want, "{text}");
        }
    }
}
