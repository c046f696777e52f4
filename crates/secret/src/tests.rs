//! The engine against the vectors beside the references, which are joined in memory only, and against
//! texts that come in pieces.

use std::collections::BTreeSet;
use std::io::{self, Read};

use model::Limits;
use serde_json::Value;

use crate::block::{Block, Nature};
use crate::engine::Engine;
use crate::kinds::Kind;
use crate::rules::Rules;
use crate::scanner::{Looked, Scanner};

/// Everything, what is off by default too.
fn engine() -> Engine {
    Engine::new(Rules::read(b"enable: [assigned-secret]").unwrap())
}

fn joined(vector: &Value, name: &str) -> String {
    let parts = vector[name].as_array().into_iter().flatten();
    parts.map(|part| part.as_str().unwrap()).collect()
}

/// Returns the secrets that a rule finds in a text, before one of two is chosen.
fn secrets(engine: &Engine, rule: &str, text: &str, vector: &Value) -> Vec<String> {
    let path = vector["path"].as_str().unwrap().trim_start_matches('/');
    let of_file = if vector["config"] == true {
        engine.of_settings.clone()
    } else {
        engine.of_path(path.as_bytes())
    };
    assert_eq!(crate::kinds::kind(path.as_bytes()), Kind::Own);
    let block = Block {
        text: text.as_bytes(),
        range: 0..text.len(),
        nature: Nature::Text,
    };
    let found = block.find(engine, &of_file, 100).found;
    let of_rule = found
        .into_iter()
        .filter(|it| engine.rule(it.rule).unwrap().id == rule);
    of_rule
        .map(|it| {
            // where the match is only a mark, the vectors name the mark
            let is_mark = it.facts.extent.is_some();
            if is_mark {
                joined(vector, "secret_parts")
            } else {
                text.get(it.range).unwrap().to_owned()
            }
        })
        .collect()
}

#[test]
fn every_vector_is_found_by_its_rule_or_left_alone() {
    let Some(archive) = testkit::shared("conformance/secrets.tar.gz") else {
        return;
    };
    let files = testkit::members(&archive).unwrap();
    let vectors: Vec<Value> = serde_json::from_slice(&files["vectors.json"]).unwrap();
    let engine = engine();
    let mut faults = Vec::new();
    for (number, vector) in vectors.iter().enumerate() {
        let rule = vector["rule"].as_str().unwrap();
        let found = secrets(&engine, rule, &joined(vector, "parts"), vector);
        let want = match vector["kind"].as_str() {
            Some("positive") => vec![joined(vector, "secret_parts")],
            _ => vec![],
        };
        if found != want {
            // by number: no value is to reach a log
            faults.push(format!(
                "{number}: {rule}: {} ({} found)",
                vector["why"],
                found.len()
            ));
        }
    }
    assert_eq!(vectors.len(), 617);
    assert!(faults.is_empty(), "{faults:#?}");
}

/// A text without a path is asked about each file that it may hold: but for one whose path alone tells.
#[test]
fn files_that_are_known_by_their_path_have_a_mark() {
    let Some(archive) = testkit::shared("conformance/secrets.tar.gz") else {
        return;
    };
    let files = testkit::members(&archive).unwrap();
    let vectors: Vec<Value> = serde_json::from_slice(&files["vectors.json"]).unwrap();
    let engine = engine();
    let mut seen = BTreeSet::new();
    let found = vectors.iter().filter(|vector| vector["kind"] == "positive");
    for vector in found {
        let id = vector["rule"].as_str().unwrap();
        let mut places = engine.of_path(vector["path"].as_str().unwrap().as_bytes());
        places.retain(|&place| engine.rule(place).unwrap().id == id);
        let asked = engine.of_text(joined(vector, "parts").as_bytes());
        for place in places {
            let is_asked = asked.contains(&place);
            assert_eq!(
                is_asked,
                id != "rails-master-key",
                "{id}: {}",
                vector["why"]
            );
            seen.insert(id);
        }
    }
    assert!(seen.len() > 12, "{seen:?}");
    let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    assert_eq!(
        engine.of_text(path.as_bytes()),
        [0; 0],
        "what every image has"
    );
}

