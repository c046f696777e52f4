//! Debian's package status: `status`, and the single records of `status.d`.
//!
//! ```text
//! Package: libssl3
//! Status: install ok installed
//! Architecture: amd64
//! Source: openssl (3.0.11-1)
//! Version: 3.0.11-1~deb12u2
//! ```
//!
//! Records are separated by an empty line; a line that begins with a blank continues the field
//! before; blanks may stand before the colon. Source of truth: `deb-control(5)`, dpkg's
//! `lib/dpkg/parse.c`, which refuses a database with an odd line or a field that is there twice.
//! Distroless images write one file a package to `status.d`, without a `Status`.

pub(crate) mod available;

use std::collections::BTreeMap;

use model::{ImagePath, Package, PackageFormat};

use super::{Format, Found, Location, Owned, Sums, bounded};
use crate::draft::{Doubt, Draft};

pub(crate) static FORMAT: Format = Format {
    name: "dpkg",
    databases: &[
        Location::File("var/lib/dpkg/status"),
        Location::Folder("var/lib/dpkg/status.d", |name| !name.ends_with(b".md5sums")),
    ],
    owned: &[
        Location::Folder("var/lib/dpkg/info", |name| {
            name.ends_with(b".md5sums") || name.ends_with(b".list")
        }),
        Location::Folder("var/lib/dpkg/status.d", |name| name.ends_with(b".md5sums")),
    ],
    read,
    own,
    sums,
    example: (
        "Package: libssl3\nStatus: install ok installed\nArchitecture: amd64\n\
         Source: openssl (3.0.11-1)\nVersion: 3.0.11-1~deb12u2\n\n\
         Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n",
        &["libssl3 3.0.11-1~deb12u2"],
    ),
};

/// States in which no file of a package but its configuration is there (`dpkg(1)`, "Package
/// states"); a state that dpkg does not know hides no package.
const ABSENT: [&str; 2] = ["config-files", "not-installed"];

/// Stands for the state of a record that has two of them, and is none that dpkg knows.
const TWO_STATES: &str = "?";

/// Fields whose values may take several lines; `Maintainer` and what tells a package may not.
const FOLDED: [&str; 3] = ["depends", "pre-depends", "provides"];

fn read(path: &ImagePath, bytes: &[u8], found: &mut Found) {
    let mut drafts: Vec<Draft<Record>> = Vec::new();
    let mut draft = Draft::<Record>::default();
    let mut last = String::new();
    for line in bytes.split(|&byte| byte == b'\n').chain([&b""[..]]) {
        let line = Line::of(line.strip_suffix(b"\r").unwrap_or(line));
        let is_second = line.is_name() && !draft.record.name.is_empty();
        if is_second {
            draft.note(Some(Doubt::Unseparated));
        }
        if line == Line::Blank || is_second {
            last.clear();
            if !found.end(&mut draft, &mut drafts, path) {
                break;
            }
        }
        match line {
            Line::Blank => {}
            Line::Field(name, value) => {
                let doubt = draft.record.take(&name, value);
                draft.note(doubt);
                last = name;
            }
            Line::More(value) => {
                let doubt = draft.record.go_on(&last, value);
                draft.note(doubt);
            }
            Line::Odd => draft.note(Some(Doubt::NoField)),
        }
    }
    let providers = providers(&drafts, &mut found.links_left);
    for Draft { record, doubts, .. } in &drafts {
        for doubt in doubts {
            found.doubt(path, &record.name, doubt.why());
        }
        match record.package(path, &providers, &mut found.links_left) {
            Ok(Some(package)) => found.packages.push(package),
            Ok(None) => {}
            Err(why) => found.doubt(path, &record.name, why),
        }
    }
    found.note_links(path);
}

