//! Alpine's list of installed packages.
//!
//! ```text
//! C:Q1V6SSQ5pq5t4/IpBpDKbpt2zjRL8=
//! P:musl
//! V:1.2.3-r4
//! A:x86_64
//! o:musl
//! p:so:libc.musl-x86_64.so.1=1
//! F:lib
//! R:libc.musl-x86_64.so.1
//! ```
//!
//! Records are separated by an empty line; a line is a letter, a colon and a value, of any length.
//! Source of truth: apk-tools, `src/database.c` (`apk_db_read`).

use std::collections::BTreeMap;

use base64::Engine as _;
use model::{ImagePath, Package, PackageFormat};

use super::{Format, Found, Location, Sums, bounded};
use crate::draft::{Doubt, Draft};
use crate::licence;

pub(crate) static FORMAT: Format = Format {
    name: "apk",
    databases: &[
        Location::File("lib/apk/db/installed"),
        Location::File("usr/lib/apk/db/installed"),
    ],
    owned: &[],
    read,
    own: |_, _| None,
    sums,
    example: (
        "C:Q1V6SSQ5pq5t4/IpBpDKbpt2zjRL8=\nP:musl\nV:1.2.3-r4\nA:x86_64\no:musl\n\n\
         P:busybox\nV:1.35.0-r29\nD:so:libc.musl-x86_64.so.1\n",
        &["musl 1.2.3-r4", "busybox 1.35.0-r29"],
    ),
};

fn read(path: &ImagePath, bytes: &[u8], found: &mut Found) {
    let mut drafts: Vec<Draft<Record>> = Vec::new();
    let mut draft = Draft::<Record>::default();
    for line in bytes.split(|&byte| byte == b'\n').chain([&b""[..]]) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let is_second = line.starts_with(b"P:") && !draft.record.name.is_empty();
        if is_second {
            draft.note(Some(Doubt::Unseparated));
        }
        if (line.is_empty() || is_second) && !found.end(&mut draft, &mut drafts, path) {
            break;
        }
        if !line.is_empty() {
            let doubt = draft.record.take(line, &mut found.files_left);
            draft.note(doubt);
        }
    }
    let providers = providers(&drafts, &mut found.links_left);
    for Draft { record, doubts, .. } in &drafts {
        for doubt in doubts {
            found.doubt(path, &record.name, doubt.why());
        }
        match record.package(path, &providers, &mut found.links_left) {
            Ok(package) => found.packages.push(package),
            Err(why) => found.doubt(path, &record.name, why),
        }
    }
    found.note_links(path);
}

