//! Debian's security tracker as its people write it: the lists of CVEs, DSAs and DLAs, and what each release
//! carries.
//!
//! Source of truth: feeds.md §2.2, with its order of resolution. A release of which no `Sources` was read
//! is left out: without them nobody can say whether a fix has arrived there.

mod lines;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use model::{Advisory, Affected, Status};
use version::Scheme;

use super::Feed;
use super::debian::RELEASES;
use crate::harvest::{Harvest, few_enough, short_enough};
use crate::room::Room;
use lines::{Kind, Line, State};

pub(super) static FEED: Feed = Feed {
    name: "debian-lists",
    source: "https://salsa.debian.org/security-tracker-team/security-tracker: data/CVE/list, data/DSA/list and \
             data/DLA/list; and dists/CODENAME/*/source/Sources.gz of the archive and of its security part",
    endings: &["list", "sources", ".txt"],
    whole: &["list", "sources"],
    read,
};

/// What was read so far.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    /// What is said of flaws: flaw, package, release (empty for sid) to a state.
    flaws: BTreeMap<String, BTreeMap<(String, String), State>>,
    /// Fixes of DSAs and DLAs: flaw, package, release to the highest version, and the advisory.
    notices: BTreeMap<(String, String, String), (String, BTreeSet<String>)>,
    /// The newest version of each package in each release.
    carried: BTreeMap<String, BTreeMap<String, String>>,
    /// How much more may be kept.
    room: Room,
}

fn read(name: &str, bytes: &[u8], harvest: &mut Harvest) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|_not| "it is no UTF-8".to_owned())?;
    if text.starts_with("Package: ") || text.contains("\nPackage: ") {
        let release =
            release_of(name).ok_or("no folder that it is in has the code name of a release")?;
        return sources(text, release, &mut harvest.lists);
    }
    let mut problems = Vec::new();
    let mut open = Open::default();
    for (number, line) in text.lines().enumerate() {
        if let Err(why) = harvest.lists.line(line, &mut open) {
            problems.push(format!("{name}:{}: {why}", number.saturating_add(1)));
        }
    }
    if let Err(why) = harvest.lists.close(&mut open) {
        problems.push(format!("{name}: {why}"));
    }
    if !open.is_list {
        return Err("it is neither a list of the tracker nor Sources".to_owned());
    }
    for problem in problems {
        harvest.problem(problem);
    }
    Ok(())
}

/// Returns the code name of a release in a path: `dists/bookworm-security/main/source/Sources`.
fn release_of(path: &str) -> Option<&'static str> {
    let mut parts = path.split('/').rev();
    parts.find_map(|part| {
        let codename = part.split('-').next().unwrap_or_default();
        let mut releases = RELEASES.iter().map(|(codename, _)| *codename);
        releases.find(|release| *release == codename)
    })
}

fn sources(text: &str, release: &str, lists: &mut Lists) -> Result<(), String> {
    let carried = lists.carried.entry(release.to_owned()).or_default();
    for stanza in text
        .split("\n\n")
        .filter(|stanza| !stanza.trim().is_empty())
    {
        let field = |name: &str| {
            let mut lines = stanza.lines();
            lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        };
        let (Some(package), Some(version)) = (field("Package"), field("Version")) else {
            return Err("a stanza of it has no `Package` or no `Version`".to_owned());
        };
        short_enough([version].into_iter()).map_err(|why| format!("{package}: {why}"))?;
        let is_newer = carried
            .get(package)
            .is_none_or(|known| is_at_least(version, known));
        if is_newer {
            carried.insert(package.to_owned(), version.trim().to_owned());
        }
    }
    Ok(())
}

/// Whether a version is another one or newer; what dpkg refuses is not.
fn is_at_least(version: &str, other: &str) -> bool {
    version::compare(Scheme::Dpkg, version, other).is_ok_and(Ordering::is_ge)
}

/// The flaw or the notice whose lines are read.
#[derive(Default)]
struct Open {
    is_list: bool,
    /// The CVE, or the DSA or DLA.
    id: String,
    is_notice: bool,
    /// The flaws that a notice is about.
    cves: Vec<String>,
    /// What a notice says of packages: package, release and version.
    fixes: Vec<(String, String, String)>,
}

impl Lists {
    /// Starts with nothing.
    pub(crate) fn new(room: Room) -> Self {
        Self {
            room,
            ..Self::default()
        }
    }

