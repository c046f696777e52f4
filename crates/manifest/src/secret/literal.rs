//! Whether a value stands for itself, or for something elsewhere or to come.

use super::chance::is_random;

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
pub(super) fn is_placeholder(value: &str) -> bool {
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
pub(super) fn is_name(value: &str) -> bool {
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