#[derive(Debug, PartialEq, Eq)]
enum Line<'a> {
    /// It ends a record.
    Blank,
    /// Name, in small letters, and value.
    Field(String, &'a [u8]),
    /// It goes on from the line before.
    More(&'a [u8]),
    /// None of these.
    Odd,
}

impl<'a> Line<'a> {
    fn of(line: &'a [u8]) -> Self {
        if line.iter().all(u8::is_ascii_whitespace) {
            return Self::Blank;
        }
        if line.first().is_some_and(u8::is_ascii_whitespace) {
            return Self::More(line);
        }
        let colon = line.iter().position(|&byte| byte == b':');
        let Some((name, value)) = colon.and_then(|colon| line.split_at_checked(colon)) else {
            return Self::Odd;
        };
        let name = name.trim_ascii_end();
        if name.is_empty() || name.iter().any(u8::is_ascii_whitespace) {
            return Self::Odd;
        }
        Self::Field(
            String::from_utf8_lossy(name).to_ascii_lowercase(),
            value.get(1..).unwrap_or_default(),
        )
    }

    fn is_name(&self) -> bool {
        matches!(self, Self::Field(name, _) if name == "package")
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Record {
    name: String,
    status: String,
    version: String,
    arch: String,
    source: String,
    maintainer: String,
    depends: String,
    pre_depends: String,
    provides: String,
}

impl Record {
    /// Takes a field. Of two values the first one counts; two states hide no package.
    fn take(&mut self, field: &str, value: &[u8]) -> Option<Doubt> {
        let slot = self.slot(field)?;
        if slot.is_empty() {
            String::from_utf8_lossy(value).trim().clone_into(slot);
            return None;
        }
        if field == "status" {
            TWO_STATES.clone_into(slot);
            return Some(Doubt::SecondState);
        }
        Some(Doubt::SecondValue)
    }

    /// Takes a line that goes on from the field before; none if the record begins with it.
    fn go_on(&mut self, field: &str, value: &[u8]) -> Option<Doubt> {
        if field.is_empty() {
            return Some(Doubt::NoField);
        }
        let slot = self.slot(field)?;
        let text = String::from_utf8_lossy(value);
        if FOLDED.contains(&field) {
            slot.push_str(&text);
            return None;
        }
        // a value that only begins here is better than none; a state could hide the package
        if slot.is_empty() && field != "status" {
            text.trim().clone_into(slot);
        }
        Some(Doubt::Continued)
    }

    fn slot(&mut self, field: &str) -> Option<&mut String> {
        Some(match field {
            "package" => &mut self.name,
            "status" => &mut self.status,
            "version" => &mut self.version,
            "architecture" => &mut self.arch,
            "source" => &mut self.source,
            "maintainer" => &mut self.maintainer,
            "depends" => &mut self.depends,
            "pre-depends" => &mut self.pre_depends,
            "provides" => &mut self.provides,
            _ => return None,
        })
    }

    fn is_present(&self) -> bool {
        let state = self.status.split_whitespace().last().unwrap_or_default();
        !ABSENT
            .iter()
            .any(|absent| state.eq_ignore_ascii_case(absent))
    }

    /// Returns the package, `None` if its files are not there.
    fn package(
        &self,
        path: &ImagePath,
        providers: &BTreeMap<&str, String>,
        links_left: &mut usize,
    ) -> Result<Option<Package>, &'static str> {
        if !self.is_present() {
            return Ok(None);
        }
        if self.name.is_empty() {
            return Err("the record has no name");
        }
        if self.version.is_empty() {
            return Err("the record has no version");
        }
        let (source_name, source_version) = self.source();
        Ok(Some(Package {
            name: self.name.clone(),
            version: self.version.clone(),
            arch: self.arch.clone(),
            format: PackageFormat::Dpkg,
            path: path.clone(),
            source_name,
            source_version,
            module: String::new(),
            build: None,
            licenses: Vec::new(),
            maintainer: self.maintainer.clone(),
            depends_on: self.depends_on(providers, links_left),
            digest: String::new(),
            files: Vec::new(),
            checksummed_files: 0,
            layer: 0,
        }))
    }

    /// `openssl (3.0.11-1)`, `openssl`, or nothing when binary and source are called alike.
    fn source(&self) -> (String, String) {
        let (name, version) = match self.source.split_once('(') {
            Some((name, rest)) => (name.trim(), rest.trim_end_matches(')').trim()),
            None => (self.source.trim(), ""),
        };
        let or = |text: &str, default: &String| {
            if text.is_empty() {
                default.clone()
            } else {
                text.to_owned()
            }
        };
        (or(name, &self.name), or(version, &self.version))
    }

    /// Of alternatives (`a | b`) the first counts, as for Trivy.
    fn depends_on(
        &self,
        providers: &BTreeMap<&str, String>,
        links_left: &mut usize,
    ) -> Vec<String> {
        let wishes = self.depends.split(',').chain(self.pre_depends.split(','));
        let ids = wishes.filter_map(|wish| providers.get(bare(wish.split('|').next()?)));
        bounded(ids, links_left)
    }
}

fn providers<'a>(drafts: &'a [Draft<Record>], left: &mut usize) -> BTreeMap<&'a str, String> {
    let records = || drafts.iter().map(|draft| &draft.record);
    let present = || records().filter(|record| record.is_present());
    let id = |record: &Record| format!("{}@{}", record.name, record.version);
    let mut providers: BTreeMap<&str, String> = BTreeMap::new();
    for record in present() {
        let names = record.provides.split(',').map(bare);
        for name in names.filter(|name| !name.is_empty()).take(*left) {
            *left -= 1;
            providers.entry(name).or_insert_with(|| id(record));
        }
    }
    for record in present() {
        providers.insert(&record.name, id(record));
    }
    providers
}

