//! Images in a few lines, for the examples of checks.
//!
//! ```text
//! USER app                     ENTRYPOINT /start.sh      CMD ["nginx", "-g", "x"]
//! WORKDIR /app
//! COPY a /                     a step that makes a layer, as RUN and ADD; DO makes none
//! /etc/passwd 0644 u0 g0       a file of it: mode, owner, group, size (10kB) or kind (elf, elf:LOADER, core,
//! | root:x:0:0::/root:/bin/sh  object, script, sqlite, redis, caps, dir); its lines
//! /bin/sh -> busybox           a link
//! /bin/b => /bin/a             a hard link
//! - /srv/a                     what the layer removes
//! PACKAGE login: bin/su        a package and its files; PACKAGES 40 makes as many; NEEDS x: what the last one needs
//! /lib/x 0644 1MB sum:1        the sum of its content; md5:1 its checksum
//! BROUGHT bin/su md5:1         the checksum that a package gives a file
//! END python 3.8 2024-10-07    when a release of a runtime ends
//! ```

use std::collections::BTreeMap;

use jiff::Timestamp;
use model::{
    Base, BaseEvidence, Content, Details, Empty, Entry, EntryKind, EolNotice, Finding, Flaw, Gap,
    Healthcheck, History, Hygiene, ImageConfig, ImagePath, Kev, LayerUse, Limits, Newest, Os,
    OsFamily, Package, PackageFormat, Part, Severity, Status, Tree,
};

use crate::{Elf, Input, Kind, Laying, Notes, Settings, judge};

/// The time at which examples are judged.
const NOW: &str = "2026-01-01T00:00:00Z";

#[derive(Default)]
struct Example {
    config: ImageConfig,
    layers: Vec<Layer>,
    packages: Vec<Package>,
    /// Checksums of files as packages brought them.
    brought: BTreeMap<ImagePath, Vec<String>>,
    findings: Vec<Finding>,
    names: Vec<String>,
    allowed: Vec<String>,
    os: Option<Os>,
    eol: Option<EolNotice>,
    /// By product and cycle.
    ends: BTreeMap<(String, String), EolNotice>,
    base: Option<Base>,
}

#[derive(Default)]
struct Layer {
    tree: Tree,
    notes: Notes,
    entries: u32,
    /// The last file, which lines are added to.
    file: Option<(String, Entry)>,
    bytes: (u64, u64),
}

/// Returns what is found in an example.
pub(crate) fn judged(text: &str) -> Vec<Flaw> {
    read(text).judge().0.flaws
}

/// Returns everything that is told of an example, and what was not looked at.
pub(crate) fn told(text: &str) -> (Hygiene, Vec<Gap>) {
    read(text).judge()
}

fn read(text: &str) -> Example {
    let mut example = Example::default();
    for line in text.split('\n').filter(|line| !line.is_empty()) {
        example.line(line);
    }
    example
}

impl Example {
    fn line(&mut self, line: &str) {
        if line.starts_with('/') {
            return self.layer().file(line);
        }
        if let Some(text) = line.strip_prefix("| ") {
            return self.layer().text(text);
        }
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let config = &mut self.config.config;
        match word {
            "USER" => config.user = rest.to_owned(),
            "WORKDIR" => rest.clone_into(&mut config.working_dir),
            "CMD" => config.cmd = words(rest),
            "ENTRYPOINT" => config.entrypoint = words(rest),
            "ENV" => config.env.push(rest.to_owned()),
            "EXPOSE" => drop(config.exposed_ports.insert(rest.to_owned(), Empty {})),
            "VOLUME" => drop(config.volumes.insert(rest.to_owned(), Empty {})),
            "LABEL" => {
                let (name, value) = rest.split_once('=').unwrap();
                config.labels.insert(name.to_owned(), value.to_owned());
            }
            "HEALTHCHECK" => {
                let test = words(rest);
                config.healthcheck = Some(Healthcheck {
                    test,
                    ..Healthcheck::default()
                });
            }
            "CREATED" => self.config.created = rest.to_owned(),
            "NAME" => self.names.push(rest.to_owned()),
            "ALLOW" => self.allowed.push(rest.to_owned()),
            "DO" => self.step(rest, true),
            "COPY" | "ADD" | "RUN" => self.step(line, false),
            "-" => {
                let limits = Limits::default();
                self.layer()
                    .tree
                    .whiteout(rest.as_bytes(), &limits)
                    .unwrap();
            }
            _ => self.fact(word, rest),
        }
    }

