//! Does a text look like a secret? By its shape, by the name that it has, and by its entropy.
//!
//! Few false alarms count more than completeness: references, paths and placeholders are none. A weak
//! password (`changeme`) is one all the same.

/// Beginnings of well-known tokens, how many characters follow at least, and what they are.
const SHAPES: &[(&str, usize, &str)] = &[
    ("AKIA", 16, "an AWS access key"),
    ("ASIA", 16, "an AWS access key"),
    ("AIza", 35, "a Google API key"),
    ("ya29.", 30, "a Google token"),
    ("ghp_", 36, "a GitHub token"),
    ("gho_", 36, "a GitHub token"),
    ("ghu_", 36, "a GitHub token"),
    ("ghs_", 36, "a GitHub token"),
    ("ghr_", 36, "a GitHub token"),
    ("github_pat_", 60, "a GitHub token"),
    ("glpat-", 20, "a GitLab token"),
    ("xoxb-", 20, "a Slack token"),
    ("xoxp-", 20, "a Slack token"),
    ("xoxa-", 20, "a Slack token"),
    ("xapp-", 20, "a Slack token"),
    ("hooks.slack.com/services/T", 20, "a Slack webhook"),
    ("sk_live_", 20, "a Stripe key"),
    ("rk_live_", 20, "a Stripe key"),
    ("sk-ant-", 30, "an Anthropic key"),
    ("sk-proj-", 30, "an OpenAI key"),
    ("SG.", 60, "a SendGrid key"),
    ("npm_", 36, "an npm token"),
    ("pypi-AgEI", 50, "a PyPI token"),
    ("hf_", 34, "a Hugging Face token"),
    ("dop_v1_", 60, "a DigitalOcean token"),
    ("hvs.", 24, "a Vault token"),
    ("eyJhbGciOi", 40, "a JSON web token"),
    ("AccountKey=", 40, "an Azure storage key"),
];

/// Last words of names whose values are secrets.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "pwd",
    "pass",
    "passphrase",
    "secret",
    "token",
    "credential",
    "credentials",
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
];

/// What stands before `key` where its value is a secret; or `base` (Rails) behind it.
const KEYS: &[&str] = &[
    "api",
    "secret",
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

/// Returns what a text is, whatever its name: a token of a known shape, a private key, or an address
/// with a password.
pub(crate) fn shape(text: &str) -> Option<&'static str> {
    // shorter ones do not exist
    if text.len() < 12 {
        return None;
    }
    if text.contains("PRIVATE KEY-----") && text.contains("-----BEGIN ") {
        return Some("a private key");
    }
    if let Some(what) = token(text) {
        return Some(what);
    }
    has_password(text).then_some("an address with a password")
}

/// Looks for a token where a word starts; it is long enough, and no example.
fn token(text: &str) -> Option<&'static str> {
    let mut is_inside = false;
    for (at, byte) in text.bytes().enumerate() {
        let was_inside = is_inside;
        is_inside = byte.is_ascii_alphanumeric() || byte == b'_';
        if was_inside || !is_inside {
            continue;
        }
        let word = text.get(at..).unwrap_or_default();
        for (start, length, what) in SHAPES {
            let body = word.strip_prefix(start).map(body);
            if body.is_some_and(|body| body.len() >= *length && is_chance(body)) {
                return Some(what);
            }
        }
    }
    None
}

/// Returns what a token may be made of; none is longer.
fn body(text: &str) -> &str {
    const MOST: usize = 200;
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./+=".contains(&byte);
    let end = text.bytes().take(MOST).position(|byte| !is_part(byte));
    text.get(..end.unwrap_or(MOST.min(text.len())))
        .unwrap_or_default()
}

fn is_chance(body: &str) -> bool {
    entropy(body) > 2.5 && !is_placeholder(body)
}

