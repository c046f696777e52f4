//! Values that people write: what is a placeholder, a path or a word is no secret.

use super::{Facts, Seen, base64, if_so, proved_if};

/// Values that stand where a secret goes.
const PLACEHOLDERS: &[&str] = &[
    "changeit",
    "changeme",
    "change_me",
    "change-me",
    "default",
    "dummy",
    "empty",
    "example",
    "false",
    "fixme",
    "foo",
    "foobar",
    "bar",
    "abc",
    "123",
    "hidden",
    "insert",
    "none",
    "null",
    "pass",
    "passwd",
    "password",
    "passphrase",
    "placeholder",
    "pwd",
    "redacted",
    "replaceme",
    "replace_me",
    "required",
    "sample",
    "secret",
    "sensitive",
    "string",
    "test",
    "testing",
    "tbd",
    "todo",
    "token",
    "true",
    "undefined",
    "unset",
    "user",
    "username",
    "value",
    "[redacted]",
];

/// Beginnings and endings of what a program fills in.
const FILLED_IN: &[(&str, &str)] = &[
    ("<", ""),
    ("${", ""),
    ("$(", ""),
    ("{{", ""),
    ("#{", ""),
    ("@", "@"),
    ("%", "%"),
    ("%(", ""),
    ("__", "__"),
    ("your-", ""),
    ("your_", ""),
    ("your ", ""),
    ("my-", ""),
    ("my_", ""),
    ("enter-", ""),
    ("insert-", ""),
];

/// Words that say where a secret is, or how it is kept: what follows is none.
pub(crate) const PLACES: &[&str] = &[
    "BACKEND", "ENCODER", "FILE", "HEADER", "MANAGER", "POLICY", "SERVER", "SERVICE", "STORE",
];

/// Other ends of names whose values are no secrets though another part of the name says so.
const OPEN_ENDS: &[&str] = &[
    "AUDIENCE",
    "HELPER",
    "REALM",
    "ROTATION",
    "SOURCE",
    "SYMBOL",
    "USERNAME",
    "PATH",
    "DIR",
    "URL",
    "URI",
    "HOST",
    "PORT",
    "NAME",
    "ID",
    "VERSION",
    "TYPE",
    "TTL",
    "PUBLIC",
    "ENABLED",
    "REQUIRED",
    "METHOD",
    "LENGTH",
    "EXPIRY",
    "TIMEOUT",
    "ALGORITHM",
    "ENDPOINT",
    "ISSUER",
    "LEN",
    "LIFETIME",
    "MAX",
    "MIN",
    "PROMPT",
    "PROVIDER",
    "ROUNDS",
];

/// Words that say how a setting is to be, not what is secret.
const SWITCHES: &[&str] = &[
    "yes",
    "no",
    "on",
    "off",
    "true",
    "false",
    "none",
    "null",
    "auto",
    "always",
    "never",
    "optional",
    "basic",
    "bearer",
    "md5",
    "trust",
    "peer",
    "ident",
    "scram-sha-256",
    "enabled",
    "disabled",
];

/// A password in a file that keeps passwords.
pub(crate) fn password(seen: &Seen<'_>) -> Option<Facts> {
    let value = seen.secret();
    if_so(!is_placeholder(value) && !stands_before(seen.before(), value))
}

/// A password in a URL whose host is not reserved for documents (RFC 2606).
pub(crate) fn url_password(seen: &Seen<'_>) -> Option<Facts> {
    let rest = seen.text.get(seen.secret.end..)?.strip_prefix(b"@")?;
    let rest = rest.get(..256).unwrap_or(rest);
    let is_of_host = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let len = rest
        .iter()
        .position(|byte| !is_of_host(byte))
        .unwrap_or(rest.len());
    let host = rest.get(..len)?.to_ascii_lowercase();
    let mut parts = host.rsplit(|&byte| byte == b'.');
    let (top, second) = (parts.next()?, parts.next().unwrap_or_default());
    let is_reserved = matches!(top, b"example" | b"invalid" | b"test") || second == b"example";
    password(seen).filter(|_| !is_reserved)
}

/// Base64 of `user:password`.
pub(crate) fn login(seen: &Seen<'_>) -> Option<Facts> {
    let text = base64(seen.secret())?;
    let colon = text.iter().position(|&byte| byte == b':')?;
    let (user, password) = (text.get(..colon)?, text.get(colon + 1..)?);
    let is_text = |part: &[u8]| !part.is_empty() && !part.iter().any(u8::is_ascii_control);
    let is_login = is_text(user) && is_text(password) && std::str::from_utf8(&text).is_ok();
    proved_if(is_login && !is_placeholder(password) && user != password)
}

/// The value of `name = value` in any text: looks random, and is neither code nor address.
pub(crate) fn assigned(seen: &Seen<'_>) -> Option<Facts> {
    let value = seen.secret();
    let has = |is: fn(&u8) -> bool| value.iter().any(is);
    let is_random = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    let is_address = contains(value, b"://") || value.starts_with(b"/") || value.starts_with(b"./");
    if_so(is_random && !is_address && !is_placeholder(value))
}

/// A setting `NAME=value` whose name says that it is secret.
pub(crate) fn setting(seen: &Seen<'_>) -> Option<Facts> {
    let value = seen.secret();
    let before = String::from_utf8_lossy(seen.before()).to_ascii_uppercase();
    let name = before.trim_end_matches(['"', '\'', '=', ' ', '\t']);
    let is_open = says_where(name) || name.contains("GPG_KEY") || name.contains("PUBLIC");
    if_so(!is_open && !is_plain(value) && !is_placeholder(value))
}

