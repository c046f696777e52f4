//! Names and values of variables that look like secrets.
//!
//! Source of truth: `reference/hygiene.md` §2.3, `env-name` and `placeholder`.

/// Parts of names that mean a secret.
const SECRET: [&str; 16] = [
    "password",
    "passwd",
    "pass",
    "pwd",
    "pword",
    "secret",
    "token",
    "apikey",
    "cred",
    "creds",
    "credential",
    "credentials",
    "auth",
    "passphrase",
    "privatekey",
    "psw",
];
/// Last parts of names that say where something is, or what it is like.
const ABOUT: [&str; 33] = [
    "file",
    "path",
    "dir",
    "url",
    "uri",
    "host",
    "port",
    "name",
    "id",
    "version",
    "type",
    "ttl",
    "public",
    "enabled",
    "method",
    "algorithm",
    "length",
    "expiry",
    "policy",
    "min",
    "max",
    "len",
    "required",
    "timeout",
    "rounds",
    "prompt",
    "header",
    "backend",
    "endpoint",
    "issuer",
    "lifetime",
    "provider",
    "store",
];
/// Ends of words that mean a secret without a stroke before them: `PGPASSWORD`, `CLIENTSECRET`.
const ENDS: [&str; 8] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "secretkey",
    "accesskey",
];
/// What keys are that are no secrets.
const OPEN_KEYS: [&str; 9] = [
    "public",
    "gpg",
    "host",
    "primary",
    "foreign",
    "sort",
    "cache",
    "partition",
    "registry",
];
/// Values that stand for a value.
const PLACEHOLDERS: [&str; 9] = [
    "none", "null", "true", "false", "password", "secret", "todo", "dummy", "disabled",
];
/// Beginnings of such values.
const PLACEHOLDER_STARTS: [&str; 6] = [
    "changeme",
    "change_me",
    "change-me",
    "example",
    "your",
    "placeholder",
];
/// Characters from which on a value may be a key that somebody drew.
const KEY_CHARACTERS: usize = 16;

/// Whether a variable of this name holds a secret.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let (parts, is_about) = parts(name);
    let is_secret = parts.iter().any(|part| {
        let bare = part.trim_end_matches(|c: char| c.is_ascii_digit());
        SECRET.contains(&bare) || ENDS.iter().any(|end| bare.ends_with(end))
    });
    let is_key = match &parts[..] {
        [.., before, key] => {
            key == "key"
                && matches!(
                    &**before,
                    "api" | "access" | "secret" | "private" | "encryption" | "signing" | "account"
                )
        }
        _ => false,
    };
    !is_about && (is_secret || is_key)
}

/// Whether a variable of this name may hold a key: it is one if the value looks drawn.
pub(crate) fn is_key_name(name: &str) -> bool {
    let (parts, is_about) = parts(name);
    let is_open = parts.iter().any(|part| OPEN_KEYS.contains(&&**part));
    let is_key = parts.len() > 1 && parts.last().is_some_and(|last| last == "key");
    is_key && !is_about && !is_open
}

/// Returns the words of a name, and whether it says where something is, or what it is like.
fn parts(name: &str) -> (Vec<String>, bool) {
    let lower = name.to_ascii_lowercase();
    let parts: Vec<String> = lower.split(['_', '-', '.']).map(str::to_owned).collect();
    let is_about = parts.last().is_some_and(|last| ABOUT.contains(&&**last));
    (parts, is_about || lower.starts_with("gpg_key"))
}

/// Whether a value looks drawn: long, without blanks, of letters and digits.
pub(crate) fn is_drawn(value: &str) -> bool {
    let has = |is: fn(&char) -> bool| value.chars().any(|c| is(&c));
    let is_bare = value
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "+/=_-:".contains(c));
    is_literal(value)
        && value.len() >= KEY_CHARACTERS
        && is_bare
        && has(char::is_ascii_digit)
        && has(char::is_ascii_alphabetic)
}

/// Whether a value is one, and no path, address, number, reference or placeholder.
pub(crate) fn is_literal(value: &str) -> bool {
    let value = value.trim();
    let lower = value.to_ascii_lowercase();
    let stands_for = value.starts_with(['$', '<', '{', '%', '/', '.'])
        || value.contains("://")
        || value.contains("***");
    let is_number = value.chars().all(|c| c.is_ascii_digit());
    let is_placeholder = PLACEHOLDERS.contains(&&*lower)
        || lower.starts_with("xxx")
        || PLACEHOLDER_STARTS
            .iter()
            .any(|word| lower.starts_with(word));
    value.len() >= 4 && !stands_for && !is_number && !is_placeholder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_told_apart() {
        for (name, want) in [
            ("DB_PASSWORD", true),
            ("NPM_TOKEN", true),
            ("AWS_SECRET_ACCESS_KEY", true),
            ("API_KEY", true),
            ("DB_PASSWORD_FILE", false),
            ("GPG_KEY", false),
            ("KEYBOARD", false),
            ("COMPASS", false),
            ("TOKEN_URL", false),
            ("PASSWORD_MIN", false),
            ("PGPASSWORD", true),
            ("MYSQL_PASSWORD2", true),
            ("CLIENTSECRET", true),
            ("SIGNING_KEY", true),
            ("REGISTRY_CRED", true),
            ("PW_BROWSERS", false),
            ("APP_KEY", false),
            ("COMPASSED", false),
        ] {
            assert_eq!(is_secret_name(name), want, "{name}");
        }
        for (value, want) in [
            ("hunter22", true),
            ("", false),
            ("abc", false),
            ("/run/secret", false),
            ("${X}", false),
            ("https://x", false),
            ("12345", false),
            ("changeme", false),
            ("changeme123", false),
            ("secret", false),
            ("secret-of-the-shop", true),
            ("password1", true),
        ] {
            assert_eq!(is_literal(value), want, "{value}");
        }
        for (name, value, want) in [
            ("APP_KEY", "base64:c29tZXRoaW5nIGxvbmcx", true),
            ("APP_KEY", "sorted by name", false),
            ("STRIPE_KEY", "0123456789abcdef", true),
            ("CACHE_KEY", "0123456789abcdef", false),
            ("GPG_KEY", "0123456789abcdef", false),
            ("KEY", "0123456789abcdef", false),
        ] {
            assert_eq!(is_key_name(name) && is_drawn(value), want, "{name}");
        }
    }
}
