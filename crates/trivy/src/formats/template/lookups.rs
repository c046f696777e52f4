//! Keys of maps such as `.CVSS.nvd`, written as calls of a function before a template is read: Go's templates
//! take an absent key for nothing and refuse an absent field, and the library knows no fields.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// The function that stands for a key.
pub(super) const NAME: &str = "lookUp";

/// An action, up to its end; a comment is none.
static ACTION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?s)\{\{(?:"(?:[^"\\]|\\.)*"|`[^`]*`|.)*?\}\}"#).ok());
/// A text, or what begins with a field: `.CVSS.nvd`, `$it.Title`, behind `)` what a call gave.
static WORD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let text = r#""(?:[^"\\]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)*'"#;
    Regex::new(&format!(r"(?s){text}|[)$\w]*(?:\.[A-Za-z_]\w*)+")).ok()
});

/// Returns the template with calls in place of keys: what begins with a small letter is no field of Go's.
pub(super) fn as_calls(template: &str) -> String {
    let (Some(action), Some(word)) = (&*ACTION, &*WORD) else {
        return template.to_owned();
    };
    let words = |found: &Captures<'_>| {
        let text = &found[0];
        let inner = text.trim_start_matches(['{', '-', ' ']);
        if inner.starts_with("/*") {
            return text.to_owned();
        }
        word.replace_all(text, |found: &Captures<'_>| call(&found[0]))
            .into_owned()
    };
    action.replace_all(template, words).into_owned()
}

/// Returns the way to a field with a call for each key on it.
fn call(way: &str) -> String {
    let mut parts = way.split('.');
    let first = parts.next().unwrap_or_default();
    if way.starts_with(['"', '`', '\'', ')']) {
        return way.to_owned();
    }
    let mut call = first.to_owned();
    for part in parts {
        call = if part.starts_with(char::is_uppercase) {
            format!("{call}.{part}")
        } else {
            let from = if call.is_empty() { "." } else { &call };
            format!("({NAME} {from} {part:?})")
        };
    }
    call
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_become_calls() {
        for (template, want) in [
            ("{{ .CVSS.nvd }}", "{{ (lookUp .CVSS \"nvd\") }}"),
            (
                "{{ $v.CVSS.nvd.V3Score }} .a.b",
                "{{ (lookUp $v.CVSS \"nvd\").V3Score }} .a.b",
            ),
            ("{{.a.b}}", "{{(lookUp (lookUp . \"a\") \"b\")}}"),
            ("{{ $.x._0 }}", "{{ (lookUp (lookUp $ \"x\") \"_0\") }}"),
            ("{{- if .Title }}", "{{- if .Title }}"),
            (
                "{{ printf \"a.b }} .c\" .d }}",
                "{{ printf \"a.b }} .c\" (lookUp . \"d\") }}",
            ),
            (
                "{{ `x.y` }}{{/* .a.b */}}{{ 1.5 }}",
                "{{ `x.y` }}{{/* .a.b */}}{{ 1.5 }}",
            ),
            ("{{ (index .X \"k\").y }}", "{{ (index .X \"k\").y }}"),
        ] {
            assert_eq!(as_calls(template), want, "{template}");
        }
    }
}
