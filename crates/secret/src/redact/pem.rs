//! Private keys in text, whole: as PEM, however its lines are folded and whether or not it ends, as PEM
//! in base64, and as `PuTTY` writes them.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// How a private key begins and ends; `RSA`, `EC`, `OPENSSH` may stand between. That of SSH2 (RFC 4716) has
/// four dashes and a blank.
const BEGIN: &str = "-----BEGIN ";
const SSH2: (&str, &str) = ("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY", "---- END SSH2");
const END: &str = "-----END ";
const DASHES: &str = "-----";
/// Bytes of the longest kind.
const KIND: usize = 40;
/// `-----BEGIN ` in base64, and how much of it tells of what kind the key is.
const BEGIN_BASE64: &str = "LS0tLS1CRUdJTi";
const HEAD_BASE64: usize = 56;
/// Letters of a line of a key, at least, and of what stands in place of one.
const LEAST_RUN: usize = 32;
const MOST_SHORT: usize = 64;
const PUTTY: (&str, &str) = ("PuTTY-User-Key-File-", "Private-MAC:");

/// Returns where private keys stand.
pub(super) fn spans(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    each(text, BEGIN, &mut found, |after| {
        let (kind, _) = after.split_once(DASHES)?;
        if kind.len() > KIND || !kind.contains("PRIVATE KEY") {
            return None;
        }
        let head = kind.len() + DASHES.len();
        let body = after.get(head..)?;
        let Some(at) = after.find(END).filter(|at| is_body(after.get(head..*at))) else {
            // cut, or only named, as by who looks for keys
            return Some(head + body.find(|c| !is_of_key(c)).unwrap_or(body.len()));
        };
        let behind = at + END.len();
        let last = after.get(behind..)?;
        let kind_end = last.find(DASHES).filter(|len| *len <= KIND);
        Some(behind + kind_end.map_or(0, |at| at + DASHES.len()))
    });
    each(text, SSH2.0, &mut found, |after| {
        let Some(at) = after.find(SSH2.1) else {
            return Some(after.len());
        };
        let last = after.get(at + SSH2.1.len()..)?;
        let len = last.find("----").map_or(0, |len| len + "----".len());
        Some(at + SSH2.1.len() + len)
    });
    found.extend(without_begin(text));
    each(text, PUTTY.0, &mut found, |after| {
        let Some(at) = after.find(PUTTY.1) else {
            return Some(after.len());
        };
        let sum = after.get(at + PUTTY.1.len()..)?;
        let blanks = sum.len() - sum.trim_start().len();
        let len = sum.get(blanks..)?;
        let len = len
            .find(|c: char| !c.is_ascii_hexdigit())
            .unwrap_or(len.len());
        Some(at + PUTTY.1.len() + blanks + len)
    });
    each(text, BEGIN_BASE64, &mut found, |after| {
        let is_of_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
        let head = after.bytes().take(HEAD_BASE64 - BEGIN_BASE64.len());
        let head: String = head
            .take_while(|it| is_of_base64(*it))
            .map(char::from)
            .collect();
        let head = format!("{BEGIN_BASE64}{head}");
        let head = head.get(..head.len() / 4 * 4)?.trim_end_matches('=');
        let decoded = STANDARD_NO_PAD.decode(head).ok()?;
        let is_private = decoded.windows(7).any(|part| part == b"PRIVATE");
        // most are none: only of a key it is asked where it ends
        is_private.then(|| after.bytes().take_while(|it| is_of_base64(*it)).count())
    });
    found
}

/// Returns where keys stand whose beginning is cut off: base64 before their end.
fn without_begin(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    for (end, _) in text.match_indices(END) {
        let kind = text.get(end + END.len()..).unwrap_or_default();
        let kind = kind.split(DASHES).next().unwrap_or_default();
        let between = text.get(at..end).unwrap_or_default();
        at = end + END.len();
        if kind.len() > KIND || !kind.contains("PRIVATE KEY") || between.contains(BEGIN) {
            continue;
        }
        let start = between.trim_end_matches(is_of_key).len();
        let start = end - between.len() + start;
        found.push(start..at + kind.len() + DASHES.len());
    }
    found
}

/// Whether what stands between the beginning and the end of a key is one: a script that names both is none.
fn is_body(text: Option<&str>) -> bool {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
    let mut runs = text.unwrap_or_default().split(|c| !is_base64(c));
    let is_long = |run: &str| run.len() >= LEAST_RUN;
    text.is_some_and(|text| text.len() < MOST_SHORT) || runs.any(is_long)
}

/// Lines of a key may be folded by `\n`.
fn is_of_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || "+/=\\\r\n".contains(c)
}

/// Asks at each `mark` how far behind it the key goes.
fn each(
    text: &str,
    mark: &str,
    found: &mut Vec<Range<usize>>,
    len: impl Fn(&str) -> Option<usize>,
) {
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(mark)) {
        let start = at + start;
        at = start + mark.len();
        if let Some(len) = len(text.get(at..).unwrap_or_default()) {
            at += len;
            found.push(start..at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_whole() {
        let key = "-----BEGIN RSA PRIVATE KEY-----\nMII\nab==\n-----END RSA PRIVATE KEY-----";
        let folded = key.replace('\n', "\\n");
        let base64 = base64::engine::general_purpose::STANDARD.encode(key);
        let open = "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----";
        let open_base64 = base64::engine::general_purpose::STANDARD.encode(open);
        let putty = "PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 1\nAAAA\nPrivate-MAC: 0aF9";
        let pgp =
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ\n-----END PGP PRIVATE KEY BLOCK-----";
        for (key, is_one) in [
            (key, true),
            (&folded, true),
            (&key.replace('\n', " "), true),
            (&base64, true),
            (putty, true),
            (pgp, true),
            (open, false),
            (&open_base64, false),
        ] {
            for (before, after) in [("", ""), ("A=", " /bin/sh"), ("\"", "\", b"), ("ä", "ä")] {
                let text = format!("{before}{key}{after}");
                let found = spans(&text)
                    .into_iter()
                    .map(|span| text.get(span).unwrap().to_owned());
                let want = vec![key.to_owned(); usize::from(is_one)];
                assert_eq!(found.collect::<Vec<_>>(), want, "{text}");
            }
        }
        let ssh2 = "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nA: b\nMII\n---- END SSH2 ENCRYPTED PRIVATE KEY ----";
        let found = spans(&format!("a {ssh2} b"));
        assert_eq!(found.as_slice(), std::slice::from_ref(&(2..2 + ssh2.len())));
        let front = "x MIIab+\\ncd==\n-----END EC PRIVATE KEY----- y";
        assert_eq!(
            spans(front).as_slice(),
            std::slice::from_ref(&(2..front.len() - 2))
        );
        let named = "case $K in \"-----BEGIN PRIVATE KEY-----\"*) exec nginx ;; esac";
        assert_eq!(spans(named).first(), Some(&(12..39)));
        let cut = "x -----BEGIN PRIVATE KEY-----MII";
        assert_eq!(spans(cut).first(), Some(&(2..cut.len())));
        let two = format!("{key} and {pgp}");
        assert_eq!(spans(&two).len(), 2);
    }
}
