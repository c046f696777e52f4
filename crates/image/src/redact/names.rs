//! Names that say that their value is secret.

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

/// Whole words of names that are too short to be looked for within words.
const WORDS: &[&str] = &[
    "ADMINPASS",
    "DBPASS",
    "DBPWD",
    "PASS",
    "PAT",
    "PGPASS",
    "PWD",
    "ROOTPASS",
    "USERPASS",
];

/// Words that say so where a name ends with them: `NPM_AUTH` is secret, `AUTH_METHOD` is not.
const LAST_WORDS: &[&str] = &["AUTH", "CREDS", "JWT", "KEY", "PRIVATE"];

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

/// Words with which an option says that no secret follows: `--password-stdin`,
/// `--disabled-password`.
const SWITCHES: &[&str] = &["DISABLED", "NO", "STDIN", "WITHOUT"];

impl Secrecy {
    /// Reads a name; `PWD` alone is the working directory.
    pub(super) fn of(name: &str) -> Self {
        // what cuts text into tokens keeps none
        let name = in_words(name).replace("TOKENIZER", "");
        let words: Vec<&str> = name.split('_').collect();
        let has_word = words.iter().any(|word| WORDS.contains(word));
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
            Self::Sure => !value.is_empty(),
        }
    }
}

/// Whether an option, without its dashes, is followed by a secret.
pub(super) fn of_option(name: &str) -> Secrecy {
    let words = in_words(name);
    if words.split('_').any(|word| SWITCHES.contains(&word)) {
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
    let is_switch = [
        "", "0", "1", "true", "false", "yes", "no", "on", "off", "none",
    ]
    .iter()
    .any(|word| value.eq_ignore_ascii_case(word));
    is_switch || (value.len() == 40 && value.bytes().all(|byte| byte.is_ascii_hexdigit()))
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
                "KEY JWT NPM_AUTH SSH_PRIVATE ENCRYPTION_KEY signingKey LICENSE_KEY com.x.auth",
                Secrecy::Likely,
            ),
            (
                "PWD OLDPWD PATH COMPASS PUBLIC_KEY publicKey KEYBOARD KEYRING MONKEY GPG_KEY \
                 SSH_PUB_KEY KEY_SHA512 AUTH_METHOD AUTHOR JWT_ISSUER KEYS tokenizers",
                Secrecy::None,
            ),
        ] {
            for name in names.split_whitespace() {
                assert_eq!(Secrecy::of(name), want, "{name}");
            }
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
        ] {
            assert_eq!(of_option(name), want, "{name}");
        }
    }
}