    fn fact(&mut self, word: &str, rest: &str) {
        match word {
            "OS" => {
                let (family, version) = rest.split_once(' ').unwrap();
                self.os = Some(os(family, version));
            }
            "EOL" => self.eol = Some(end(rest)),
            "END" => {
                let [product, cycle, date] = rest.split(' ').collect::<Vec<_>>()[..] else {
                    panic!("{rest}");
                };
                let key = (product.to_owned(), cycle.to_owned());
                self.ends.insert(key, end(date));
            }
            "NEWER" => self.base.as_mut().unwrap().newest = Newest::Other(rest.to_owned()),
            "BASE" => {
                let (name, layers) = rest.split_once(' ').unwrap();
                let told_by = if layers == "0" {
                    BaseEvidence::Label
                } else {
                    BaseEvidence::Chain
                };
                self.base = Some(Base {
                    name: name.to_owned(),
                    told_by,
                    layers: layers.parse().ok(),
                    created: String::new(),
                    newest: Newest::Untold,
                });
            }
            "FIX" => {
                let (severity, added) = rest.split_once(' ').unwrap();
                self.findings
                    .push(finding(severity.parse().unwrap(), added));
            }
            "PUBLISHED" => {
                let (severity, published) = rest.split_once(' ').unwrap();
                let details = Details {
                    published: published.to_owned(),
                    ..Details::default()
                };
                self.findings.push(Finding {
                    kev: None,
                    details: Some(details.into()),
                    ..finding(severity.parse().unwrap(), NOW)
                });
            }
            _ => self.packages(word, rest),
        }
    }

    fn packages(&mut self, word: &str, rest: &str) {
        match word {
            "PACKAGE" => {
                let (name, files) = rest.split_once(':').unwrap();
                self.packages.push(package(name, files));
            }
            "BROUGHT" => {
                let (path, digest) = rest.split_once(' ').unwrap();
                let path = ImagePath::new(path.as_bytes());
                self.brought
                    .entry(path)
                    .or_default()
                    .push(digest.to_owned());
            }
            "NEEDS" => {
                let package = self.packages.last_mut().unwrap();
                package.depends_on.push(format!("{rest}@1"));
            }
            "PACKAGES" => {
                let count: usize = rest.parse().unwrap();
                self.packages
                    .extend((0..count).map(|index| package(&format!("p{index}"), "")));
            }
            _ => panic!("{word} {rest}"),
        }
    }

    fn step(&mut self, line: &str, empty_layer: bool) {
        self.config.history.push(History {
            created_by: line.to_owned(),
            empty_layer,
            ..History::default()
        });
        if !empty_layer {
            self.layers.push(Layer::default());
        }
    }

    fn layer(&mut self) -> &mut Layer {
        if self.layers.is_empty() {
            self.layers.push(Layer::default());
        }
        self.layers.last_mut().unwrap()
    }

    fn judge(self) -> (Hygiene, Vec<Gap>) {
        let limits = Limits::default();
        let mut laying = Laying::default();
        let mut tree = Tree::new();
        for (layer, index) in self.layers.iter().zip(0..) {
            let upper = (index > 0).then_some(&layer.tree);
            let sum = |layer: usize, entry| self.layers.get(layer)?.notes.sums.get(&entry).copied();
            laying.before(layer.bytes, (upper, &tree), sum);
            if index == 0 {
                tree = layer.tree.clone().into_base(&limits);
            } else {
                tree.apply(&layer.tree, index, &limits).unwrap();
            }
            laying.after(&tree);
        }
        let layers: Vec<LayerUse> = laying.finish(&self.config);
        let notes: Vec<Option<&Notes>> =
            self.layers.iter().map(|layer| Some(&layer.notes)).collect();
        let unknown = crate::base::recognise(&self.config, self.os.as_ref(), &[], None);
        let input = Input {
            config: Some(&self.config),
            names: &self.names,
            layers: &layers,
            tree: &tree,
            notes: &notes,
            fetched: &BTreeMap::new(),
            packages: &self.packages,
            brought: &self.brought,
            os: self.os.as_ref(),
            eol: self.eol.as_ref(),
            findings: Some(&self.findings),
            leaks: None,
            base: Some(self.base.as_ref().unwrap_or(&unknown)),
            allowed_bases: &self.allowed,
            now: NOW.parse::<Timestamp>().unwrap(),
            limits: &limits,
        };
        let ends = |product: &str, cycles: &[String]| {
            let key = |cycle: &String| (product.to_owned(), cycle.clone());
            let mut known = cycles.iter().filter_map(|it| self.ends.get(&key(it)));
            known.next().cloned()
        };
        judge(&input, &Settings::default(), &ends)
    }
}

impl Layer {
    fn file(&mut self, line: &str) {
        let (kind, (path, target)) = match (line.split_once(" -> "), line.split_once(" => ")) {
            (Some(link), _) => (EntryKind::Symlink, link),
            (None, Some(link)) => (EntryKind::HardLink, link),
            (None, None) => (EntryKind::File, (line, "")),
        };
        let mut words = path.split(' ');
        let path = words.next().unwrap();
        let mut entry = Entry {
            kind,
            mode: 0o644,
            uid: 0,
            gid: 0,
            size: 0,
            has_capabilities: false,
            mtime: 0,
            content: Content {
                layer: 0,
                entry: self.entries,
            },
        };
        for word in words {
            self.describe(&mut entry, word);
        }
        self.entries += 1;
        self.bytes = (self.bytes.0 + 1, self.bytes.1 + entry.size);
        self.tree
            .insert(
                path.as_bytes(),
                entry,
                target.as_bytes(),
                &Limits::default(),
            )
            .unwrap();
        self.file = Some((path.to_owned(), entry));
    }

