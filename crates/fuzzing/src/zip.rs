//! Proves that what lies in a zip is found as if it lay beside it, and that any bytes have an end.
//!
//! The first byte of an input says what the rest is: a zip as it is, or members of one that is made of them,
//! divided by lines of `%%`, the name of each in its first line.

use std::io::{Cursor, Write as _};
use std::sync::OnceLock;

use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, ZipWriter};
use model::{ImagePath, Limits};
use pipeline::Zip;
use secret::{Engine, Looked, Rules, Scanner};

use crate::limits::small;

/// Stands between two members.
const BETWEEN: &[u8] = b"\n%%\n";

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::new(Rules::default()))
}

fn limits() -> Limits {
    Limits {
        secret_text_bytes: 16 << 10,
        secret_program_bytes: 64 << 10,
        secrets_of_a_file: 4,
        ..small()
    }
}

/// Looks at a zip by its directory and as it comes.
///
/// # Panics
/// If looking twice differs, more is told than the limits allow, or what lies in a whole zip is not what is
/// found in it.
pub fn check(input: &[u8]) {
    match input.split_first() {
        Some((first, bytes)) if first % 2 == 0 => bounded(bytes),
        Some((_, lines)) => as_if_beside(lines),
        None => {}
    }
}

/// Any bytes, as they are and behind the mark of a member.
fn bounded(bytes: &[u8]) {
    let limits = limits();
    let mut scanner = Scanner::new(engine(), &limits);
    for look in [by_directory, as_it_comes] {
        let once = look(&mut scanner, &limits, bytes);
        assert_eq!(once, look(&mut scanner, &limits, bytes), "looked at twice");
        assert!(once.0.found.len() <= limits.secrets_of_a_file, "too many");
        let has_member = |note: &str| note.contains("in its member ");
        assert!(once.0.found.iter().all(|it| has_member(&it.note)));
    }
}

/// Members that are packed and looked at, and those that are only looked at.
fn as_if_beside(lines: &[u8]) {
    let limits = limits();
    let mut scanner = Scanner::new(engine(), &limits);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut want = Vec::new();
    for (at, (name, content)) in members(lines).into_iter().enumerate() {
        let method = [CompressionMethod::Stored, CompressionMethod::Deflated];
        let options = SimpleFileOptions::default();
        let options =
            options.compression_method(method.into_iter().cycle().nth(at).unwrap_or_default());
        // a name may be there already
        if writer.start_file(name.as_str(), options).is_err() || writer.write_all(content).is_err()
        {
            continue;
        }
        if !name.ends_with(['/', '\\']) && name.strip_suffix(".class").is_none() {
            let path = ImagePath::new(name.as_bytes());
            let looked = scanner.file(path.as_str(), &mut &*content);
            want.extend(told(&looked.unwrap_or_default()));
        }
    }
    let Ok(whole) = writer.finish() else {
        return;
    };
    want.truncate(limits.secrets_of_a_file);
    for look in [by_directory, as_it_comes] {
        let (looked, end) = look(&mut scanner, &limits, whole.get_ref());
        assert_eq!(end, None, "a zip that is whole");
        assert_eq!(told(&looked), want, "beside and within");
    }
}

/// Returns what identifies each secret.
fn told(looked: &Looked) -> Vec<(String, String)> {
    let found = looked.found.iter();
    found
        .map(|it| (it.rule.clone(), it.fingerprint.clone()))
        .collect()
}

fn by_directory(
    scanner: &mut Scanner<'_>,
    limits: &Limits,
    mut bytes: &[u8],
) -> (Looked, Option<String>) {
    match Zip::read(&mut bytes) {
        Ok(mut zip) => {
            let (looked, end) = zip.look(scanner, limits);
            (looked, end.err().map(|error| error.to_string()))
        }
        Err(error) => (Looked::default(), Some(error.to_string())),
    }
}

fn as_it_comes(
    scanner: &mut Scanner<'_>,
    limits: &Limits,
    mut bytes: &[u8],
) -> (Looked, Option<String>) {
    let (looked, end) = Zip::of_stream(&mut bytes).look(scanner, limits);
    (looked, end.err().map(|error| error.to_string()))
}

/// Returns names and contents.
fn members(lines: &[u8]) -> Vec<(String, &[u8])> {
    let mut members = Vec::new();
    let mut rest = lines;
    loop {
        let end = rest
            .windows(BETWEEN.len())
            .position(|window| window == BETWEEN);
        let member = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        let line = member
            .iter()
            .position(|&byte| byte == b'\n')
            .unwrap_or(member.len());
        let (name, content) = member.split_at(line);
        let name = String::from_utf8_lossy(name).into_owned();
        members.push((name, content.get(1..).unwrap_or_default()));
        match end.and_then(|end| rest.get(end + BETWEEN.len()..)) {
            Some(behind) => rest = behind,
            None => return members,
        }
    }
}

/// Returns a zip, one that is cut, members, and members with secrets. Each secret is joined of two parts: no
/// file is to hold what looks like one.
pub fn seeds() -> Vec<Vec<u8>> {
    let login = ["url: postgres://app:", "correcthorse@db/app\n"].concat();
    let key = ["KEY=AK", "IA234567ABCDEFGHIJ\n"].concat();
    let lines = format!("app/x.yml\n{login}\n%%\nA.class\n{key}\n%%\nfolder/\n\n%%\n.env\n{key}");
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members(lines.as_bytes()) {
        let _seed = writer.start_file(name, SimpleFileOptions::default());
        let _seed = writer.write_all(content);
    }
    let whole = writer.finish().map(Cursor::into_inner).unwrap_or_default();
    let cut = whole.get(..whole.len() / 2).unwrap_or_default();
    vec![
        [b"\0", &*whole].concat(),
        [b"\0", cut].concat(),
        [b"\x01", lines.as_bytes()].concat(),
        b"\x01../../etc/passwd\n\n%%\n\n%%\nx".to_vec(),
    ]
}
