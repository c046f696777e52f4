//! Whether a match is a secret: entropy, known values, what its author says, and the rule's check.

use crate::evidence::random::entropy;
use crate::evidence::{Facts, Seen};
use crate::public;
use crate::rule::Rule;

/// Written beside a secret that is meant to be there; gitleaks' own word.
const ALLOWED: &[u8] = b"gitleaks:allow";
/// Bytes of the line, on either side, in which it is looked for.
const NEAR: usize = 1_000;

/// Returns what is known of a secret; `None` if the match is none.
pub(crate) fn accept(rule: &Rule, seen: &Seen<'_>) -> Option<Facts> {
    let secret = seen.secret();
    if secret.is_empty() || (rule.entropy > 0.0 && entropy(secret) < rule.entropy) {
        return None;
    }
    let facts = (rule.check)(seen)?;
    (!is_allowed(seen) && !public::is_public(secret)).then_some(facts)
}

/// Whether the line says that the secret may stand there.
fn is_allowed(seen: &Seen<'_>) -> bool {
    let range = seen.secret.start.saturating_sub(NEAR)..seen.secret.start;
    let before = seen.text.get(range).unwrap_or_default();
    let start = before
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |at| at + 1);
    let to = seen.secret.end.saturating_add(NEAR).min(seen.text.len());
    let behind = seen.text.get(seen.secret.end..to).unwrap_or_default();
    let end = behind
        .iter()
        .position(|&byte| byte == b'\n')
        .unwrap_or(behind.len());
    let says = |part: Option<&[u8]>| {
        let mut windows = part.unwrap_or_default().windows(ALLOWED.len());
        windows.any(|window| window == ALLOWED)
    };
    says(before.get(start..)) || says(behind.get(..end))
}
