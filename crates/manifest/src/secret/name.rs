//! How surely a name is that of a secret.

/// Last words of names whose values are secrets.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "apikey",
    "secretkey",
    "accesskey",
    "privatekey",
    "authtoken",
    "accesstoken",
    "clientsecret",
    "dbpassword",
    "userpassword",
    "rootpassword",
    "adminpassword",
    "requirepass",
    "masterauth",
];

/// What stands before `key` where its value is a secret; or `base` (Rails) behind it.
const KEYS: &[&str] = &[
    "api",
    "access",
    "private",
    "encryption",
    "signing",
    "master",
    "auth",
    "account",
    "storage",
    "session",
    "jwt",
    "app",
    "license",
];

/// Last words of names whose values are secrets if they look like chance.
const PERHAPS: &[&str] = &[
    "key",
    "auth",
    "salt",
    "signature",
    "cookie",
    "bearer",
    "seed",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strength {
    None,
    /// If it looks like chance.
    Perhaps,
    /// If it is not the name of a Secret.
    Reference,
    Sure,
}

/// Says how surely a name is that of a secret: its last word counts, `TOKEN_URL` is none.
pub(super) fn strength(name: &str) -> Strength {
    let words = words(name);
    let mut last = words.iter().rev().map(String::as_str);
    let (Some(word), before) = (last.next(), last.next().unwrap_or_default()) else {
        return Strength::None;
    };
    let is_public = words
        .iter()
        .any(|word| matches!(word.as_str(), "public" | "pub" | "pull"));
    match word {
        _ if is_public => Strength::None,
        "secret" | "token" | "credentials" | "credential" | "pass" => Strength::Reference,
        "key" if KEYS.contains(&before) => Strength::Reference,
        "base" if before == "key" => Strength::Sure,
        _ if NAMES.contains(&word) => Strength::Sure,
        _ if PERHAPS.contains(&word) => Strength::Perhaps,
        _ => Strength::None,
    }
}

/// Returns the words of a name, small: `dbRootPassword2` has three.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for c in name.chars().take(200) {
        let starts = !c.is_ascii_alphabetic() || (c.is_ascii_uppercase() && was_small);
        if starts {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_ascii_alphabetic(), words.last_mut()) {
            word.push(c.to_ascii_lowercase());
        }
        was_small = c.is_ascii_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}