/// Whether there is `scheme://user:password@host`.
fn has_password(text: &str) -> bool {
    text.match_indices("://").any(|(at, _)| {
        let rest = text.get(at + 3..).unwrap_or_default();
        let ends =
            |c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '?' | '#' | ',' | '<');
        // a password may hold what ends an address, but then it is escaped
        let authority = rest.split(ends).next().unwrap_or_default();
        let Some((user, _)) = authority.rsplit_once('@') else {
            return false;
        };
        user.split_once(':')
            .is_some_and(|(_, password)| is_literal(password))
    })
}

/// Returns what a value is by its name, or else by its shape; none if it is no secret.
pub(crate) fn named(name: &str, value: &str) -> Option<&'static str> {
    if let Some(what) = shape(value) {
        return Some(what);
    }
    let value = value.trim();
    // a file is looked at line by line
    if value.contains('\n') || !is_literal(value) {
        return None;
    }
    match strength(name) {
        Strength::None => None,
        Strength::Reference if is_name(value) => None,
        Strength::Sure | Strength::Reference => Some("a secret by its name"),
        Strength::Perhaps => is_random(value).then_some("a secret by its name and its entropy"),
    }
}

/// Returns what the first secret in the lines of a text is, and the name that it has there:
/// `password: x`, `export TOKEN=x`, `--api-key=x`, `--api-key x`.
pub(crate) fn in_text(text: &str) -> Option<(&'static str, Option<&str>)> {
    if let Some(what) = shape(text) {
        return Some((what, None));
    }
    text.lines().find_map(|line| {
        let line = line.trim();
        let is_comment = ["#", "//", ";", "--[", "* "]
            .iter()
            .any(|start| line.starts_with(start));
        if is_comment { None } else { in_line(line) }
    })
}

fn in_line(line: &str) -> Option<(&'static str, Option<&str>)> {
    // cheap: most lines have no word of ours
    let cut = line.find([':', '='])?;
    let (name, value) = line.split_at_checked(cut)?;
    let name = name.trim().trim_matches(['"', '\'']);
    let name = name.strip_prefix("export ").unwrap_or(name);
    let value = value.get(1..)?.trim().trim_end_matches([',', ';']);
    let is_code = name.contains([' ', '(', '$', '<']) || value.contains(['(', '[', '{', ' ']);
    if is_code {
        return None;
    }
    let value = value.trim_matches(['"', '\'']);
    // one or two characters are no secret in a file, but an index or a format
    let what = named(name, value).filter(|_| value.len() > 2)?;
    Some((what, Some(name)))
}