/// Gives a text in pieces.
struct Pieces<'a> {
    rest: &'a [u8],
    most: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let most = out.len().min(self.most);
        self.rest.read(&mut out[..most])
    }
}

/// A token of GitHub with the checksum that it must have.
fn token() -> String {
    ["gh", "p_", "0123456789abcdefghijABCDEFGHIJ", "3mpbCX"].concat()
}

const NARROW_BYTES: u64 = 4 << 20;

fn narrow() -> Limits {
    Limits {
        secret_text_bytes: NARROW_BYTES,
        secret_program_bytes: NARROW_BYTES,
        ..Limits::default()
    }
}

fn look(text: &[u8], most: usize) -> Looked {
    let mut pieces = Pieces { rest: text, most };
    Scanner::new(&engine(), &narrow())
        .file("x", &mut pieces)
        .unwrap()
}

/// Gives a piece again and again.
struct Again<'a> {
    piece: &'a [u8],
    at: usize,
}

impl Read for Again<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        for byte in out.iter_mut() {
            *byte = self.piece[self.at];
            self.at = (self.at + 1) % self.piece.len();
        }
        Ok(out.len())
    }
}

/// Looks at a line of a gigabyte: a head, and a piece again and again.
fn look_at_line(engine: &Engine, limits: &Limits, (head, piece): (&[u8], &[u8])) -> Looked {
    let mut line = head.chain(Again { piece, at: 0 }).take(1 << 30);
    Scanner::new(engine, limits).file("x", &mut line).unwrap()
}

#[test]
fn what_leaves_holds_no_secret() {
    let text = format!("a\nb = {}\n", token());
    let looked = look(text.as_bytes(), usize::MAX);
    let [secret] = &looked.found[..] else {
        panic!("{} found", looked.found.len());
    };
    assert_eq!(
        (&*secret.rule, secret.line, secret.column),
        ("github-token", 2, 5)
    );
    assert_eq!((&*secret.sample, secret.length), ("ghp_…CX", 40));
    let told = format!("{looked:?}");
    for part in token().as_bytes().windows(8) {
        assert!(
            !told.contains(std::str::from_utf8(part).unwrap()),
            "a part of it is told"
        );
    }
}

/// Around every border of a block, and in a line that never ends.
#[test]
fn pieces_and_borders_change_nothing() {
    let secret = token();
    for at in [
        (1 << 20) - 80,
        (1 << 20) - 40,
        (1 << 20) - 2,
        1 << 20,
        (1 << 20) + 1,
        (2 << 20) - 20,
    ] {
        let mut text = vec![b'.'; 3 << 20];
        text[at] = b' ';
        text[at + 1..at + 1 + secret.len()].copy_from_slice(secret.as_bytes());
        text[at + 1 + secret.len()] = b' ';
        let whole = look(&text, usize::MAX);
        assert_eq!(whole.found.len(), 1, "at {at}");
        assert_eq!(whole.found[0].offset, u64::try_from(at + 1).unwrap());
        assert_eq!(whole.found[0].column, u64::try_from(at + 2).unwrap());
        assert_eq!(whole, look(&text, 4099), "at {at}");
    }
}

#[test]
fn a_mark_at_the_start_hides_nothing() {
    let engine = engine();
    let mut scanner = Scanner::new(&engine, &Limits::default());
    for (path, text) in [
        ("app/.env", "DB_PASSWORD=Hq8Zr2mT9w\n"),
        ("etc/my.cnf", "password=Hq8Zr2mT9w\n"),
        (
            "app/config/master.key",
            "0f3a9c7b5d1e8f2a4b6c8d0e1f3a5b7c\n",
        ),
    ] {
        for (head, offset) in [("", 0), ("\u{feff}", 3)] {
            let text = format!("{head}{text}");
            let looked = scanner.file(path, &mut text.as_bytes()).unwrap();
            assert_eq!(scanner.held(), Some(text.as_bytes()));
            let [secret] = &looked.found[..] else {
                panic!("{path} {looked:?}");
            };
            let value = text.find('=').map_or(offset, |at| at + 1);
            let place = (secret.line, secret.offset);
            assert_eq!(place, (1, u64::try_from(value).unwrap()), "{path}");
        }
    }
}

