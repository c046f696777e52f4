//! Private keys: a body that decodes, and whether a passphrase protects it.

use model::Severity;

use super::{Facts, Seen, base64, nothing};

/// Fewer bytes are no key: an Ed25519 key alone has 32.
const LEAST: usize = 32;

/// The body between the marks of a PEM file.
pub(crate) fn pem(seen: &Seen<'_>) -> Option<Facts> {
    let is_named = contains(seen.before(), b"ENCRYPTED");
    body(seen.secret(), is_named)
}

/// A whole PEM file in base64.
pub(crate) fn pem_in_base64(seen: &Seen<'_>) -> Option<Facts> {
    let text = base64(seen.secret())?;
    let marks = b"PRIVATE KEY-----";
    let begin = find(&text, marks)?;
    let rest = text.get(begin + marks.len()..)?;
    let end = find(rest, b"-----END").unwrap_or(rest.len());
    body(rest.get(..end)?, contains(text.get(..begin)?, b"ENCRYPTED"))
}

/// `"type": "service_account"` is a key where `private_key` stands in the same object.
pub(crate) fn service_account(seen: &Seen<'_>) -> Option<Facts> {
    let object = around(seen)?;
    let text = seen.text.get(object.clone())?;
    let name = find(text, b"\"private_key\"")?;
    let mark = b"PRIVATE KEY-----";
    let begin = name + find(text.get(name..)?, mark)? + mark.len();
    let rest = text.get(begin..)?;
    let end = rest.iter().position(|byte| matches!(byte, b'"' | b'-'))?;
    let key = rest.get(..end)?;
    let end = key.strip_suffix(b"\\n").unwrap_or(key).len();
    let start = object.start + begin;
    let facts = nothing(seen)?;
    Some(Facts {
        extent: Some(start..start + end),
        ..facts
    })
}

/// A file of `PuTTY`: the match is its first line, the secret ends with its sum.
pub(crate) fn putty(seen: &Seen<'_>) -> Option<Facts> {
    // in the source of a program that writes such files, the line goes on
    let behind = seen.text.get(seen.secret.end);
    if !matches!(behind, None | Some(b'\n' | b'\r')) {
        return None;
    }
    let rest = near(seen);
    let len = find(rest, b"Private-MAC").unwrap_or(seen.secret().len());
    Some(marked(seen, len))
}

/// An encrypted file of Ansible: hexadecimal lines behind the first.
pub(crate) fn vault(seen: &Seen<'_>) -> Option<Facts> {
    let is_of_file = |byte: &u8| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace();
    let rest = near(seen).get(seen.secret().len()..)?;
    let len = rest
        .iter()
        .position(|byte| !is_of_file(byte))
        .unwrap_or(rest.len());
    Some(marked(seen, seen.secret().len() + len))
}

/// Returns the secret and what follows it closely.
fn near<'a>(seen: &Seen<'a>) -> &'a [u8] {
    const NEAR: usize = 16_384;
    let rest = seen.text.get(seen.secret.start..).unwrap_or_default();
    rest.get(..NEAR).unwrap_or(rest)
}

fn marked(seen: &Seen<'_>, len: usize) -> Facts {
    let start = seen.secret.start;
    Facts {
        extent: Some(start..start + len),
        ..Facts::NONE
    }
}

/// Returns the object that holds the match, as far as it is near.
fn around(seen: &Seen<'_>) -> Option<std::ops::Range<usize>> {
    const NEAR: usize = 4096;
    let from = seen.whole.start.saturating_sub(NEAR);
    let before = seen.text.get(from..seen.whole.start)?;
    let open = before.iter().rposition(|&byte| byte == b'{')?;
    let to = seen.whole.end.saturating_add(NEAR).min(seen.text.len());
    let behind = seen.text.get(seen.whole.end..to)?;
    let close = behind
        .iter()
        .position(|&byte| byte == b'}')
        .unwrap_or(behind.len());
    Some(from + open..seen.whole.end + close)
}

fn body(text: &[u8], is_named_encrypted: bool) -> Option<Facts> {
    let mut is_encrypted = is_named_encrypted;
    let mut digits = Vec::new();
    for line in lines(text) {
        if line.contains(&b':') {
            is_encrypted |= contains(line, b"ENCRYPTED");
        } else {
            digits.extend(line.iter().filter(|byte| !byte.is_ascii_whitespace()));
        }
    }
    let bytes = base64(&digits).filter(|bytes| bytes.len() >= LEAST)?;
    is_encrypted |= is_encrypted_openssh(&bytes);
    Some(Facts {
        severity: is_encrypted.then_some(Severity::Low),
        note: if is_encrypted {
            "encrypted".to_owned()
        } else {
            String::new()
        },
        ..Facts::VALID
    })
}

/// Lines as they are, or as the `\n` of a JSON or shell string.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r' | b'\\');
    let plain = text.split(is_end);
    let is_escaped = contains(text, b"\\n");
    plain.map(move |line| {
        let line = if is_escaped {
            line.strip_prefix(b"n").unwrap_or(line)
        } else {
            line
        };
        line.strip_suffix(b"\"").unwrap_or(line)
    })
}

/// OpenSSH: the name of the cipher stands behind the magic.
fn is_encrypted_openssh(bytes: &[u8]) -> bool {
    let cipher = bytes.strip_prefix(b"openssh-key-v1\0");
    cipher.is_some_and(|rest| !rest.starts_with(b"\0\0\0\x04none"))
}

fn contains(text: &[u8], what: &[u8]) -> bool {
    find(text, what).is_some()
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key's body: what base64 makes of 48 bytes that differ.
    fn digits(first: &[u8]) -> String {
        use base64::Engine as _;
        let bytes: Vec<u8> = first.iter().copied().chain(0..48).collect();
        super::super::STANDARD.encode(bytes)
    }

    fn severity(before: &str, text: &str) -> &'static str {
        let whole = format!("{before}{text}");
        let seen = Seen {
            text: whole.as_bytes(),
            whole: 0..whole.len(),
            secret: before.len()..whole.len(),
        };
        pem(&seen).map_or("no key", |facts| {
            facts.severity.map_or("plain", Severity::name)
        })
    }

    #[test]
    fn a_passphrase_makes_a_key_less_bad() {
        let plain = digits(b"");
        let open = digits(b"openssh-key-v1\0\0\0\0\x04none");
        let closed = digits(b"openssh-key-v1\0\0\0\0\x0aaes256-ctr");
        let begin = "-----BEGIN PRIVATE KEY-----";
        let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
        let with_header = format!("\nProc-Type: 4,ENCRYPTED\nDEK-Info: x\n\n{plain}\n");
        for (before, text, want) in [
            (begin, format!("\n{plain}\n"), "plain"),
            (begin, format!("\\n{plain}\\n"), "plain"),
            (begin, format!("\n{open}\n"), "plain"),
            (begin, format!("\n{closed}\n"), "LOW"),
            (begin, with_header, "LOW"),
            (encrypted, format!("\n{plain}\n"), "LOW"),
            (begin, "\nAAAA\n".to_owned(), "no key"),
            (begin, "\n...\n".to_owned(), "no key"),
        ] {
            assert_eq!(severity(before, &text), want, "{before}{text}");
        }
    }
}
