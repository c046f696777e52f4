//! Values that look like secrets, taken out of a configuration before it reaches a report.
//!
//! A report is kept, sent and shown to more people than the image. What is taken out of environment,
//! labels, commands and history: values whose name says that they are secret (`names.rs`), whether
//! they are assigned, stand in a field (`fields.rs`) or follow an option (`options.rs`); what logs in
//! within a URL (`urls.rs`); what programs take as a password (`programs.rs`); and tokens that are known by
//! their form (`tokens.rs`). The names stay,
//! so that a reader sees that the image carries a secret. A secret without any such sign stays, too.

mod fields;
mod names;
mod options;
mod programs;
mod tokens;
mod urls;

use model::{ContainerConfig, ImageConfig};
use serde_json::Value;

use names::Secrecy;
use options::Next;

/// What stands where a value stood.
const REDACTED: &str = "[redacted]";

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
        shell,
        ..
    } = &mut config.config;
    // the arguments of the entrypoint go on in those of the command
    redact_arguments(entrypoint.iter_mut().chain(cmd));
    redact_arguments(on_build.iter_mut());
    redact_arguments(shell.iter_mut());
    redact_arguments(healthcheck.iter_mut().flat_map(|check| &mut check.test));
    for entry in env {
        *entry = redacted_entry(entry);
    }
    *labels = std::mem::take(labels)
        .into_iter()
        .map(|(key, label)| (redacted_text(&key), redacted_field(&key, &label)))
        .collect();
    config.author = redacted_text(&config.author);
    for step in &mut config.history {
        step.created_by = redacted_text(&step.created_by);
        step.comment = redacted_text(&step.comment);
        step.author = redacted_text(&step.author);
    }
    config
}

/// Arguments of one command: one may be the value of the option before it.
fn redact_arguments<'a>(arguments: impl Iterator<Item = &'a mut String>) {
    let mut next = Next::Plain;
    for text in arguments {
        let shown = next.redacted(text).unwrap_or_else(|| redacted_text(text));
        next = Next::after(text);
        *text = shown;
    }
}

/// Takes the values that look like secrets out of a configuration as JSON, whatever its fields, by
/// the same rules; `key` is the name under which `value` stands.
///
/// The depth of `value` is bounded by the JSON parser (128).
pub(crate) fn redact_json(key: &str, value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (key, mut field) in std::mem::take(fields) {
                redact_json(&key, &mut field);
                // a name may be a token, too
                fields.insert(redacted_text(&key), field);
            }
        }
        Value::Array(items) => redact_items(key, items),
        Value::String(text) if key.eq_ignore_ascii_case("env") => *text = redacted_entry(text),
        Value::String(text) => *text = redacted_field(key, text),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn redact_items(key: &str, items: &mut [Value]) {
    let mut next = Next::Plain;
    for item in items {
        let argument = item.as_str().map(Next::after);
        match item.as_str().and_then(|text| next.redacted(text)) {
            Some(shown) => *item = Value::String(shown),
            None => redact_json(key, item),
        }
        next = argument.unwrap_or(Next::Plain);
    }
}

/// An entry of the environment: its value goes to the end, blanks and all.
fn redacted_entry(entry: &str) -> String {
    match entry.split_once('=') {
        Some((name, value)) => {
            format!("{}={}", redacted_text(name), redacted_field(name, value))
        }
        None => redacted_text(entry),
    }
}

fn redacted_field(name: &str, value: &str) -> String {
    if Secrecy::of(name).hides(value) {
        REDACTED.to_owned()
    } else {
        redacted_text(value)
    }
}

/// Returns a command or a text without what looks like a secret.
pub fn redacted_text(text: &str) -> String {
    let steps = [
        without_assigned,
        fields::without,
        options::without,
        urls::without,
        programs::without,
        tokens::without,
    ];
    if let Some(shown) = without_old_env(text) {
        return shown;
    }
    steps.iter().fold(text.to_owned(), |text, step| step(&text))
}

/// `ENV DB_PASSWORD x y`: the old form, which takes one name and all of the rest.
fn without_old_env(text: &str) -> Option<String> {
    let start = env(text)?;
    let assigned = text.get(start..)?.trim_start();
    let (name, value) = assigned.split_once(char::is_whitespace)?;
    let is_name = name.chars().all(is_of_name);
    let kept = text.strip_suffix(value)?;
    (is_name && Secrecy::of(name).hides(value.trim())).then(|| format!("{kept}{REDACTED}"))
}