#[test]
fn limits_are_told() {
    let text = vec![b'.'; 6 << 20];
    assert_eq!(look(&text, usize::MAX).unread_after, Some(4 << 20));
    assert_eq!(look(&text[..4 << 20], usize::MAX).unread_after, None);
    let many = format!("{} ", token()).repeat(101);
    let looked = look(many.as_bytes(), usize::MAX);
    assert_eq!((looked.found.len(), looked.is_cut), (100, true));
    let words = "glpat- AKIA eyJ sk_live_ ://a:b@ authorization ".repeat(20_000);
    assert_eq!(look(words.as_bytes(), usize::MAX).found, []);
}

/// Held against what comes of a line of a gigabyte: how many secrets, and whether more were left out.
fn ends(
    engine: &Engine,
    limits: &Limits,
    (why, head, piece, found, is_cut): (&str, &[u8], &[u8], usize, bool),
) {
    let looked = look_at_line(engine, limits, (head, piece));
    let budget = if head == b"\0" {
        limits.secret_program_bytes
    } else {
        limits.secret_text_bytes
    };
    assert_eq!(looked.unread_after, Some(budget), "{why}");
    assert_eq!(
        (looked.found.len(), looked.is_cut),
        (found, is_cut),
        "{why}"
    );
}

#[test]
fn a_line_of_a_gigabyte_ends() {
    let engine = engine();
    let words: Vec<&str> = (0..)
        .map_while(|place| engine.rule(place))
        .flat_map(|rule| rule.words.iter().map(String::as_str))
        .collect();
    let (apart, joined) = (words.join(" "), words.join("."));
    let kind = br#"{"kind":"Secret","data":{"#;
    let value = br#""password":"aHVudGVyMg==","#;
    for case in [
        ("text", &b""[..], &b"."[..], 0, false),
        ("a program", b"\0", b".", 0, false),
    ] {
        ends(&engine, &Limits::default(), case);
    }
    for case in [
        ("words of all rules", &b""[..], apart.as_bytes(), 0, false),
        ("a run of these", b"", joined.as_bytes(), 0, true),
        ("no text at all", b"", b"\x80\xff", 0, false),
        ("two bytes each", b"\xff\xfe", b"a\0", 0, false),
        ("keys", b"", b"-----BEGIN PRIVATE KEY-----", 0, false),
        ("tokens", b"", b"eyJhbGciOiJI.", 0, false),
        ("logins", b"", b"https://a:", 0, false),
        ("values", kind, value, 100, true),
    ] {
        ends(&engine, &narrow(), case);
    }
}

/// Strings of a program stand side by side; those of a text do not.
#[test]
fn words_of_a_program_are_no_token() {
    let words = ["rk_live_", "IntervalplatformFebruary"].concat();
    let token = ["rk_live_", "Int3rvalplatf0rmFebruary"].concat();
    for (head, secret, found) in [
        ("\0", &words, 0),
        ("\0", &token, 1),
        ("key = ", &words, 1),
        ("key = ", &token, 1),
    ] {
        let text = format!("{head}{secret}\n");
        assert_eq!(look(text.as_bytes(), 10).found.len(), found, "{text:?}");
    }
}

/// Looking at all that follows for each of a million matches would take days.
#[test]
fn expressions_of_users_end() {
    for (regex, is_cut) in [
        ("(?P<s>abc)", true),
        ("(?P<s>abc).*", true),
        ("(?P<s>abc)(?:.*z)?", true),
        ("(?P<s>abc).*z", false),
        ("(?P<s>abc).{0,3000}", true),
        ("(?P<s>a.*)z?", false),
        ("(?:(?:a?){50}){20}(?P<s>abc)", true),
    ] {
        let rule = format!(
            "{{id: own, title: t, severity: LOW, keywords: [abc], entropy: 8, regex: '{regex}'}}"
        );
        let rules = Rules::read(format!("rules: [{rule}]").as_bytes()).unwrap();
        let case = (regex, &b""[..], &b"abc"[..], 0, is_cut);
        let short = Limits {
            secret_text_bytes: 1 << 20,
            ..Limits::default()
        };
        ends(&Engine::new(rules), &short, case);
    }
}
