//! Names that say that their value is secret.

use crate::evidence::written;

/// How surely a name says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Secrecy {
    /// It does not.
    None,
    /// Most values of such a name are secret; a few, such as a fingerprint or `true`, are not.
    Likely,
    /// It does.
    Sure,
}

/// Parts of names whose values are nobody's business.
const PARTS: &[&str] = &[
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "SECRET",
    "TOKEN",
    "API_KEY",
    "APIKEY",
    "ACCESS_KEY",
    "PRIVATE_KEY",
    "ACCOUNT_KEY",
    "CREDENTIAL",
    "AUTHORIZATION",
];

/// Whole words of names that are too short to be looked for within words; `SSHPASS`, `STOREPASS` and the
/// like are known by their end.
const WORDS: &[&str] = &[
    "DBPWD",
    "MASTERAUTH",
    "PASSIN",
    "PASSOUT",
    "PAT",
    "PSW",
    "PW",
    "PWD",
    "PWORD",
];

/// Words that end as those of passwords do.
const NO_PASSWORDS: &[&str] = &["BYPASS", "COMPASS", "ENCOMPASS", "SURPASS", "TRESPASS"];

/// Words that say so where a name ends with them: `NPM_AUTH` is secret, `AUTH_METHOD` is not.
const LAST_WORDS: &[&str] = &["AUTH", "CRED", "CREDS", "JWT", "KEY", "PRIVATE"];

/// Words before `KEY` that make it another thing than a secret.
const OPEN_KEYS: &[&str] = &[
    "CACHE",
    "FOREIGN",
    "GPG",
    "PARTITION",
    "PGP",
    "PRIMARY",
    "PUB",
    "PUBLIC",
    "SORT",
];

/// Words with which an option says that no secret follows: `--password-stdin`, `--disabled-password`,
/// `--secret-store`.
const SWITCHES: &[&str] = &[
    "DISABLED", "FROM", "HEADERS", "INCLUDE", "NO", "STDIN", "THROUGH", "WITHOUT",
];

impl Secrecy {
    /// Reads a name; `PWD` alone is the working directory.
    pub(super) fn of(name: &str) -> Self {
        // what cuts text into tokens keeps none
        let name = in_words(name).replace("TOKENIZER", "");
        // of sudoers: it says that nobody is asked for one
        if name.starts_with("NOPASSWD") {
            return Self::None;
        }
        let words: Vec<&str> = name.split('_').collect();
        let is_pass = |word: &str| word.ends_with("PASS") && !NO_PASSWORDS.contains(&word);
        let has_word = words
            .iter()
            .any(|word| WORDS.contains(word) || is_pass(word));
        if PARTS.iter().any(|part| name.contains(part))
            || (has_word && !matches!(&*name, "PWD" | "OLDPWD"))
        {
            return Self::Sure;
        }
        match words[..] {
            [.., kind, "KEY"] if OPEN_KEYS.contains(&kind) => Self::None,
            [.., last] if LAST_WORDS.contains(&last) => Self::Likely,
            _ => Self::None,
        }
    }

    /// Whether a value of such a name is hidden.
    pub(super) fn hides(self, value: &str) -> bool {
        match self {
            Self::None => false,
            Self::Likely => !is_open(value),
            // `ALLOW_EMPTY_PASSWORD=yes` tells nothing, and rules are to see that it does not
            Self::Sure => !is_switch(value),
        }
    }
}

/// Whether a name may say that its value is secret: cheap, and more often than it does.
pub(super) fn may_be_secret(name: &str) -> bool {
    /// In each name that says so, in capitals.
    const IN_ALL: &[&str] = &[
        "AUTH", "CRED", "JWT", "KEY", "PASS", "PAT", "PRIVATE", "PSW", "PW", "SECRET", "TOKEN",
    ];
    let name = name.to_uppercase();
    IN_ALL.iter().any(|part| name.contains(part))
}

/// Whether an option, without its dashes, is followed by a secret.
pub(super) fn of_option(name: &str) -> Secrecy {
    let words = in_words(name);
    let is_open = |word: &str| SWITCHES.contains(&word) || written::PLACES.contains(&word);
    if words.split('_').any(is_open) {
        return Secrecy::None;
    }
    Secrecy::of(name)
}

/// `api-token`, `api.token` and `apiToken` are `API_TOKEN`.
fn in_words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut was_lower = false;
    for char in name.chars() {
        if was_lower && char.is_uppercase() {
            words.push('_');
        }
        was_lower = char.is_lowercase();
        match char {
            '-' | '.' => words.push('_'),
            char => words.extend(char.to_uppercase()),
        }
    }
    words
}

/// Whether a value is no secret whatever its name: a switch, or a fingerprint of a public key,
/// which Dockerfiles keep in variables called `key`.
fn is_open(value: &str) -> bool {
    is_switch(value) || (value.len() == 40 && value.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether a value tells nothing: it switches something on or off, names a variable, or is masked.
fn is_switch(value: &str) -> bool {
    let words = [
        "", "0", "1", "true", "false", "yes", "no", "on", "off", "none",
    ];
    words.iter().any(|word| value.eq_ignore_ascii_case(word))
        || is_variable(value)
        || value.chars().all(|c| c == '*')
}

/// `$NAME` or `${NAME}`, without a default that may be one.
fn is_variable(value: &str) -> bool {
    let Some(name) = value.strip_prefix('$') else {
        return false;
    };
    let inner = name.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
    let name = inner.unwrap_or(name);
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_is_secret() {
        for (names, want) in [
            (
                "DB_PASSWORD dbPassword api-token aws.secret PGPASS MYSQL_PWD AUTHORIZATION",
                Secrecy::Sure,
            ),
            (
                "KEY JWT REGISTRY_CRED NPM_AUTH SSH_PRIVATE ENCRYPTION_KEY signingKey LICENSE_KEY com.x.auth",
                Secrecy::Likely,
            ),
            (
                "PWD OLDPWD PATH COMPASS PUBLIC_KEY publicKey KEYBOARD KEYRING MONKEY GPG_KEY \
                 SSH_PUB_KEY NOPASSWD KEY_SHA512 AUTH_METHOD AUTHOR JWT_ISSUER KEYS tokenizers",
                Secrecy::None,
            ),
        ] {
            for name in names.split_whitespace() {
                assert_eq!(Secrecy::of(name), want, "{name}");
            }
        }
    }

    #[test]
    fn what_is_on_or_off_is_shown() {
        for (name, value, want) in [
            ("MYSQL_ALLOW_EMPTY_PASSWORD", "yes", false),
            ("PASSWORD", "True", false),
            ("PASSWORD", "", false),
            ("PASSWORD", "p", true),
            ("PASSWORD", "yes!", true),
            ("PASSWORD", "${DB_PASSWORD}", false),
            ("PASSWORD", "$DB_PASSWORD", false),
            ("PASSWORD", "${DB_PASSWORD:-p}", true),
            ("PASSWORD", "$", true),
            ("PASSWORD", "*******", false),
        ] {
            assert_eq!(Secrecy::of(name).hides(value), want, "{name}={value}");
        }
    }

    #[test]
    fn switches_are_followed_by_no_secret() {
        for (name, want) in [
            ("password", Secrecy::Sure),
            ("signing-key", Secrecy::Likely),
            ("password-stdin", Secrecy::None),
            ("disabled-password", Secrecy::None),
            ("no-password", Secrecy::None),
            ("secret-store", Secrecy::None),
            ("storepass", Secrecy::Sure),
        ] {
            assert_eq!(of_option(name), want, "{name}");
        }
    }
}
