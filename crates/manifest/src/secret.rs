//! Does a text look like a secret? By its shape, by the name that it has, and by its entropy.
//!
//! Few false alarms count more than completeness: references, paths and placeholders are none. A weak
//! password (`changeme`) is one all the same.

mod chance;
mod literal;
mod name;
mod shape;

use chance::is_random;
use literal::is_name;
use name::{Strength, strength};

pub(crate) use literal::{is_literal, is_reference};
pub(crate) use shape::shape;

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
    if !line.contains([':', '=', '>']) && !line.contains("--") {
        return None;
    }
    let command = || {
        line.contains("--")
            .then(|| in_arguments([line].into_iter()))?
    };
    in_pair(line)
        .or_else(|| parts(line).find_map(in_pair))
        .or_else(command)
}

/// Returns the pairs of a line that has several: `{"a": 1, "b": 2}`, `<a>1</a>`, `?a=1&b=2`.
fn parts(line: &str) -> impl Iterator<Item = &str> {
    const BETWEEN: [char; 7] = ['{', '}', ',', '&', '?', ';', '<'];
    let has_several = line.contains(BETWEEN);
    let parts = line.split(BETWEEN).filter(move |_| has_several);
    // the attributes of an element of XML stand between blanks
    parts.flat_map(|part| {
        let is_element = part.matches('=').count() > 1;
        let words = part.split(move |c: char| is_element && c.is_whitespace());
        words.map(|word| word.trim().trim_end_matches(['/', '>', ']']))
    })
}

fn in_pair(pair: &str) -> Option<(&'static str, Option<&str>)> {
    let cut = pair.find([':', '=', '>'])?;
    let (name, value) = pair.split_at_checked(cut)?;
    let name = name.trim().trim_matches(['"', '\'']);
    let name = name.strip_prefix("export ").unwrap_or(name);
    let value = value.get(1..)?.trim().trim_end_matches([',', ';']);
    let is_code = name.contains([' ', '(', '$', '<']) || value.contains(['(', '[', '{', ' ', '<']);
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
            (
                "{\"user\": \"app\", \"password\": \"s3cret\"}",
                Some(Some("password")),
            ),
            ("db: {user: app, password: s3cret}", Some(Some("password"))),
            (
                "<login><user>app</user><password>s3cret</password></login>",
                Some(Some("password")),
            ),
            (
                "<db user=\"app\" password=\"s3cret\"/>",
                Some(Some("password")),
            ),
            (
                "url=jdbc:mysql://db/shop?user=app&password=s3cret",
                Some(Some("password")),
            ),
            (
                "exec redis-server --requirepass s3cret",
                Some(Some("--requirepass")),
            ),
            ("{\"password\": {\"min\": 8}}", None),
            ("<password></password>", None),
            ("{user: app, password: ${PASSWORD}}", None),
            ("curl -H \"Authorization: $TOKEN\" x?token=$TOKEN", None),
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
