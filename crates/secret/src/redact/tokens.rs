//! Words that are secret by their form: tokens with the mark of who gave them.

use super::REDACTED;

/// How a token begins, and how many letters follow at least.
const MARKS: &[(&str, usize)] = &[
    ("AIza", 35),
    ("AKIA", 16),
    ("ASIA", 16),
    ("dckr_pat_", 20),
    ("eyJ", 10),
    ("ghp_", 30),
    ("gho_", 30),
    ("ghr_", 30),
    ("ghs_", 30),
    ("ghu_", 30),
    ("github_pat_", 20),
    ("glpat-", 15),
    ("hf_", 30),
    ("npm_", 30),
    ("pypi-", 50),
    ("rk_live_", 16),
    ("sk-ant-", 20),
    ("sk_live_", 16),
    ("sk_test_", 16),
    ("xoxa-", 10),
    ("xoxb-", 10),
    ("xoxe-", 10),
    ("xoxp-", 10),
    ("xoxr-", 10),
    ("xoxs-", 10),
];

/// Returns the text without such words.
pub(super) fn without(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(|c| !is_of_token(c)) {
        let (token, rest) = word
            .split_at_checked(word.trim_end_matches(|c| !is_of_token(c)).len())
            .unwrap_or((word, ""));
        out.push_str(if is_token(token) { REDACTED } else { token });
        out.push_str(rest);
    }
    out
}

/// A dot is part of a JSON Web Token.
const fn is_of_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

fn is_token(word: &str) -> bool {
    MARKS.iter().any(|(mark, least)| {
        let Some(rest) = word.strip_prefix(mark) else {
            return false;
        };
        // a JSON Web Token has three parts of which the first two are JSON in base64
        let is_whole = *mark != "eyJ" || rest.contains(".eyJ");
        rest.len() >= *least && is_whole
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_words_are_gone() {
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln";
        for (text, want) in [
            (
                &*format!("echo ghp_{} > /x", "a1".repeat(18)),
                "echo [redacted] > /x",
            ),
            (&format!("\"glpat-{}\"", "x".repeat(20)), "\"[redacted]\""),
            (&format!("k='sk_live_{}'", "9".repeat(24)), "k='[redacted]'"),
            ("x AKIAIOSFODNN7EXAMPLE y", "x [redacted] y"),
            ("xoxb-1234567890-abc", "[redacted]"),
            (&format!("a {jwt}; b"), "a [redacted]; b"),
            (
                "ghp_short eyJhbGciOiJIUzI1NiJ9 npm_config",
                "ghp_short eyJhbGciOiJIUzI1NiJ9 npm_config",
            ),
            (
                "pip install hf_transfer==0.1 é",
                "pip install hf_transfer==0.1 é",
            ),
        ] {
            assert_eq!(without(text), want, "{text}");
        }
    }
}