/// Whether the last word of a name says where a secret is, or how it is kept.
pub(crate) fn says_where(name: &str) -> bool {
    let last = name.rsplit(['_', '-', '.']).next().unwrap_or_default();
    let mut ends = OPEN_ENDS.iter().chain(PLACES);
    ends.any(|end| last.eq_ignore_ascii_case(end))
}

/// `://` is followed by a name, a colon and an `@` before the path begins.
pub(crate) fn logs_in(rest: &[u8]) -> bool {
    let host = rest.get(3..).unwrap_or_default();
    let host = host.get(..402).unwrap_or(host);
    let ends =
        |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'@' | b'"' | b'\'' | b'<');
    let end = host.iter().position(ends);
    end.is_some_and(|end| host.get(end) == Some(&b'@'))
}

/// A path, an address, a number or a switch.
fn is_plain(value: &[u8]) -> bool {
    let text = String::from_utf8_lossy(value);
    let text = text.trim().trim_matches(['"', '\'']);
    let is_path = text.starts_with(['/', '~']) || text.starts_with("./") || text.starts_with("../");
    let is_number = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b".:,-".contains(&byte));
    is_path
        || is_number && text.len() < 6
        || is_address(text)
        || SWITCHES.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// An address in which nobody logs in.
fn is_address(text: &str) -> bool {
    let rest = text.split_once("://").map(|(_, rest)| rest);
    rest.is_some_and(|rest| !rest.split('/').next().unwrap_or_default().contains('@'))
}

/// Whether a value only stands where a secret goes.
pub(crate) fn is_placeholder(value: &[u8]) -> bool {
    let text = String::from_utf8_lossy(value).to_ascii_lowercase();
    let text = text.trim().trim_matches(['"', '\'', '`']);
    let is_one_character = text.chars().skip(1).all(|c| text.starts_with(c));
    let is_masked = text
        .chars()
        .all(|c| matches!(c, '*' | 'x' | '.' | '-' | '_' | '•' | '#'));
    let is_filled_in = FILLED_IN.iter().any(|(start, end)| {
        text.len() > start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
    });
    is_one_character
        || is_masked
        || is_filled_in
        || text.starts_with('$')
        || PLACEHOLDERS.contains(&text)
        || ["example", "changeme", "placeholder", "xxxx", "${", "{{"]
            .iter()
            .any(|part| text.contains(part))
        || is_request(text)
}

/// Words with which a value asks for another: `replace-with-a-long-string`, `put_token_here`.
const REQUESTS: &[&str] = &[
    "change", "enter", "fill", "generate", "here", "insert", "put", "replace", "your",
];

/// Whether a value is words, one of which asks for another value.
fn is_request(text: &str) -> bool {
    let is_break = |c: char| matches!(c, '-' | '_' | ' ');
    let are_words = text.chars().all(|c| c.is_ascii_alphabetic() || is_break(c));
    let mut words = text.split(is_break);
    are_words && text.contains(is_break) && words.any(|word| REQUESTS.contains(&word))
}

/// Whether a value is also a word before it: `root:root@`, `password = password`.
fn stands_before(before: &[u8], value: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    before
        .split(|byte| !is_part(byte))
        .any(|word| word.eq_ignore_ascii_case(value))
}

fn contains(text: &[u8], what: &[u8]) -> bool {
    text.windows(what.len()).any(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_where_a_secret_goes_is_none() {
        for (value, want) in [
            ("changeme", true),
            ("CHANGEME", true),
            ("xxxxxxxx", true),
            ("********", true),
            ("<password>", true),
            ("${DB_PASSWORD}", true),
            ("$DB_PASSWORD", true),
            ("{{ .Values.pw }}", true),
            ("%PASSWORD%", true),
            ("@PASSWORD@", true),
            ("your-token", true),
            ("aaaaaaaa", true),
            ("replace-with-a-long-string", true),
            ("put your token here", true),
            ("correct-horse-battery", false),
            ("changeling", false),
            ("your-x7Kq2", true),
            ("put-x7Kq2vv", false),
            ("hunter2", false),
            ("correct horse", false),
            ("p@ss%word", false),
        ] {
            assert_eq!(is_placeholder(value.as_bytes()), want, "{value}");
        }
    }

    #[test]
    fn settings_whose_values_are_open_are_none() {
        let found = |text: &str| {
            let value = text.find('=').unwrap() + 1;
            let seen = Seen {
                text: text.as_bytes(),
                whole: 0..text.len(),
                secret: value..text.len(),
            };
            setting(&seen).is_some()
        };
        for (text, want) in [
            ("DB_PASSWORD=hunter2", true),
            ("DB_PASSWORD=483920", true),
            ("API_TOKEN=https://me:hunter2@host/", true),
            ("TOKEN_URL=https://host/", false),
            ("API_TOKEN=https://host/a@b", false),
            ("AUTH=none", false),
            ("TOKEN_TTL=3600", false),
            ("SECRET_FILE=x9", false),
            ("PASSWORD=/run/secrets/x", false),
            ("GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D", false),
        ] {
            assert_eq!(found(text), want, "{text}");
        }
    }
}
