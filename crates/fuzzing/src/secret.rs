//! Proves that any bytes have the same secrets in whatever pieces they come, and that no secret leaves.
//!
//! The first byte of an input says under which name the rest is a file: those names ask every rule.

use std::io::{self, Read};
use std::sync::OnceLock;

use model::Limits;
use secret::{Engine, Looked, Redactor, Rules, Scanner};

/// Names that ask the rules for whole files.
const NAMES: &[&str] = &[
    "app/config.txt",
    "app/.npmrc",
    "root/.kube/config",
    "root/.netrc",
    "root/.pgpass",
    "root/.my.cnf",
    "root/.pypirc",
    "root/.git-credentials",
    "root/.m2/settings.xml",
    "app/nuget.config",
    "etc/pip.conf",
    "app/auth.json",
    "app/config/master.key",
    "etc/shadow",
    "app/.htpasswd",
    "app/x.tfstate",
    "app/node_modules/x/index.js",
];

/// Rules of a user, who may write anything.
const OWN: &[u8] = b"enable: [assigned-secret]";

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::new(Rules::read(OWN).unwrap_or_default()))
}

/// Gives three bytes at a time.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let few = out.len().min(3);
        self.0.read(out.get_mut(..few).unwrap_or_default())
    }
}

/// Looks at `input` in one piece and in many, as a file, as a text and as a setting.
///
/// # Panics
/// If two ways disagree, or what is told holds a part of a secret.
pub fn check(input: &[u8]) {
    let Some((&name, bytes)) = input.split_first() else {
        return;
    };
    let _any_bytes_are_rules_or_an_error = Rules::read(bytes);
    let limits = Limits::default();
    let mut scanner = Scanner::new(engine(), &limits);
    let name = NAMES
        .get(usize::from(name) % NAMES.len())
        .copied()
        .unwrap_or_default();
    let whole = scanner.file(name, &mut &*bytes).unwrap_or_default();
    let pieces = scanner.file(name, &mut Slow(bytes)).unwrap_or_default();
    assert_eq!(whole, pieces, "in one piece and in many");
    hides(bytes, &whole);
    let text = String::from_utf8_lossy(bytes);
    scanner.text(&text);
    let (key, value) = text.split_once('=').unwrap_or(("DB_PASSWORD", &text));
    scanner.setting(key, value);
    for (key, value) in secret::assignments(&text) {
        scanner.setting(key, value);
    }
    for (key, value) in secret::named(&text) {
        assert!(text.contains(value), "{key}: what is told stands there");
    }
    let redactor = Redactor::new(Some(engine()));
    let shown = [redactor.text(&text), redactor.file(&text)];
    for password in secret::passwords(&text) {
        assert!(text.contains(password), "what is told stands there");
    }
    assert!(
        shown
            .iter()
            .all(|shown| !shown.is_empty() || text.is_empty())
    );
}

/// What is told of a secret that stands in the bytes as it is holds nothing of its middle.
fn hides(bytes: &[u8], looked: &Looked) {
    for secret in &looked.found {
        let range = usize::try_from(secret.offset)
            .ok()
            .zip(usize::try_from(secret.length).ok());
        let value = range.and_then(|(at, len)| bytes.get(at..at.checked_add(len)?));
        // what was decoded stands nowhere
        let Some(value) = value.filter(|value| value.len() >= 12 && value.is_ascii()) else {
            continue;
        };
        let middle = value
            .get(value.len() / 2 - 3..value.len() / 2 + 3)
            .unwrap_or_default();
        if !middle.iter().all(u8::is_ascii_alphanumeric)
            || middle.iter().all(|it| Some(it) == middle.first())
            // what is only a piece of the secret may stand elsewhere
            || bytes.windows(6).filter(|window| window == &middle).count() > 1
        {
            continue;
        }
        let middle = String::from_utf8_lossy(middle);
        let shown = secret.lines.iter().filter(|line| line.is_cause);
        assert!(
            !shown
                .map(|line| &line.text)
                .any(|text| text.contains(&*middle)),
            "shown"
        );
        assert!(!secret.sample.contains(&*middle), "in the sample");
    }
}

/// Returns texts with words of many rules. Each is joined of two parts: no file is to hold what looks
/// like a secret.
pub fn seeds() -> Vec<Vec<u8>> {
    const BODY: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";
    let key = format!("PRIVATE KEY-----\n{BODY}\n-----END PRIVATE KEY-----\n");
    let texts = [
        ["KEY=AK", "IA234567ABCDEFGHIJ\n"],
        ["url: postgres://app:", "correcthorse@db/app\n"],
        ["-----BEGIN ", &key],
        ["kind: Secret\ndata:\n  password: ", "Y29ycmVjdGhvcnNl\n"],
        ["machine h login u password ", "correcthorse\n"],
        ["ENV A_TOKEN=", "correcthorse B=c\n"],
        [
            "echo 'a_token = \"",
            "x1y2z3w4\"' | sudo chpasswd <<< \"b:c\"; curl -sSua:b h\n",
        ],
        [
            "disable: [jwt]\nrules:\n- {id: a, title: t, severity: LOW, ",
            "keywords: [abc], regex: x}\n",
        ],
    ];
    let mut seeds: Vec<Vec<u8>> = (0..)
        .zip(texts)
        .map(|(name, parts)| [&[name], parts.concat().as_bytes()].concat())
        .collect();
    let wide = texts[1].concat();
    let units = [0xfeff].into_iter().chain(wide.encode_utf16());
    seeds.push(
        [0].into_iter()
            .chain(units.flat_map(u16::to_le_bytes))
            .collect(),
    );
    seeds
}
