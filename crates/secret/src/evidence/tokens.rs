//! Tokens with a structure within.

use model::{Proof, Severity};
use serde_json::{Map, Value};

use super::{Facts, Seen, base64, if_so, proved_if};

/// Bits of a decoded AWS key id that are its account, and how far they stand from the right.
const ACCOUNT: (u64, u32) = (0x7fff_ffff_ff80, 7);

/// AWS: base 32 behind the prefix; of newer ids (5th character not I or J) the account is in it.
pub(crate) fn aws_id(seen: &Seen<'_>) -> Option<Facts> {
    let body = seen.secret().get(4..)?;
    let mut bits: u128 = 0;
    for byte in body {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return None,
        };
        bits = bits << 5 | u128::from(value);
    }
    let is_old = matches!(body.first(), Some(b'I' | b'J'));
    // 16 characters are 80 bits, of which the first 48 tell
    let first = u64::try_from(bits >> 32 & 0xffff_ffff_ffff).unwrap_or(0);
    let account = (first & ACCOUNT.0) >> ACCOUNT.1;
    let note = if is_old || body.len() != 16 {
        String::new()
    } else {
        format!("account {account:012}")
    };
    Some(Facts {
        note,
        ..Facts::NONE
    })
}

/// `PyPI`: a macaroon of version 2 begins with `02 01`, the length of its location, and the location.
pub(crate) fn macaroon(seen: &Seen<'_>) -> Option<Facts> {
    let bytes = base64(seen.secret().strip_prefix(b"pypi-")?)?;
    let [2, 1, len, rest @ ..] = bytes.as_slice() else {
        return None;
    };
    let location = rest.get(..usize::from(*len))?;
    let is_host = |byte: &u8| byte.is_ascii_lowercase() || *byte == b'.';
    proved_if(location.contains(&b'.') && location.iter().all(is_host))
}

/// Base64 of a JSON object, behind a prefix that ends with `_` or none.
pub(crate) fn json(seen: &Seen<'_>) -> Option<Facts> {
    let secret = seen.secret();
    let body = secret.strip_prefix(b"glc_").unwrap_or(secret);
    // blanks may fill the end of what Grafana writes
    proved_if(object(&base64(body)?).is_some())
}

/// Artifactory: base64 of `reftkn:`.
pub(crate) fn reference_token(seen: &Seen<'_>) -> Option<Facts> {
    proved_if(base64(seen.secret())?.starts_with(b"reftkn:"))
}

/// Discord: the part before the first point is base64 of a decimal number.
pub(crate) fn discord_id(seen: &Seen<'_>) -> Option<Facts> {
    let first = seen.secret().split(|&byte| byte == b'.').next()?;
    let id = base64(first)?;
    if_so(id.len() >= 15 && id.iter().all(u8::is_ascii_digit))
}

/// A JSON web token that is no service account's of Kubernetes, which has a rule of its own.
pub(crate) fn jwt(seen: &Seen<'_>) -> Option<Facts> {
    let claims = claims(seen.secret())?;
    (!is_service_account(&claims)).then(|| token(&claims))
}

/// A token that Kubernetes gave a service account.
pub(crate) fn service_account_jwt(seen: &Seen<'_>) -> Option<Facts> {
    let claims = claims(seen.secret())?;
    is_service_account(&claims).then(|| token(&claims))
}

fn token(claims: &Map<String, Value>) -> Facts {
    Facts {
        proof: Proof::Valid,
        severity: is_sample(claims).then_some(Severity::Low),
        expires: claims.get("exp").and_then(Value::as_i64),
        ..Facts::NONE
    }
}

/// The token of every tutorial: subject 1234567890.
fn is_sample(claims: &Map<String, Value>) -> bool {
    claims.get("sub").and_then(Value::as_str) == Some("1234567890")
}

fn is_service_account(claims: &Map<String, Value>) -> bool {
    let starts = |name: &str, prefix: &str| {
        let value = claims.get(name).and_then(Value::as_str);
        value.is_some_and(|value| value.starts_with(prefix))
    };
    starts("iss", "kubernetes/serviceaccount")
        || starts("sub", "system:serviceaccount:")
        || claims.contains_key("kubernetes.io")
}

/// Returns the claims of a token whose header names an algorithm.
fn claims(token: &[u8]) -> Option<Map<String, Value>> {
    let mut parts = token.split(|&byte| byte == b'.');
    let header = object(&base64(parts.next()?)?)?;
    header.get("alg").and_then(Value::as_str)?;
    object(&base64(parts.next()?)?)
}

fn object(bytes: &[u8]) -> Option<Map<String, Value>> {
    match serde_json::from_slice(bytes).ok()? {
        Value::Object(object) => Some(object),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            None
        }
    }
}