    fn describe(&mut self, entry: &mut Entry, word: &str) {
        let kind = match word {
            "dir" => {
                entry.kind = EntryKind::Folder;
                return;
            }
            "caps" => {
                entry.has_capabilities = true;
                return;
            }
            "script" => Kind::Script("/bin/sh".to_owned()),
            "elf" => Kind::Elf(Elf::Plain),
            "object" => Kind::Elf(Elf::Other),
            "core" => Kind::Elf(Elf::Core),
            "sqlite" => Kind::Sqlite,
            "redis" => Kind::Redis,
            word => {
                if let Some(loader) = word.strip_prefix("elf:") {
                    Kind::Elf(Elf::Loaded(loader.to_owned()))
                } else if word.starts_with("md5:") {
                    let digests = vec![word.to_owned()];
                    self.notes.digests.insert(entry.content.entry, digests);
                    return;
                } else if let Some(sum) = word.strip_prefix("sum:") {
                    let sum = sum.parse().unwrap();
                    self.notes.sums.insert(entry.content.entry, sum);
                    return;
                } else if let Some(uid) = word.strip_prefix('u') {
                    entry.uid = uid.parse().unwrap();
                    return;
                } else if let Some(gid) = word.strip_prefix('g') {
                    entry.gid = gid.parse().unwrap();
                    return;
                } else if let Some(size) = size(word) {
                    entry.size = size;
                    return;
                } else {
                    entry.mode = u16::from_str_radix(word, 8).unwrap();
                    return;
                }
            }
        };
        entry.size = entry.size.max(1_000);
        self.notes.kinds.insert(entry.content.entry, kind);
    }

    fn text(&mut self, line: &str) {
        let (path, mut entry) = self.file.clone().unwrap();
        let text = self.notes.files.entry(entry.content.entry).or_default();
        text.extend_from_slice(line.as_bytes());
        text.push(b'\n');
        entry.size = u64::try_from(text.len()).unwrap();
        if let Some(interpreter) = line.strip_prefix("#!") {
            let kind = Kind::Script(interpreter.to_owned());
            self.notes.kinds.insert(entry.content.entry, kind);
        }
        self.tree
            .insert(path.as_bytes(), entry, b"", &Limits::default())
            .unwrap();
    }
}

fn size(word: &str) -> Option<u64> {
    let (digits, unit) = word.split_at(word.find(|c: char| !c.is_ascii_digit())?);
    let unit = match unit {
        "B" => 1,
        "kB" => 1_000,
        "MB" => 1_000_000,
        _ => return None,
    };
    Some(digits.parse::<u64>().ok()? * unit)
}

/// A list of JSON, or words between blanks.
fn words(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_else(|_words| text.split(' ').map(str::to_owned).collect())
}

fn os(family: &str, version: &str) -> Os {
    Os {
        family: OsFamily::from_name(family),
        version: version.to_owned(),
        pretty_name: String::new(),
        like: Vec::new(),
        is_rolling: false,
        repository: String::new(),
        told_by: "etc/os-release".to_owned(),
    }
}

fn package(name: &str, files: &str) -> Package {
    let files = files
        .split_whitespace()
        .map(|path| ImagePath::new(path.as_bytes()));
    Package {
        name: name.to_owned(),
        version: "1".to_owned(),
        arch: String::new(),
        format: PackageFormat::Dpkg,
        path: ImagePath::new(b"var/lib/dpkg/status"),
        source_name: name.to_owned(),
        source_version: "1".to_owned(),
        module: String::new(),
        build: None,
        licenses: Vec::new(),
        maintainer: String::new(),
        depends_on: Vec::new(),
        digest: String::new(),
        files: files.collect(),
        checksummed_files: 0,
        layer: 0,
    }
}

fn end(date: &str) -> EolNotice {
    EolNotice {
        date: date.parse().unwrap(),
        is_past: date < NOW,
        regular_end: None,
        source: "the example".to_owned(),
    }
}

fn finding(severity: Severity, added: &str) -> Finding {
    Finding {
        id: "CVE-2026-0001".to_owned(),
        aliases: Vec::new(),
        vendor_ids: Vec::new(),
        package: 0,
        installed: "1".to_owned(),
        fixed: "2".to_owned(),
        fixed_for_some: String::new(),
        status: Status::Fixed,
        severity,
        severity_source: String::new(),
        is_severity_estimated: false,
        is_severity_of_package: false,
        ratings: Vec::new(),
        kev: Some(Kev {
            added: added.parse().ok(),
            due: None,
            is_ransomware: false,
        }),
        epss: None,
        publisher: "debian".to_owned(),
        source: None,
        since: None,
        details: None,
        part: Part::Unknown,
        group: None,
    }
}
