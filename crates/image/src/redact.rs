//! Values that look like secrets, taken out of a configuration before it reaches a report.
//!
//! A report is kept, sent and shown to more people than the image. What is taken out is the value of
//! each variable and label whose name says that it is secret, and passwords in URLs, in the
//! environment, in commands and in the history. The names stay, so that a reader sees that the image
//! carries a secret.

use model::{ContainerConfig, ImageConfig};
use serde_json::Value;

/// What stands where a value stood.
const REDACTED: &str = "[redacted]";

/// Parts of names whose values are nobody's business.
const SECRET_NAMES: &[&str] = &[
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
];

/// Whole words of names that are too short to be looked for within words.
const SECRET_WORDS: &[&str] = &["PASS", "PAT", "PGPASS", "PWD"];

/// Returns the configuration without the values that look like secrets.
#[must_use]
pub fn redacted(mut config: ImageConfig) -> ImageConfig {
    let ContainerConfig {
        cmd,
        entrypoint,
        env,
        healthcheck,
        labels,
        on_build,
        ..
    } = &mut config.config;
    let tests = healthcheck.iter_mut().flat_map(|check| &mut check.test);
    let commands = cmd.iter_mut().chain(entrypoint).chain(on_build);
    for text in commands.chain(tests) {
        *text = redacted_text(text);
    }
    for entry in env {
        *entry = redacted_entry(entry);
    }
    for (key, label) in labels {
        *label = redacted_field(key, label);
    }
    for step in &mut config.history {
        step.created_by = redacted_text(&step.created_by);
        step.comment = redacted_text(&step.comment);
    }
    config
}

/// Takes the values that look like secrets out of a configuration as JSON, whatever its fields, by
/// the same rules; `key` is the name under which `value` stands.
///
/// The depth of `value` is bounded by the JSON parser (128).
pub(crate) fn redact_json(key: &str, value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                redact_json(key, field);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redact_json(key, item)),
        Value::String(text) if key.eq_ignore_ascii_case("env") => *text = redacted_entry(text),
        Value::String(text) => *text = redacted_field(key, text),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// An entry of the environment: its value goes to the end, blanks and all.
fn redacted_entry(entry: &str) -> String {
    match entry.split_once('=') {
        Some((name, value)) => format!("{name}={}", redacted_field(name, value)),
        None => redacted_text(entry),
    }
}

fn redacted_field(name: &str, value: &str) -> String {
    if is_secret_name(name) && !value.is_empty() {
        REDACTED.to_owned()
    } else {
        redacted_text(value)
    }
}