/// Returns a text in which `NAME=value` with a secret name has no value.
///
/// The value ends with its quote or at a blank; in a history's `ENV`, which is written without the
/// quotes of its Dockerfile, only where the next `NAME=` begins.
fn without_assigned(text: &str) -> String {
    let end: fn(&str) -> usize = if env(text).is_some() {
        next_name
    } else {
        next_blank
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('=') {
        out.push_str(before);
        out.push('=');
        rest = after;
        let secrecy = Secrecy::of(last_word(before));
        if secrecy != Secrecy::None {
            let len = quoted(after).unwrap_or_else(|| end(after));
            let value = after.get(..len).unwrap_or_default();
            if secrecy.hides(value.trim_matches(['"', '\'', ';'])) {
                out.push_str(REDACTED);
                rest = after.get(len..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

/// Returns where the names of `ENV A=b c` begin, as builders write it into the history, with or
/// without their shell before it.
fn env(text: &str) -> Option<usize> {
    let step = text
        .strip_prefix("/bin/sh -c #(nop)")
        .unwrap_or(text)
        .trim_start();
    let word = step.get(..4)?;
    word.eq_ignore_ascii_case("ENV ")
        .then(|| text.len() - step.len() + 4)
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

fn last_word(before: &str) -> &str {
    before.rsplit(|c| !is_of_name(c)).next().unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = r#"{"author":"me AKIAIOSFODNN7EXAMPLE","rootfs":{"type":"layers","diff_ids":[]},
        "history":[{"author":"me AKIAIOSFODNN7EXAMPLE"}],"config":{"Shell":["sh","-c","A_TOKEN=x"],
        "Env":["DB_PASSWORD=correct horse battery","A=b c","AKIAIOSFODNN7EXAMPLE=1"],
        "Cmd":["run","--api-token=z","--password","hunter2"],"Labels":{"api.token":"x","title":"y","AKIAIOSFODNN7EXAMPLE":"z"},
        "Healthcheck":{"Test":["CMD-SHELL","curl https://u:p@h/"]}}}"#;

    /// What is left, from the configuration that is reported and from the JSON that is remembered.
    #[test]
    fn every_part_of_a_configuration_is_looked_at() {
        let mut value: Value = serde_json::from_str(CONFIG).unwrap();
        redact_json("", &mut value);
        let remembered: ImageConfig = serde_json::from_value(value).unwrap();
        let reported = redacted(serde_json::from_str(CONFIG).unwrap());
        assert_eq!(remembered, reported);
        assert_eq!(reported.author, "me [redacted]");
        assert_eq!(reported.history[0].author, "me [redacted]");
        let config = reported.config;
        assert_eq!(config.shell, ["sh", "-c", "A_TOKEN=[redacted]"]);
        let env = ["DB_PASSWORD=[redacted]", "A=b c", "[redacted]=1"];
        assert_eq!(config.env, env);
        let cmd = ["run", "--api-token=[redacted]", "--password", "[redacted]"];
        assert_eq!(config.cmd, cmd);
        let labels: Vec<_> = config.labels.values().collect();
        assert_eq!(labels, ["z", "[redacted]", "y"]);
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
                "ENV DB_PASSWORD correct horse",
                "ENV DB_PASSWORD [redacted]",
            ),
            ("env DB_PASSWORD x", "env DB_PASSWORD [redacted]"),
            ("ENV PATH /bin:/usr/bin", "ENV PATH /bin:/usr/bin"),
            (
                "KEY=a JWT=b AUTH=none KEYBOARD=us",
                "KEY=[redacted] JWT=[redacted] AUTH=none KEYBOARD=us",
            ),
            (
                "key='B97B0AFCAA1A47F044F244A07FCC7D46ACCC4CF8'; gpg --recv-keys \"$key\"",
                "key='B97B0AFCAA1A47F044F244A07FCC7D46ACCC4CF8'; gpg --recv-keys \"$key\"",
            ),
            (
                "curl -u a:b -H \"Authorization: Bearer c\" https://d@h/?token=e --password f",
                "curl -u a:[redacted] -H \"Authorization: Bearer [redacted]\" https://[redacted]@h/?token=[redacted] --password [redacted]",
            ),
            (
                "/bin/sh -c #(nop)  ENV DB_PASSWORD=correct horse battery",
                "/bin/sh -c #(nop)  ENV DB_PASSWORD=[redacted]",
            ),
        ] {
            assert_eq!(redacted_text(text), want, "{text}");
        }
    }
}