/// Returns a name without version and architecture: `libc6` of `libc6:any (>= 2.34)`.
fn bare(wish: &str) -> &str {
    wish.trim()
        .split([' ', '(', ':'])
        .next()
        .unwrap_or_default()
}

/// Reads `NAME.list`, `NAME:ARCH.md5sums` and so on.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the table's form; other formats have no such files"
)]
fn own<'a>(path: &ImagePath, bytes: &'a [u8]) -> Option<Owned<'a>> {
    let file = path.as_str().rsplit('/').next().unwrap_or_default();
    let checksums = file.strip_suffix(".md5sums");
    let stem = checksums.or(file.strip_suffix(".list")).unwrap_or(file);
    let (name, arch) = stem.split_once(':').unwrap_or((stem, ""));
    Some(Owned {
        package: name.to_owned(),
        arch: arch.to_owned(),
        is_checksums: checksums.is_some(),
        text: bytes,
    })
}

/// Of `NAME.md5sums` each line, of a database the lines below `Conffiles:`, which name the file first.
fn sums(path: &ImagePath, bytes: &[u8], add: Sums<'_>) {
    let is_list = path.as_str().ends_with(".md5sums");
    let mut add = |file, sum| add(file, &|| format!("md5:{}", String::from_utf8_lossy(sum)));
    let mut is_conffiles = false;
    for line in bytes.split(|&byte| byte == b'\n') {
        let mut words = line.split(|&byte| byte == b' ');
        let first = words.next().unwrap_or_default();
        if is_list {
            if let Some(file) = line.get(first.len()..).filter(|rest| !rest.is_empty()) {
                add(file.trim_ascii_start(), first);
            }
        } else if is_conffiles && line.starts_with(b" ") {
            if let (Some(file), Some(sum)) = (words.next(), words.next()) {
                add(file, sum);
            }
        } else {
            is_conffiles = line.starts_with(b"Conffiles:");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::tests::{names, read};

    #[test]
    fn tells_what_is_installed_by_its_state() {
        for (status, is_there) in [
            ("install ok installed", true),
            ("hold ok installed", true),
            ("deinstall ok installed", true),
            ("install ok half-configured", true),
            ("install reinstreq half-installed", true),
            ("install ok unpacked", true),
            ("install ok triggers-pending", true),
            ("install ok Installed", true),
            ("install ok of-the-future", true),
            ("", true),
            ("deinstall ok config-files", false),
            ("deinstall ok Config-Files", false),
            ("purge ok not-installed", false),
        ] {
            let text = format!("Package: a\nStatus: {status}\nVersion: 1\n");
            let (packages, gaps) = read(&FORMAT, text.as_bytes());
            assert_eq!(packages.len(), usize::from(is_there), "{status}");
            assert!(gaps.is_empty(), "{status}");
        }
    }

    #[test]
    fn reads_sources_and_dependencies() {
        let text = "Package: a\nVersion: 1:2-3+b1\nSource: src (1:2-3)\nArchitecture: all\n\
            Pre-Depends: libc6:any (>= 2.34)\nDepends: x | b, virtual\nMaintainer: M <m@d.org>\n\
            Description: short\n Package: not a field\n .\n\n\
            Package: b\nVersion: 2\nSource: bee\n\n\
            Package: libc6\nVersion: 2.36\nProvides: virtual (= 1)\n";
        let (packages, gaps) = read(&FORMAT, text.as_bytes());
        assert!(gaps.is_empty());
        assert_eq!(names(&packages), ["a 1:2-3+b1", "b 2", "libc6 2.36"]);
        let sources: Vec<_> = packages
            .iter()
            .map(|package| format!("{} {}", package.source_name, package.source_version))
            .collect();
        assert_eq!(sources, ["src 1:2-3", "bee 2", "libc6 2.36"]);
        assert_eq!(packages[0].depends_on, ["libc6@2.36"]);
        assert_eq!(packages[0].maintainer, "M <m@d.org>");
    }

    #[test]
    fn checksums_are_those_of_lists_and_of_configurations() {
        let list = "0cc1  usr/bin/a b\n0cc2  usr/b\n";
        let status = "Package: a\nConffiles:\n /etc/a 0cc3\n /etc/b 0cc4 obsolete\nDescription: x\n /etc/c 0cc5\n";
        for (name, text, want) in [
            (
                "i/a.md5sums",
                list,
                ["usr/bin/a b md5:0cc1", "usr/b md5:0cc2"],
            ),
            ("status", status, ["etc/a md5:0cc3", "etc/b md5:0cc4"]),
        ] {
            let mut found = Vec::new();
            let mut add = |path: &[u8], sum: &dyn Fn() -> String| {
                found.push(format!("{} {}", ImagePath::new(path), sum()));
            };
            sums(&ImagePath::new(name.as_bytes()), text.as_bytes(), &mut add);
            assert_eq!(found, want, "{name}");
        }
    }

    #[test]
    fn a_bad_record_costs_itself() {
        let text =
            "Package: a\nVersion: 1\n\nPackage: b\n\nVersion: 3\n\n \t\nPackage: d\nVersion: 4";
        let (packages, gaps) = read(&FORMAT, text.as_bytes());
        assert_eq!(names(&packages), ["a 1", "d 4"]);
        assert_eq!(gaps.len(), 2, "{gaps:?}");
    }

    #[test]
    fn nothing_odd_is_silent() {
        const B: &str = "Package: b\nVersion: 2\n";
        let b = |rest: &str| B.to_owned() + rest;
        for (odd, packages, why) in [
            (
                "#Package: b\n#Version: 2".to_owned(),
                &[][..],
                Doubt::Nothing,
            ),
            (" Package: b\n Version: 2".to_owned(), &[], Doubt::Nothing),
            (
                "\u{1}\u{2}garbage\nmore garbage".to_owned(),
                &[],
                Doubt::Nothing,
            ),
            ("\0".to_owned(), &[], Doubt::Nothing),
            ("Foo: bar".to_owned(), &[], Doubt::Nothing),
            (b("Version: 3"), &["b 2"], Doubt::SecondValue),
            (b("Source: x\nSource: y"), &["b 2"], Doubt::SecondValue),
            (
                b("Status: install ok installed\nStatus: deinstall ok config-files"),
                &["b 2"],
                Doubt::SecondState,
            ),
            (
                b(
                    "Status: deinstall ok config-files\nStatus: deinstall ok config-files\nStatus: purge ok not-installed",
                ),
                &["b 2"],
                Doubt::SecondState,
            ),
            (b("no field"), &["b 2"], Doubt::NoField),
            (b("two words: value"), &["b 2"], Doubt::NoField),
            (b("Source:\n openssl"), &["b 2"], Doubt::Continued),
            (
                "Package: b\nVersion:\n 2\n".to_owned(),
                &["b 2"],
                Doubt::Continued,
            ),
            (
                b("Status:\n deinstall ok config-files"),
                &["b 2"],
                Doubt::Continued,
            ),
            (
                b("Status: install ok\n config-files"),
                &["b 2"],
                Doubt::Continued,
            ),
        ] {
            let text = format!("Package: a\nVersion: 1\n\n{odd}\n\nPackage: c\nVersion: 3\n");
            let (found, gaps) = read(&FORMAT, text.as_bytes());
            let want: Vec<&str> = [&["a 1"], packages, &["c 3"]].concat();
            assert_eq!(names(&found), want, "{odd}");
            assert!(
                gaps.len() == 1 && gaps[0].ends_with(why.why()),
                "{odd}: {gaps:?}"
            );
        }
    }

    #[test]
    fn blanks_before_a_colon_and_folded_lists_are_read_as_dpkg_does() {
        let text = "Package : a\nVersion\t: 1\nDepends: x,\n b (>= 1)\n\nPackage: b\nVersion: 2\n";
        let (packages, gaps) = read(&FORMAT, text.as_bytes());
        assert_eq!(names(&packages), ["a 1", "b 2"]);
        assert_eq!(packages[0].depends_on, ["b@2"]);
        assert_eq!(gaps, Vec::<String>::new());
    }

    #[test]
    fn reads_what_a_package_owns() {
        let list = |name: &str, text: &str| {
            let owned = own(&ImagePath::new(name.as_bytes()), text.as_bytes()).unwrap();
            let names: Vec<_> = owned.names().map(|name| name.to_string()).collect();
            format!(
                "{}:{} {} {names:?}",
                owned.package, owned.arch, owned.is_checksums
            )
        };
        let got = list("i/libc6:amd64.list", "/.\n/etc\n/etc/a.conf\n");
        assert_eq!(got, r#"libc6:amd64 false ["etc", "etc/a.conf"]"#);
        let got = list("i/a.md5sums", "0cc1  usr/bin/a b\n\n0cc2  usr/b\n");
        assert_eq!(got, r#"a: true ["usr/bin/a b", "usr/b"]"#);
    }
}