/// Returns a command or a text in which `NAME=value` with a secret name, and
/// `//user:password@`, have no value.
///
/// The value ends with its quote or at a blank; in a history's `ENV`, which is written without the
/// quotes of its Dockerfile, only where the next `NAME=` begins.
pub fn redacted_text(text: &str) -> String {
    let end: fn(&str) -> usize = if is_env(text) { next_name } else { next_blank };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['=', '@']) {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        if after.starts_with('@') {
            out.push_str(&without_password(before));
        } else {
            out.push_str(before);
        }
        let (mark, after) = after.split_at_checked(1).unwrap_or((after, ""));
        out.push_str(mark);
        rest = after;
        if mark == "=" && is_secret_name(last_word(before)) {
            let len = quoted(after).unwrap_or_else(|| end(after));
            if len > 0 {
                out.push_str(REDACTED);
            }
            rest = after.get(len..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    out
}

/// `ENV A=b c`, as builders write it into the history, with or without their shell before it.
fn is_env(text: &str) -> bool {
    let step = text.strip_prefix("/bin/sh -c #(nop)").unwrap_or(text);
    step.trim_start().starts_with("ENV ")
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

fn last_word(before: &str) -> &str {
    before.rsplit(|c| !is_of_name(c)).next().unwrap_or_default()
}

/// Whether values of this name are secret. `PWD` alone is the working directory.
fn is_secret_name(name: &str) -> bool {
    let name = name.to_uppercase().replace(['-', '.'], "_");
    let is_word = |word: &str| SECRET_WORDS.contains(&word);
    SECRET_NAMES.iter().any(|secret| name.contains(secret))
        || (!matches!(name.as_str(), "PWD" | "OLDPWD") && name.split('_').any(is_word))
}

/// Returns how many bytes a value in quotes has, to the closing one or to the end.
fn quoted(after: &str) -> Option<usize> {
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut is_escaped = false;
    let mut inner = after.char_indices().skip(1);
    let end = inner.find(|&(_, c)| {
        let is_end = c == quote && !is_escaped;
        is_escaped = c == '\\' && quote == '"' && !is_escaped;
        is_end
    });
    Some(end.map_or(after.len(), |(at, _)| at + 1))
}

fn next_blank(after: &str) -> usize {
    after.find(char::is_whitespace).unwrap_or(after.len())
}

/// Returns where the blank stands before the next `NAME=`.
fn next_name(after: &str) -> usize {
    let mut blanks = after.match_indices(char::is_whitespace);
    let next = blanks.find(|(at, blank)| {
        let word = after.get(at + blank.len()..).unwrap_or_default();
        let len = word.find(|c| !is_of_name(c)).unwrap_or(0);
        len > 0 && word.get(len..).is_some_and(|rest| rest.starts_with('='))
    });
    next.map_or(after.len(), |(at, _)| at)
}

/// `https://user:password` becomes `https://user:[redacted]`.
fn without_password(before: &str) -> String {
    let found = before.rfind("//").and_then(|slashes| {
        let userinfo = before.get(slashes..)?;
        let colon = userinfo.find(':')?;
        let has_blank = userinfo.contains(char::is_whitespace) || userinfo.get(2..)?.contains('/');
        (!has_blank).then_some(slashes + colon + 1)
    });
    match found.and_then(|end| before.get(..end)) {
        Some(kept) => format!("{kept}{REDACTED}"),
        None => before.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = r#"{"rootfs":{"type":"layers","diff_ids":[]},"config":{
        "Env":["DB_PASSWORD=correct horse battery","A=b c"],
        "Cmd":["run","--api-token=z"],"Labels":{"api.token":"x","title":"y"},
        "Healthcheck":{"Test":["CMD-SHELL","curl https://u:p@h/"]}}}"#;

    /// What is left, from the configuration that is reported and from the JSON that is remembered.
    #[test]
    fn every_part_of_a_configuration_is_looked_at() {
        let mut value: Value = serde_json::from_str(CONFIG).unwrap();
        redact_json("", &mut value);
        let remembered: ImageConfig = serde_json::from_value(value).unwrap();
        let reported = redacted(serde_json::from_str(CONFIG).unwrap());
        assert_eq!(remembered, reported);
        let config = reported.config;
        let env = ["DB_PASSWORD=[redacted]", "A=b c"];
        assert_eq!(config.env, env);
        assert_eq!(config.cmd, ["run", "--api-token=[redacted]"]);
        let labels: Vec<_> = config.labels.values().collect();
        assert_eq!(labels, ["[redacted]", "y"]);
        let test = config.healthcheck.unwrap().test;
        assert_eq!(test, ["CMD-SHELL", "curl https://u:[redacted]@h/"]);
    }

    #[test]
    fn secrets_lose_their_values_and_nothing_else_does() {
        for (text, want) in [
            ("PATH=/usr/bin:/bin", "PATH=/usr/bin:/bin"),
            ("DB_PASSWORD=hunter2", "DB_PASSWORD=[redacted]"),
            (
                "aws-secret-access-key=abc",
                "aws-secret-access-key=[redacted]",
            ),
            ("API_TOKEN=", "API_TOKEN="),
            (
                "RUN TOKEN=\"a b\" make A=1",
                "RUN TOKEN=[redacted] make A=1",
            ),
            ("RUN X_SECRET='a b' Y=2", "RUN X_SECRET=[redacted] Y=2"),
            ("ENV PASSWORD=\"unclosed", "ENV PASSWORD=[redacted]"),
            (
                "curl https://me:pass@host/x?a=b",
                "curl https://me:[redacted]@host/x?a=b",
            ),
            (
                "git clone git@github.com:a/b",
                "git clone git@github.com:a/b",
            ),
            (
                "https://host:8080/x user@example.org",
                "https://host:8080/x user@example.org",
            ),
            ("npm i @scope/pkg@1.0 --x=y", "npm i @scope/pkg@1.0 --x=y"),
            ("PASSWORDÄ=ü", "PASSWORDÄ=[redacted]"),
            (r#"TOKEN="a\"b c" d"#, "TOKEN=[redacted] d"),
            (
                "DB_PASS=x MYSQL_PWD=y PWD=/z",
                "DB_PASS=[redacted] MYSQL_PWD=[redacted] PWD=/z",
            ),
            ("COMPASS=north PATH=/bin", "COMPASS=north PATH=/bin"),
            ("ENV A_TOKEN=a b=c d", "ENV A_TOKEN=[redacted] b=c d"),
            (
                "/bin/sh -c #(nop)  ENV DB_PASSWORD=correct horse battery",
                "/bin/sh -c #(nop)  ENV DB_PASSWORD=[redacted]",
            ),
        ] {
            assert_eq!(redacted_text(text), want, "{text}");
        }
    }
}
