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
//! before. Source of truth: `deb-control(5)`, dpkg's `lib/dpkg/parse.c`; distroless images write one
//! file a package to `status.d`, without a `Status`.

use std::collections::BTreeMap;

use model::{ImagePath, Package, PackageFormat};

use super::{Format, Found, Location, Owned, UNSEPARATED, bounded};

pub(crate) static FORMAT: Format = Format {
    name: "dpkg",
    databases: &[
        Location::File("var/lib/dpkg/status"),
        Location::Folder("var/lib/dpkg/status.d", |name| !name.ends_with(".md5sums")),
    ],
    owned: &[
        Location::Folder("var/lib/dpkg/info", |name| {
            [".md5sums", ".list"].iter().any(|end| name.ends_with(end))
        }),
        Location::Folder("var/lib/dpkg/status.d", |name| name.ends_with(".md5sums")),
    ],
    read,
    own,
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

fn read(path: &ImagePath, bytes: &[u8], found: &mut Found) {
    let mut records: Vec<Record> = Vec::new();
    let mut record = Record::default();
    for line in bytes.split(|&byte| byte == b'\n').chain([&b""[..]]) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (field, value) = field(line);
        let is_second = field == "package" && !record.name.is_empty();
        if is_second {
            found.doubt(path, &record.name, UNSEPARATED);
        }
        let is_end = is_second || line.iter().all(u8::is_ascii_whitespace);
        if is_end && !found.end(&mut record, &mut records, path) {
            break;
        }
        record.take(&field, value);
    }
    let providers = providers(&records, &mut found.links_left);
    for record in &records {
        match record.package(path, &providers, &mut found.links_left) {
            Ok(Some(package)) => found.packages.push(package),
            Ok(None) => {}
            Err(why) => found.doubt(path, &record.name, why),
        }
    }
    found.note_links(path);
}

/// Returns name and value of a line. One that goes on from the line before has neither: only
/// descriptions and lists of files do.
fn field(line: &[u8]) -> (String, &[u8]) {
    let colon = line.iter().position(|&byte| byte == b':');
    let is_more = line.first().is_some_and(u8::is_ascii_whitespace);
    match colon.and_then(|colon| line.split_at_checked(colon)) {
        Some((name, value)) if !is_more => (
            String::from_utf8_lossy(name).to_ascii_lowercase(),
            value.get(1..).unwrap_or_default(),
        ),
        _ => (String::new(), &[]),
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
    provides: String,
}

impl Record {
    fn take(&mut self, field: &str, value: &[u8]) {
        let text = || String::from_utf8_lossy(value).trim().to_owned();
        match field {
            "package" => self.name = text(),
            "status" => self.status = text(),
            "version" => self.version = text(),
            "architecture" => self.arch = text(),
            "source" => self.source = text(),
            "maintainer" => self.maintainer = text(),
            "depends" | "pre-depends" => {
                if !self.depends.is_empty() {
                    self.depends.push(',');
                }
                self.depends.push_str(&text());
            }
            "provides" => self.provides = text(),
            _ => {}
        }
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
        let wishes = self.depends.split(',');
        let ids = wishes.filter_map(|wish| providers.get(bare(wish.split('|').next()?)));
        bounded(ids, links_left)
    }
}

fn providers<'a>(records: &'a [Record], left: &mut usize) -> BTreeMap<&'a str, String> {
    let present = || records.iter().filter(|record| record.is_present());
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
    fn a_bad_record_costs_itself() {
        let text =
            "Package: a\nVersion: 1\n\nPackage: b\n\nVersion: 3\n\n \t\nPackage: d\nVersion: 4";
        let (packages, gaps) = read(&FORMAT, text.as_bytes());
        assert_eq!(names(&packages), ["a 1", "d 4"]);
        assert_eq!(gaps.len(), 2, "{gaps:?}");
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
