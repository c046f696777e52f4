//! What a secret looks like, whatever its name: well-known tokens, private keys, addresses that log in.

use super::chance::entropy;
use super::literal::{is_literal, is_placeholder};

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