/// `F:` names a folder, `R:` a file in it, `Z:` the checksum of that file.
fn sums(_: &ImagePath, bytes: &[u8], add: Sums<'_>) {
    let (mut folder, mut file) = (&b""[..], None);
    for line in bytes.split(|&byte| byte == b'\n') {
        match line.split_first_chunk::<2>() {
            Some((b"F:", value)) => folder = value,
            Some((b"R:", value)) => file = Some([folder, value].join(&b'/')),
            Some((b"Z:", value)) => {
                if let Some(file) = file.take() {
                    add(&file, &|| digest(String::from_utf8_lossy(value).trim()));
                }
            }
            _ => {}
        }
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Record {
    name: String,
    version: String,
    arch: String,
    origin: String,
    license: String,
    maintainer: String,
    checksum: String,
    depends: String,
    provides: String,
    folder: Vec<u8>,
    files: Vec<ImagePath>,
}

impl Record {
    /// Takes a line. Of two values the last one counts, as for `apk`.
    fn take(&mut self, line: &[u8], files_left: &mut usize) -> Option<Doubt> {
        let Some((&[field, b':'], value)) = line.split_first_chunk::<2>() else {
            return Some(Doubt::NoField);
        };
        let slot = match field {
            b'P' => &mut self.name,
            b'V' => &mut self.version,
            b'A' => &mut self.arch,
            b'o' => &mut self.origin,
            b'L' => &mut self.license,
            b'm' => &mut self.maintainer,
            b'C' => &mut self.checksum,
            b'D' => &mut self.depends,
            b'p' => &mut self.provides,
            _ => {
                self.take_file(field, value, files_left);
                return None;
            }
        };
        let is_second = !slot.is_empty();
        String::from_utf8_lossy(value).trim().clone_into(slot);
        is_second.then_some(Doubt::SecondValue)
    }

    fn take_file(&mut self, field: u8, value: &[u8], files_left: &mut usize) {
        match field {
            b'F' => self.folder = value.to_vec(),
            b'R' if *files_left > 0 => {
                let file = ImagePath::new(&[&self.folder, value].join(&b'/'));
                if !file.as_str().is_empty() {
                    *files_left -= 1;
                    self.files.push(file);
                }
            }
            _ => {}
        }
    }

    fn id(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }

    fn package(
        &self,
        path: &ImagePath,
        providers: &BTreeMap<&str, String>,
        links_left: &mut usize,
    ) -> Result<Package, &'static str> {
        if self.name.is_empty() {
            return Err("the record has no name");
        }
        if self.version.is_empty() {
            return Err("the record has no version");
        }
        let own = self.id();
        let wishes = self.depends.split(' ');
        let ids = wishes.filter_map(|wish| providers.get(bare(wish)));
        let depends_on = bounded(ids.filter(|id| **id != own), links_left);
        Ok(Package {
            name: self.name.clone(),
            version: self.version.clone(),
            arch: self.arch.clone(),
            format: PackageFormat::Apk,
            path: path.clone(),
            source_name: if self.origin.is_empty() {
                &self.name
            } else {
                &self.origin
            }
            .clone(),
            source_version: self.version.clone(),
            module: String::new(),
            build: None,
            licenses: licence::of_expression(&self.license),
            maintainer: self.maintainer.clone(),
            depends_on,
            digest: digest(&self.checksum),
            files: self.files.clone(),
            checksummed_files: self.files.len(),
            layer: 0,
        })
    }
}

/// Returns which package provides each name, its own included; the first one counts.
fn providers<'a>(drafts: &'a [Draft<Record>], left: &mut usize) -> BTreeMap<&'a str, String> {
    let mut providers = BTreeMap::new();
    for Draft { record, .. } in drafts {
        let names = record.provides.split(' ').filter(|name| !name.is_empty());
        for name in names.take(*left) {
            *left -= 1;
            providers.entry(bare(name)).or_insert_with(|| record.id());
        }
    }
    for Draft { record, .. } in drafts {
        providers.insert(&record.name, record.id());
    }
    providers
}

/// Returns a name without the version that is asked of it: `busybox` of `busybox>=1.30`.
fn bare(wish: &str) -> &str {
    wish.split(['<', '>', '=', '~']).next().unwrap_or(wish)
}

