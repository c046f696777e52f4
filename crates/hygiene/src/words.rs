//! Names and values of variables that look like secrets.
//!
//! Source of truth: `reference/hygiene.md` §2.3, `env-name` and `placeholder`.

/// Parts of names that mean a secret.
const SECRET: [&str; 14] = [
    "password",
    "passwd",
    "pass",
    "pwd",
    "pword",
    "secret",
    "token",
    "apikey",
    "credential",
    "credentials",
    "auth",
    "passphrase",
    "privatekey",
    "psw",
];
/// Last parts of names that say where something is, or what it is like.
const ABOUT: [&str; 19] = [
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
];
/// Values that stand for a value.
const PLACEHOLDERS: [&str; 14] = [
    "changeme",
    "change_me",
    "example",
    "dummy",
    "todo",
    "none",
    "null",
    "true",
    "false",
    "password",
    "secret",
    "xxx",
    "your",
    "placeholder",
];

/// Whether a variable of this name holds a secret.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split(['_', '-', '.']).collect();
    let is_about = parts.last().is_some_and(|last| ABOUT.contains(last));
    let is_secret = parts.iter().any(|part| SECRET.contains(part));
    let is_key = matches!(
        parts[..],
        [
            ..,
            "api" | "access" | "secret" | "private" | "encryption",
            "key"
        ]
    );
    !is_about && !lower.starts_with("gpg_key") && (is_secret || is_key)
}

/// Whether a value is one, and no path, address, number, reference or placeholder.
pub(crate) fn is_literal(value: &str) -> bool {
    let value = value.trim();
    let lower = value.to_ascii_lowercase();
    let stands_for = value.starts_with(['$', '<', '{', '%', '/', '.'])
        || value.contains("://")
        || value.contains("***");
    let is_number = value.chars().all(|c| c.is_ascii_digit());
    let is_placeholder = PLACEHOLDERS.iter().any(|word| lower.starts_with(word));
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
        ] {
            assert_eq!(is_literal(value), want, "{value}");
        }
    }
}