/// Returns what the first secret among arguments is, and its flag or name. An argument may be a whole
/// script.
pub(crate) fn in_arguments<'a>(
    arguments: impl Iterator<Item = &'a str>,
) -> Option<(&'static str, Option<&'a str>)> {
    let mut flag = None;
    for argument in arguments {
        if let Some(what) = shape(argument) {
            return Some((what, None));
        }
        let is_script = argument.contains(char::is_whitespace);
        for word in argument.split_whitespace() {
            let word = word.trim_matches(['"', '\'', ';']);
            let is_flag = word.starts_with('-');
            let (name, value) = match (word.split_once('='), flag.take()) {
                (Some((name, value)), _) => (name, value),
                (None, Some(name)) if !is_flag => (name, word),
                (None, _) => {
                    flag = is_flag.then_some(word);
                    continue;
                }
            };
            let value = value.trim_matches(['"', '\'']);
            // code that takes a value from somewhere
            let is_code = is_script && value.contains(['(', '`', '|', '[', '{', '$', '\\'])
                || name.contains(['$', '(', '/', ':']);
            if let Some(what) = named(name.trim_start_matches('-'), value).filter(|_| !is_code) {
                return Some((what, Some(name)));
            }
        }
        if is_script {
            flag = None;
        }
    }
    None
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strength {
    None,
    /// If it looks like chance.
    Perhaps,
    /// If it is not the name of a Secret.
    Reference,
    Sure,
}

/// Says how surely a name is that of a secret: its last word counts, `TOKEN_URL` is none.
fn strength(name: &str) -> Strength {
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

/// Whether a value stands for itself: it is not empty, no reference, no path, no switch and no
/// placeholder.
pub(crate) fn is_literal(value: &str) -> bool {
    const SWITCHES: &[&str] = &[
        "true",
        "false",
        "yes",
        "no",
        "on",
        "off",
        "none",
        "null",
        "nil",
        "disabled",
        "enabled",
        "auto",
        "unset",
        "default",
        "undefined",
        "redacted",
        "optional",
        "required",
        "basic",
        "bearer",
        "~",
    ];
    let is = |words: &[&str]| words.iter().any(|word| value.eq_ignore_ascii_case(word));
    let is_path =
        value.starts_with(['/', '~']) || value.starts_with("./") || value.starts_with("../");
    // `http://host/x`; one with a password is found by its shape
    let is_address = value.contains("://");
    !value.is_empty()
        && !is_path
        && !is_address
        && !is(SWITCHES)
        && !is_reference(value)
        && !is_placeholder(value)
}

/// Whether a value says where the secret is, or is encrypted.
pub(crate) fn is_reference(value: &str) -> bool {
    const STARTS: &[&str] = &[
        "$",
        "<",
        "%",
        "!",
        "*",
        "@",
        "&",
        "|",
        "ENC[",
        "vault:",
        "ref+",
        "op://",
        "arn:",
        "secret://",
        "gcp:",
        "file:",
        "env:",
        "projects/",
        "awssm:",
        "ssm:",
        "azurekeyvault:",
        "sm://",
        "bao:",
    ];
    STARTS.iter().any(|start| value.starts_with(start))
        || ["$(", "${", "{{"].iter().any(|part| value.contains(part))
}

/// Whether a value is there to be replaced. `changeme` is what thousands of clusters run with.
fn is_placeholder(value: &str) -> bool {
    const WORDS: &[&str] = &[
        "your",
        "replace",
        "placeholder",
        "example",
        "insert",
        "redacted",
        "todo",
        "fixme",
        "dummy",
        "fill_in",
        "to_be_",
    ];
    let value = value.to_ascii_lowercase();
    let mut chars = value.chars();
    let first = chars.next();
    let is_one_char = value.len() > 2
        && first.is_some_and(|first| "x*.-_#0".contains(first) && chars.all(|c| c == first));
    is_one_char || WORDS.iter().any(|word| value.contains(word))
}

/// Whether a value is rather the name of a Secret or of a field: `web-tls`, `shop/web`, `secret.key`.
fn is_name(value: &str) -> bool {
    const MARKS: &[&str] = &[
        "secret", "token", "cred", "tls", "cert", "key", "auth", "pass",
    ];
    let is_dns = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-./_".contains(c);
    let parts = value
        .split(['-', '.', '/', '_'])
        .filter(|part| !part.is_empty());
    value.chars().all(is_dns)
        && parts.clone().count() > 1
        && (value.contains('/')
            || parts
                .clone()
                .any(|part| MARKS.iter().any(|mark| part.contains(mark))))
        && !is_random(value)
}

/// Whether a value looks like chance: long, of one word, with digits and letters, of high entropy.
fn is_random(value: &str) -> bool {
    let has = |is: fn(&char) -> bool| value.chars().any(|c| is(&c));
    value.len() >= 20
        && !value.contains([' ', ':'])
        && has(char::is_ascii_digit)
        && has(char::is_ascii_alphabetic)
        // words with dashes stay below it, 20 hexadecimal digits are mostly above
        && entropy(value) > 3.2
}

/// Returns the bits of a character.
fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    let mut total = 0_u32;
    for byte in text.bytes().take(1_000) {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
        total += 1;
    }
    let share = |count: &u32| f64::from(*count) / f64::from(total.max(1));
    let counts = counts.iter().filter(|count| **count > 0);
    counts.map(share).map(|share| -share * share.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_shapes_tell_secrets() {
        for (name, value) in [
            ("DB_PASSWORD", "hunter2"),
            ("MYSQL_ROOT_PASSWORD", "changeme"),
            ("dbPassword", "1234"),
            ("password1", "geheim"),
            ("REDIS_PASS", "foobared"),
            ("JWT_SECRET", "this is so secret"),
            ("GITHUB_TOKEN", "0123456789abcdef"),
            (
                "AWS_SECRET_ACCESS_KEY",
                "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzKEY",
            ),
            ("SECRET_KEY_BASE", "abcabc"),
            ("API_KEY", "k3y"),
            ("LICENSE", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n"),
            ("X", concat!("AKIA", "2E0A8F3B244C9986")),
            ("DATABASE_URL", "postgres://app:s3cr3t@db:5432/app"),
            ("HASH_SEED", "9f86d081884c7d659a2feaa0c55ad015"),
        ] {
            assert!(named(name, value).is_some(), "{name}={value}");
        }
        for (name, value) in [
            ("DB_PASSWORD", ""),
            ("DB_PASSWORD", "$(PASSWORD)"),
            ("DB_PASSWORD", "${PASSWORD}"),
            ("DB_PASSWORD", "/run/secrets/db"),
            ("DB_PASSWORD_FILE", "db.txt"),
            ("PASSWORD", "<your password>"),
            ("PASSWORD", "xxxxxxxx"),
            ("MYSQL_ALLOW_EMPTY_PASSWORD", "yes"),
            ("TOKEN_URL", "https://id.shop.example/token"),
            ("TLS_SECRET", "web-tls"),
            ("SECRET_NAME", "web"),
            ("IMAGE_PULL_SECRET", "regcred"),
            ("KEY", "value"),
            ("PUBLIC_KEY", "AAAAB3NzaC1yc2EAAAADAQABAAABgQ"),
            ("DATABASE_URL", "postgres://app@db:5432/app"),
            ("DATABASE_URL", "postgres://app:$(PASSWORD)@db:5432/app"),
            ("X", "AKIAIOSFODNN7EXAMPLE"),
            (
                "IMAGE",
                "registry.example/a@sha256:9f86d081884c7d659a2feaa0c55ad015",
            ),
        ] {
            assert_eq!(named(name, value), None, "{name}={value}");
        }
    }

    #[test]
    fn files_and_arguments_are_looked_through() {
        for (text, want) in [
            ("host: db\npassword: s3cret\n", Some(Some("password"))),
            (
                "spring.datasource.password=s3cret",
                Some(Some("spring.datasource.password")),
            ),
            ("\"apiKey\": \"abc123\",", Some(Some("apiKey"))),
            ("export TOKEN='abc123'", Some(Some("TOKEN"))),
            ("# password: s3cret", None),
            ("password: ${DB_PASSWORD}", None),
            ("PASSWORD=$(cat /x)", None),
            ("password = os.environ['PASSWORD']", None),
            ("if (token == null) {", None),
            ("password:", None),
        ] {
            assert_eq!(in_text(text).map(|(_, name)| name), want, "{text}");
        }
        for (words, want) in [
            (&["--password=s3cret"][..], Some(Some("--password"))),
            (&["--password", "s3cret"], Some(Some("--password"))),
            (
                &["-c", "mysql --user root --password s3cret db"],
                Some(Some("--password")),
            ),
            (&["-c", "TOKEN=s3cret run"], Some(Some("TOKEN"))),
            (&["--token", "--verbose"], None),
            (&["-c", "mysql -p$MYSQL_PASSWORD; sleep 1"], None),
            (&["--password=$(PASSWORD)"], None),
            (&["-c", "TOKEN=$(cat /token); run"], None),
            (&["--token-file=/x", "--secret-name=web"], None),
        ] {
            let got = in_arguments(words.iter().copied());
            assert_eq!(got.map(|(_, name)| name), want, "{words:?}");
        }
    }
}