/// Returns the checksum as reports write it; nothing if it is of no kind that `apk` knows
/// (`src/blob.c`): `Q` and a digit before base64, `X` and a digit before hex digits, or hex digits
/// alone. The kind is told by the length, since `Q1` also stands before SHA-256.
fn digest(checksum: &str) -> String {
    let after = |mark| {
        let rest = checksum.strip_prefix(mark)?;
        rest.strip_prefix(['1', '2'])
    };
    let digits = match (after('Q'), after('X')) {
        (Some(base64), _) => base64::engine::general_purpose::STANDARD
            .decode(base64)
            .map(|bytes| hex(&bytes))
            .unwrap_or_default(),
        (None, Some(hex)) => hex.to_ascii_lowercase(),
        (None, None) => checksum.to_ascii_lowercase(),
    };
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return String::new();
    }
    match digits.len() {
        32 => format!("md5:{digits}"),
        40 => format!("sha1:{digits}"),
        64 => format!("sha256:{digits}"),
        _ => String::new(),
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::tests::{names, read};

    #[test]
    fn reads_every_field() {
        let text = "C:Q1V6SSQ5pq5t4/IpBpDKbpt2zjRL8=\nP:ssl_client\nV:1.30.1-r3\nA:x86_64\n\
            L:GPL-2.0-only AND (MIT OR ISC)\no:busybox\nm:N <n@a.org>\n\
            D:so:libc.so.1 musl>=1 !other\nF:usr/bin\nR:ssl_client\nF:\nR:x\n\n\
            P:musl\nV:1-r0\np:so:libc.so.1=1\n";
        let (packages, gaps) = read(&FORMAT, text.as_bytes());
        assert!(gaps.is_empty());
        let package = &packages[0];
        assert_eq!(package.source_name, "busybox");
        assert_eq!(package.source_version, "1.30.1-r3");
        assert_eq!(package.licenses, ["GPL-2.0-only", "MIT", "ISC"]);
        assert_eq!(package.depends_on, ["musl@1-r0"]);
        // the checksum by Python: base64.b64decode(…).hex()
        assert_eq!(
            package.digest,
            "sha1:57a492439a6ae6de3f2290690ca6e9b76ce344bf"
        );
        let files: Vec<_> = package.files.iter().map(ImagePath::as_str).collect();
        assert_eq!(files, ["usr/bin/ssl_client", "x"]);
    }

    #[test]
    fn files_have_the_checksum_behind_them() {
        let text = "P:a\nF:etc\nR:x\na:0:0:644\nZ:Q1V6SSQ5pq5t4/IpBpDKbpt2zjRL8=\nR:y\nF:\nR:z\nZ:Q1!\nZ:Q1\n";
        let mut found = Vec::new();
        let mut add = |path: &[u8], sum: &dyn Fn() -> String| {
            found.push(format!("{} {}", ImagePath::new(path), sum()));
        };
        sums(&ImagePath::new(b"db"), text.as_bytes(), &mut add);
        let want = ["etc/x sha1:57a492439a6ae6de3f2290690ca6e9b76ce344bf", "z "];
        assert_eq!(found, want);
    }

    #[test]
    fn a_bad_record_costs_itself() {
        let text = "P:a\nV:1\n\nP:b\nA:x86_64\n\nV:3\n\nno field\n\nP:d\nV:4";
        let (packages, gaps) = read(&FORMAT, text.as_bytes());
        assert_eq!(names(&packages), ["a 1", "d 4"]);
        let want = [
            "db: a record: none of its lines was understood",
            "db: a record: the record has no name",
            "db: package `b`: the record has no version",
        ];
        assert_eq!(gaps, want);
    }

    #[test]
    fn nothing_odd_is_silent() {
        for (odd, packages, why) in [
            ("P :b\nV :2\nA :x", &[][..], Doubt::Nothing),
            (" P:b\n V:2", &[], Doubt::Nothing),
            ("\u{1}\u{2}", &[], Doubt::Nothing),
            ("Z:Q1\n", &[], Doubt::Nothing),
            ("x", &[], Doubt::Nothing),
            ("P:b\nV:2\nV:3", &["b 3"], Doubt::SecondValue),
            ("P:b\nV:2\no:b\no:c", &["b 2"], Doubt::SecondValue),
            ("P:b\nV:2\nno field", &["b 2"], Doubt::NoField),
        ] {
            let text = format!("P:a\nV:1\n\n{odd}\n\nP:c\nV:3\n");
            let (found, gaps) = read(&FORMAT, text.as_bytes());
            let want: Vec<&str> = [&["a 1"], packages, &["c 3"]].concat();
            assert_eq!(names(&found), want, "{odd}");
            assert!(gaps.len() == 1 && gaps[0].ends_with(why.why()), "{gaps:?}");
        }
    }

    #[test]
    fn a_checksum_is_named_for_what_it_is() {
        let zeros = |digits| "0".repeat(digits);
        for (checksum, want) in [
            (
                format!("Q1{}=", "A".repeat(27)),
                format!("sha1:{}", zeros(40)),
            ),
            (
                format!("Q1{}=", "A".repeat(43)),
                format!("sha256:{}", zeros(64)),
            ),
            (
                format!("Q2{}=", "A".repeat(43)),
                format!("sha256:{}", zeros(64)),
            ),
            (format!("X1{}", zeros(40)), format!("sha1:{}", zeros(40))),
            (zeros(32), format!("md5:{}", zeros(32))),
            (zeros(31), String::new()),
            (format!("Q3{}=", "A".repeat(43)), String::new()),
            ("Q1!".to_owned(), String::new()),
            ("z".repeat(32), String::new()),
            (String::new(), String::new()),
        ] {
            assert_eq!(digest(&checksum), want, "{checksum}");
        }
    }
}
