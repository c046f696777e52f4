//! Values that look like secrets, taken out of a configuration before it reaches a report.
//!
//! A report is kept, sent and shown to more people than the image. What is taken out is the value of
//! each variable whose name says that it is secret, and passwords in URLs, in the environment and in
//! the history. The names stay, so that a reader sees that the image carries a secret.

use model::ImageConfig;

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

/// Returns the configuration without the values that look like secrets.
#[must_use]
pub fn redacted(mut config: ImageConfig) -> ImageConfig {
    for entry in &mut config.config.env {
        *entry = redacted_text(entry);
    }
    for step in &mut config.history {
        step.created_by = redacted_text(&step.created_by);
        step.comment = redacted_text(&step.comment);
    }
    for label in config.config.labels.values_mut() {
        *label = redacted_text(label);
    }
    config
}

/// Returns a text in which `NAME=value` with a secret name, and `//user:password@`, have no value.
///
/// In an entry of the environment the value goes to the end; in a command it ends at a blank or with
/// its quote.
pub fn redacted_text(text: &str) -> String {
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
        if mark == "=" && is_secret_name(before) {
            let len = value_len(after);
            if len > 0 {
                out.push_str(REDACTED);
            }
            rest = after.get(len..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    out
}

/// Whether the last word before a `=` names a secret.
fn is_secret_name(before: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let name = before.rsplit(|c| !is_name(c)).next().unwrap_or_default();
    let name = name.to_uppercase().replace(['-', '.'], "_");
    SECRET_NAMES.iter().any(|secret| name.contains(secret))
}

/// Returns how many bytes the value has: to the closing quote, or to a blank.
fn value_len(after: &str) -> usize {
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
    match quote {
        Some(quote) => {
            let inner = after.get(1..).unwrap_or_default();
            inner.find(quote).map_or(after.len(), |end| end + 2)
        }
        None => after.find(char::is_whitespace).unwrap_or(after.len()),
    }
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
        ] {
            assert_eq!(redacted_text(text), want, "{text}");
        }
    }
}
