//! What a registry says about a refusal: `{"errors":[{"code","message","detail"}]}`.
//!
//! It is a stranger's text: shortened here, made safe where it is shown, and `detail` never shown.

use net::Answer;
use serde::Deserialize;

/// Bytes of such an answer that are read.
const MAX_BYTES: u64 = 64 << 10;
/// Characters of it that are shown.
const SHOWN: usize = 200;

#[derive(Deserialize)]
struct Body {
    errors: Vec<Error>,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Error {
    code: String,
    message: String,
}

/// Returns what the registry says, as the end of a sentence; empty if it says nothing of that form.
pub(crate) fn message(answer: Answer) -> String {
    let bytes = answer.read_at_most(MAX_BYTES).unwrap_or_default();
    shown(&bytes)
}

fn shown(bytes: &[u8]) -> String {
    let body: Option<Body> = serde_json::from_slice(bytes).ok();
    let Some(first) = body.and_then(|body| body.errors.into_iter().next()) else {
        return String::new();
    };
    let text = format!("{}: {}", first.code, first.message);
    let text: String = text
        .chars()
        .filter(|c| !c.is_control())
        .take(SHOWN)
        .collect();
    format!(" ({text})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_a_line_of_it_at_most() {
        let long = format!(
            r#"{{"errors":[{{"code":"X","message":"{}"}}]}}"#,
            "a".repeat(9_000)
        );
        for (body, want) in [
            (
                r#"{"errors":[{"code":"DENIED","message":"no","detail":{"token":"s"}},{"code":"Y"}]}"#,
                " (DENIED: no)".to_owned(),
            ),
            (
                "{\"errors\":[{\"code\":\"A\\u001b[31m\\n\"}]}",
                " (A[31m: )".to_owned(),
            ),
            (&long, format!(" (X: {})", "a".repeat(197))),
            ("<html>", String::new()),
            (r#"{"errors":[]}"#, String::new()),
        ] {
            assert_eq!(shown(body.as_bytes()), want);
        }
    }
}
