//! Secrets of Kubernetes in manifests: their values are base64, which hides nothing.

use std::ops::Range;
use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};

use crate::evidence;

/// Values of one file that are looked at.
const MOST: usize = 1_000;

/// Words of which one is in every manifest of a Secret, in the ways that programs write it.
pub(crate) const WORDS: [&str; 3] = [
    "kind: Secret",
    "\"kind\": \"Secret\"",
    "\"kind\":\"Secret\"",
];

const KIND: &str = r#"["']?kind["']?[ \t]*:[ \t]*["']?Secret["']?[ \t]*(?:[,}\r\n]|$)"#;
const VALUE: &str = r#"["']?([0-9A-Za-z._-]{1,253})["']?[ \t]*:[ \t]*(?:["']?([0-9A-Za-z+/]{4,}={0,2})["']?[ \t]*(?:[,}\r\n]|$)|[|>][0-9+-]*[ \t]*\r?\n((?:[ \t]+[0-9A-Za-z+/]+={0,2}[ \t]*(?:\r?\n|$))+))"#;

/// A value of a Secret.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) name: String,
    /// Where its base64 stands.
    pub(crate) range: Range<usize>,
    pub(crate) decoded: Vec<u8>,
}

/// Returns the values of all Secrets in a text that are text themselves; documents end at `---`.
pub(crate) fn values(text: &[u8]) -> Vec<Value> {
    let Some((kind, value)) = expressions() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut start = 0;
    while start < text.len() && found.len() < MOST {
        let end = end_of_document(text, start);
        let document = text.get(start..end).unwrap_or_default();
        if kind.is_match(document) {
            for captures in value.captures_iter(document).take(MOST - found.len()) {
                // a block has lines of its own
                let value = captures.get(2).or(captures.get(3));
                let (Some(name), Some(value)) = (captures.get(1), value) else {
                    continue;
                };
                let bytes = value.as_bytes();
                let digits = bytes.iter().filter(|it| !it.is_ascii_whitespace());
                let digits: Vec<u8> = digits.copied().collect();
                let decoded = evidence::base64(&digits);
                // a word such as `kubernetes` decodes, too, but to no text
                if let Some(decoded) = decoded.filter(|it| std::str::from_utf8(it).is_ok()) {
                    let before = bytes.len() - bytes.trim_ascii_start().len();
                    let from = start + value.start() + before;
                    found.push(Value {
                        name: String::from_utf8_lossy(name.as_bytes()).into_owned(),
                        range: from..from + bytes.trim_ascii().len(),
                        decoded,
                    });
                }
            }
        }
        start = end + 1;
    }
    found
}

fn end_of_document(text: &[u8], start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let mark = rest.windows(4).position(|window| window == b"\n---");
    mark.map_or(text.len(), |at| start + at)
}

fn expressions() -> Option<&'static (Regex, Regex)> {
    static COMPILED: OnceLock<Option<(Regex, Regex)>> = OnceLock::new();
    let compile = |text| RegexBuilder::new(text).unicode(false).build().ok();
    COMPILED
        .get_or_init(|| Some((compile(KIND)?, compile(VALUE)?)))
        .as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_secrets_are_decoded_and_others_are_not() {
        let secret = "kind: Secret\ndata:\n  password: aHVudGVyMg==\n";
        let json =
            "{\n \"kind\": \"Secret\",\n \"data\": {\n  \"password\": \"aHVudGVyMg==\"\n }\n}\n";
        let line = r#"{"kind":"Secret","data":{"password":"aHVudGVyMg=="}}"#;
        let block = "kind: Secret\ndata:\n  password: |-\n    aHVudGVyMg==\n  other: x\n";
        let other = "kind: ConfigMap\ndata:\n  password: aHVudGVyMg==\n";
        for (text, want) in [
            (secret.to_owned(), 1),
            (json.to_owned(), 1),
            (line.to_owned(), 1),
            (block.to_owned(), 1),
            (block.replace("|-", ">").replace('\n', "\r\n"), 1),
            (other.to_owned(), 0),
            (format!("{other}---\n{secret}---\n{other}---\n{secret}"), 2),
            (String::new(), 0),
            ("\n---".repeat(3), 0),
        ] {
            let got = values(text.as_bytes());
            assert_eq!(got.len(), want, "{text}");
            for value in got {
                assert_eq!(
                    (&*value.name, &*value.decoded),
                    ("password", &b"hunter2"[..])
                );
                assert_eq!(&text.as_bytes()[value.range], b"aHVudGVyMg==");
            }
        }
    }

    #[test]
    fn values_of_several_lines_are_one() {
        let text = "kind: Secret\ndata:\n  password: |\n    aHVu\n    dGVyMg==\nx: y\n";
        let got = values(text.as_bytes());
        let decoded: Vec<&[u8]> = got.iter().map(|it| &*it.decoded).collect();
        assert_eq!(decoded, [b"hunter2"]);
        assert_eq!(
            &text.as_bytes()[got[0].range.clone()],
            b"aHVu\n    dGVyMg=="
        );
    }
}