    fn line(&mut self, line: &str, open: &mut Open) -> Result<(), String> {
        match lines::read(line)? {
            Line::Flaw(id) => {
                // nobody can match an id that is not given yet
                let is_given = !id.ends_with("XXXX");
                let next = Open {
                    is_list: true,
                    id: if is_given { id } else { "" }.to_owned(),
                    ..Open::default()
                };
                return self.close(&mut mem::replace(open, next));
            }
            Line::Notice(id) => {
                let next = Open {
                    is_list: true,
                    id: id.to_owned(),
                    is_notice: true,
                    ..Open::default()
                };
                return self.close(&mut mem::replace(open, next));
            }
            Line::Unknown => {
                let next = Open {
                    is_list: open.is_list,
                    ..Open::default()
                };
                return self.close(&mut mem::replace(open, next));
            }
            Line::References(ids) if open.is_notice => {
                let cves = ids.into_iter().filter(|id| id.starts_with("CVE-"));
                open.cves = cves.map(str::to_owned).collect();
            }
            Line::Package {
                release,
                package,
                state,
            } if !open.id.is_empty() => {
                let (package, release) = (package.to_owned(), release.to_owned());
                if !open.is_notice {
                    let of_flaw = self.flaws.entry(open.id.clone()).or_default();
                    of_flaw.insert((package, release), state);
                } else if let Kind::Fixed(version) = state.kind {
                    open.fixes.push((package, release, version));
                }
            }
            Line::References(_) | Line::Package { .. } | Line::Other => {}
        }
        Ok(())
    }

    /// Takes the fixes of a notice that has ended: of several, the highest version counts, as the first was
    /// not enough.
    ///
    /// # Errors
    /// They are more than any notice has.
    fn close(&mut self, open: &mut Open) -> Result<(), String> {
        let fixes = mem::take(&mut open.fixes);
        // a notice without a CVE is known by its own id
        let own = [open.id.clone()];
        let cves = if open.cves.is_empty() {
            &own[..]
        } else {
            &open.cves
        };
        few_enough((fixes.len(), "packages"), cves.len())
            .and_then(|()| self.room.take(fixes.len().saturating_mul(cves.len())))
            .map_err(|why| format!("{}: {why}", open.id))?;
        for (package, release, version) in fixes {
            for cve in cves {
                let key = (cve.clone(), package.clone(), release.clone());
                let (known, notices) = self.notices.entry(key).or_default();
                if known.is_empty() || is_at_least(&version, known) {
                    known.clone_from(&version);
                }
                notices.insert(open.id.clone());
            }
        }
        Ok(())
    }

    /// Whether flaws are told of, and nothing says which release carries what.
    pub(crate) fn lack_sources(&self) -> bool {
        self.carried.is_empty() && !(self.flaws.is_empty() && self.notices.is_empty())
    }

    /// Returns what is said of each package of each release that was read: package, release and advisory.
    pub(crate) fn resolved(&self) -> Vec<(&str, &'static str, Advisory)> {
        let mut resolved = Vec::new();
        let flaws = self
            .flaws
            .iter()
            .flat_map(|(cve, states)| states.keys().map(move |(package, _)| (cve, package)));
        let noticed = self.notices.keys().map(|(cve, package, _)| (cve, package));
        let pairs: BTreeSet<(&String, &String)> = flaws.chain(noticed).collect();
        for (codename, number) in RELEASES {
            let Some(carried) = self.carried.get(codename) else {
                continue;
            };
            for (cve, package) in &pairs {
                let current = carried.get(*package);
                let advisory =
                    current.and_then(|current| self.resolve(cve, package, codename, current));
                resolved.extend(advisory.map(|it| (package.as_str(), number, it)));
            }
        }
        resolved
    }

    /// Resolves what is said of one flaw of a package in a release that carries it at `current`.
    fn resolve(&self, cve: &str, package: &str, release: &str, current: &str) -> Option<Advisory> {
        let states = self.flaws.get(cve);
        let state = |release: &str| states?.get(&(package.to_owned(), release.to_owned()));
        let (here, sid) = (state(release), state(""));
        let severity = [sid, here]
            .into_iter()
            .flatten()
            .find_map(|state| state.severity);
        let (here, sid) = (here.map(|it| &it.kind), sid.map(|it| &it.kind));
        if here == Some(&Kind::Undetermined) {
            return None;
        }
        if here.or(sid) == Some(&Kind::NotAffected) || sid == Some(&Kind::NotAffected) {
            return Some(Advisory::new(cve, Affected::Never, Status::NotAffected));
        }
        let notice = (cve.to_owned(), package.to_owned(), release.to_owned());
        if let Some((version, notices)) = self.notices.get(&notice) {
            return Some(Advisory {
                severity,
                vendor_ids: notices.iter().filter(|id| *id != cve).cloned().collect(),
                ..Advisory::new(cve, Affected::Below(version.clone()), Status::Fixed)
            });
        }
        let arrived = |kind: Option<&Kind>| match kind {
            Some(Kind::Fixed(version)) if is_at_least(current, version) => Some(version.clone()),
            _ => None,
        };
        let fixed = match here {
            Some(Kind::Fixed(_)) => arrived(here),
            _ => arrived(sid),
        };
        let (affected, status) = match (fixed, here, sid) {
            (Some(version), ..) => (Affected::Below(version), Status::Fixed),
            (None, Some(Kind::Open(status)), _) | (None, None, Some(Kind::Open(status))) => {
                (Affected::Every, *status)
            }
            // it is fixed at a version that is not released there yet
            (None, Some(_), _) | (None, None, Some(Kind::Fixed(_))) => {
                (Affected::Every, Status::Affected)
            }
            (None, None, Some(Kind::Undetermined | Kind::NotAffected) | None) => return None,
        };
        Some(Advisory {
            severity,
            ..Advisory::new(cve, affected, status)
        })
    }
}
