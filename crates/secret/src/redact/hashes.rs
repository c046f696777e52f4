//! Hashes of passwords as `crypt(5)` writes them, `$6$salt$hash`, wherever they stand: who has one can
//! try passwords at home.

use std::ops::Range;

use super::found;

/// What says by which method a hash was made.
const METHODS: &[&str] = &[
    "$1$",
    "$2a$",
    "$2b$",
    "$2y$",
    "$5$",
    "$6$",
    "$7$",
    "$apr1$",
    "$argon2d$",
    "$argon2i$",
    "$argon2id$",
    "$gy$",
    "$sha1$",
    "$y$",
];

/// Letters of salt and hash, at least.
const LEAST: usize = 20;

/// Returns the text without such hashes.
pub(super) fn without(text: &str) -> String {
    found::replaced(text, spans(text))
}

fn spans(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find('$')) {
        let start = at + start;
        let rest = text.get(start..).unwrap_or_default();
        let method = METHODS.iter().find(|method| rest.starts_with(**method));
        let behind = method.and_then(|method| rest.get(method.len()..));
        let end = behind.map(|behind| behind.find(|c| !is_of_hash(c)).unwrap_or(behind.len()));
        at = start + 1;
        if let (Some(method), Some(len)) = (method, end.filter(|len| *len >= LEAST)) {
            at = start + method.len() + len;
            found.push(start..at);
        }
    }
    found
}

const fn is_of_hash(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '$' | '=' | ',' | '+')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_of_passwords_are_gone() {
        let sha512 = format!("$6$saltsalt${}", "aB3./".repeat(17));
        for (text, want) in [
            (
                &*format!("usermod -p '{sha512}' root"),
                "usermod -p '[redacted]' root",
            ),
            (
                &format!("echo root:{sha512}:18000: >> /etc/shadow"),
                "echo root:[redacted]:18000: >> /etc/shadow",
            ),
            (
                "x $2b$12$abcdefghijklmnopqrstuuABCDEFGHIJ; y",
                "x [redacted]; y",
            ),
            ("A=$y$j9T$abcdefgh$ABCDEFGHIJKLMNOPQ", "A=[redacted]"),
            ("$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA", "[redacted]"),
            (
                "$1$x $HOME/$PATH/aaaaaaaaaaaaaaaaaaaaaaaa awk '{print $1$2}'",
                "$1$x $HOME/$PATH/aaaaaaaaaaaaaaaaaaaaaaaa awk '{print $1$2}'",
            ),
            ("$6$", "$6$"),
            ("ä$ö", "ä$ö"),
        ] {
            assert_eq!(without(text), want, "{text}");
        }
    }
}
