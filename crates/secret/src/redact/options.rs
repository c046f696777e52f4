//! What follows an option: `--password hunter2`, `-u admin:hunter2`.

use std::ops::Range;

use super::assigned::{next_blank, opened, quoted};
use super::names::{Secrecy, of_option};
use super::{REDACTED, found, is_of_name};

/// Options whose value is `user:password`.
const USER_OPTIONS: &[&str] = &["-u", "-U", "--user", "--proxy-user"];

/// What an argument that is an option says of the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Plain,
    Secret(Secrecy),
    User,
}

impl Next {
    /// Reads an argument.
    pub(super) fn after(argument: &str) -> Self {
        if USER_OPTIONS.contains(&argument) {
            return Self::User;
        }
        if is_curls(argument) {
            return Self::User;
        }
        let name = argument.trim_start_matches('-');
        let is_option = name.len() < argument.len() && name.chars().all(is_of_name);
        match of_option(name) {
            secrecy if is_option && secrecy != Secrecy::None => Self::Secret(secrecy),
            _ => Self::Plain,
        }
    }

    /// Returns the next argument as it may be shown; `None` if it is no secret.
    pub(super) fn redacted(self, argument: &str) -> Option<String> {
        let start = self.secret(argument)?;
        Some(format!("{}{REDACTED}", argument.get(..start)?))
    }

    /// Returns where the secret begins in the next argument.
    pub(super) fn secret(self, argument: &str) -> Option<usize> {
        match self {
            Self::Plain => None,
            Self::Secret(_) if argument.starts_with('-') || argument == REDACTED => None,
            // whose key is a file tells where it is, and no more
            Self::Secret(Secrecy::Likely) if argument.starts_with(['/', '.']) => None,
            Self::Secret(secrecy) => secrecy.hides(argument).then_some(0),
            Self::User => {
                let (user, password) = argument.split_once(':')?;
                let is_open = is_group(user, password) || !Secrecy::Sure.hides(password);
                (!is_open).then_some(user.len() + 1)
            }
        }
    }
}

/// `--user 1000:1000` and `-u app:app` are user and group.
fn is_group(user: &str, group: &str) -> bool {
    let is_number = group.bytes().all(|byte| byte.is_ascii_digit());
    is_number || user == group || matches!(group, "root" | "nogroup" | REDACTED)
}

/// Returns a command in which no option is followed by a secret.
pub(super) fn without(text: &str) -> String {
    found::replaced(text, secrets(text))
}

/// Returns where secrets stand behind options.
pub(super) fn secrets(text: &str) -> Vec<Range<usize>> {
    const AROUND: [char; 8] = ['"', '\'', ',', '(', ')', '[', ']', '`'];
    let mut found = Vec::new();
    let mut next = Next::Plain;
    let mut quote = None;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let start = at + rest.len() - rest.trim_start().len();
        let after = text.get(start..).unwrap_or_default();
        // only a value is taken whole: a script in quotes has options of its own
        let whole = (next != Next::Plain).then(|| quoted(after)).flatten();
        let len = whole.unwrap_or_else(|| next_blank(after));
        let argument = after.get(..len).unwrap_or_default();
        let bare = argument.trim_start_matches(AROUND);
        let bare_at = start + len - bare.len();
        let word = if whole.is_none() && bare.len() == len && quote.is_none() {
            bare.split([';', '|', '&']).next().unwrap_or_default()
        } else {
            bare.trim_end_matches([';', '|', '&'])
        };
        let word = word.trim_end_matches(AROUND).trim_end_matches(';');
        let word = word.trim_end_matches(AROUND);
        if let Some(from) = next.secret(word).or_else(|| glued(word)) {
            found.push(bare_at + from..bare_at + word.len());
        }
        quote = opened(quote, text.get(at..start + len).unwrap_or_default());
        next = Next::after(word);
        at = start + len;
    }
    found
}

/// Options of curl that take no value, and may stand before another in one word.
const CURLS: &str = "0346afgijklnpqsvGIJLNOSZ";

/// `-fsSLu`.
fn is_curls(argument: &str) -> bool {
    let letters = argument.strip_prefix('-').unwrap_or_default();
    letters.trim_start_matches(|c| CURLS.contains(c)) == "u"
}

/// `-uadmin:hunter2`, `-sSuadmin:hunter2`.
fn glued(word: &str) -> Option<usize> {
    let letters = word.strip_prefix('-')?;
    let login = letters
        .trim_start_matches(|c| CURLS.contains(c))
        .strip_prefix('u')?;
    // an address is no login
    if login.contains("://") || login.starts_with('/') {
        return None;
    }
    let bare = login.trim_start_matches(['"', '\'']);
    let from = Next::User.secret(bare)?;
    Some(word.len() - bare.len() + from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: &[(&str, &str)] = &[
        (
            "mysql --password hunter2 db",
            "mysql --password [redacted] db",
        ),
        ("x --api-token 'a b' y", "x --api-token '[redacted]' y"),
        (
            r#"CMD ["app" "--password" "hunter2"]"#,
            r#"CMD ["app" "--password" "[redacted]"]"#,
        ),
        (
            r#"["app", "--password", "hunter2"]"#,
            r#"["app", "--password", "[redacted]"]"#,
        ),
        (
            "sh -c \"x --token  hunter2\" y",
            "sh -c \"x --token  [redacted]\" y",
        ),
        ("(x --secret hunter2); y", "(x --secret [redacted]); y"),
        (
            "curl -u admin:hunter2 https://h/",
            "curl -u admin:[redacted] https://h/",
        ),
        ("curl --user 'a:b c' h", "curl --user 'a:[redacted]' h"),
        (
            "x -u 1000:1000 --user app:app",
            "x -u 1000:1000 --user app:app",
        ),
        (
            "docker login -u a --password-stdin reg",
            "docker login -u a --password-stdin reg",
        ),
        (
            "adduser --disabled-password app",
            "adduser --disabled-password app",
        ),
        ("x --password --verbose y", "x --password --verbose y"),
        (
            "tls --key /etc/ssl/a.key --key abc",
            "tls --key /etc/ssl/a.key --key [redacted]",
        ),
        ("x --password", "x --password"),
        ("x --password a|sh", "x --password [redacted]|sh"),
        ("x --password a; y", "x --password [redacted]; y"),
        (
            "sh -c 'x --password a; y'",
            "sh -c 'x --password [redacted]; y'",
        ),
        ("x --password $PW -u a:$PW", "x --password $PW -u a:$PW"),
        ("cat password file - x", "cat password file - x"),
        (
            "curl -uadmin:hunter2 h; x -u1000:1000 -u'a:b' -uroot",
            "curl -uadmin:[redacted] h; x -u1000:1000 -u'a:[redacted]' -uroot",
        ),
        (
            "curl -fsSLu a:b h; curl -sSua:b h; sort -ru",
            "curl -fsSLu a:[redacted] h; curl -sSua:[redacted] h; sort -ru",
        ),
        (
            "keytool -storepass hunter2 -keypass hunter3",
            "keytool -storepass [redacted] -keypass [redacted]",
        ),
    ];

    #[test]
    fn what_follows_a_secret_option_is_gone() {
        for (text, want) in CASES {
            assert_eq!(without(text), *want, "{text}");
        }
    }
}
