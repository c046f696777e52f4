//! Amazon Linux: errata as repositories carry them.
//!
//! Source of truth: feeds.md §2.6. The id of an erratum says of which release it is; those of extras, which
//! have repositories of their own, are left out.

use model::{Advisory, Affected, Severity, Status};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use version::Scheme;

use super::Feed;
use crate::harvest::{Harvest, day, few_enough, later};
use crate::osv;
use crate::oval::attribute;

pub(super) static FEED: Feed = Feed {
    name: "amazon",
    source: "https://cdn.amazonlinux.com/al2023/core/mirrors/latest/x86_64/mirror.list, whose repodata/repomd.xml \
             names updateinfo.xml.gz; and the same of Amazon Linux 2",
    endings: &["xml"],
    whole: &["xml"],
    read,
};

/// What the ids of errata begin with, and the releases.
const RELEASES: [(&str, &str); 4] = [
    ("ALAS2023-", "2023"),
    ("ALAS2022-", "2022"),
    ("ALAS2-", "2"),
    ("ALAS-", "1"),
];
/// Packages, and flaws, of one erratum that are kept; the most that is known is some 2,000. One that names
/// more is left out.
const KEPT: usize = 200_001;

#[derive(Default)]
struct Erratum {
    id: String,
    severity: String,
    issued: String,
    cves: Vec<String>,
    packages: Vec<Package>,
}

struct Package {
    name: String,
    evr: String,
    arch: String,
}

fn read(_name: &str, bytes: &[u8], harvest: &mut Harvest) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|_not| "it is no UTF-8".to_owned())?;
    let mut reader = Reader::from_str(text);
    let mut erratum = Erratum::default();
    let (mut open, mut content) = (Vec::new(), String::new());
    let mut is_updates = false;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                content.clear();
                is_updates |= start.local_name().as_ref() == "updates";
                begin(&start, &mut erratum);
                open.push(start.local_name().as_ref().to_owned());
            }
            Event::Empty(start) => begin(&start, &mut erratum),
            Event::Text(text) if content.len() < 100 => content.push_str(&text.xml10_content()),
            Event::CData(text) if content.len() < 100 => content.push_str(&text),
            Event::End(_) => {
                let name = open.pop().unwrap_or_default();
                match (name.as_str(), open.last().map(String::as_str)) {
                    ("id", Some("update")) => content.trim().clone_into(&mut erratum.id),
                    ("severity", Some("update")) => {
                        content.trim().clone_into(&mut erratum.severity);
                    }
                    ("update", _) => take(&std::mem::take(&mut erratum), harvest),
                    _ => {}
                }
            }
            Event::Eof => break,
            Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::GeneralRef(_) => {}
        }
    }
    match (is_updates, open.is_empty()) {
        (false, _) => Err("it has no `updates`".to_owned()),
        (true, false) => Err("it ends within an element".to_owned()),
        (true, true) => Ok(()),
    }
}

fn begin(start: &BytesStart<'_>, erratum: &mut Erratum) {
    match start.local_name().as_ref() {
        "update" => *erratum = Erratum::default(),
        "issued" => erratum.issued = attribute(start, "date"),
        "reference"
            if attribute(start, "type").eq_ignore_ascii_case("cve")
                && erratum.cves.len() < KEPT =>
        {
            erratum.cves.push(attribute(start, "id"));
        }
        "package" if erratum.packages.len() < KEPT => {
            let of = |name: &str| attribute(start, name);
            let epoch = match of("epoch") {
                epoch if epoch.is_empty() || epoch == "0" => String::new(),
                epoch => format!("{epoch}:"),
            };
            let (version, release) = (of("version"), of("release"));
            // one without a version is garbage, which is told of it
            let evr = if version.is_empty() || release.is_empty() {
                String::new()
            } else {
                format!("{epoch}{version}-{release}")
            };
            erratum.packages.push(Package {
                name: of("name"),
                evr,
                arch: of("arch"),
            });
        }
        _ => {}
    }
}

fn start_of(id: &str) -> String {
    id.chars().take(40).collect()
}

fn take(erratum: &Erratum, harvest: &mut Harvest) {
    let of = RELEASES.iter().find(|(ids, _)| {
        let rest = erratum.id.strip_prefix(ids);
        rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    });
    let Some((_, release)) = of else {
        // those of extras, such as `ALASDOCKER-2021-001`, are others' packages
        if !erratum.id.starts_with("ALAS") {
            harvest.problem(format!("amazon: `{}` is no erratum", start_of(&erratum.id)));
        }
        return;
    };
    if let Err(why) = few_enough((erratum.packages.len(), "packages"), erratum.cves.len()) {
        harvest.problem(format!("amazon {}: {why}", erratum.id));
        return;
    }
    let mut about = harvest.about(
        &format!("amazon-{release}"),
        "Amazon Linux",
        "facts of Amazon's errata",
    );
    about.knows_unfixed = false;
    let severity: Option<Severity> = osv::severity(&erratum.severity);
    let mut problems = Vec::new();
    let shelf = harvest.release(about, |known, new| later(Scheme::Rpm, known, new));
    for package in &erratum.packages {
        for cve in &erratum.cves {
            let advisory = Advisory {
                severity,
                date: day(&erratum.issued),
                vendor_ids: vec![erratum.id.clone()],
                arches: vec![package.arch.clone()],
                ..Advisory::new(cve, Affected::Below(package.evr.clone()), Status::Fixed)
            };
            let added = shelf.add_apart(&package.name, &package.evr, advisory);
            problems.extend(added.err());
        }
    }
    for why in problems {
        harvest.problem(format!("amazon {}: {why}", erratum.id));
    }
}
