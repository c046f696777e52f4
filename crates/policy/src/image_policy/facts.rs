//! What a policy asks about one image: small, so that thousands stay in memory, and made once of a report.

use std::collections::BTreeMap;
use std::iter::once;
use std::sync::Arc;

use jiff::civil::Date;
use model::{Digest, EolNotice, Gap, GapKind, Image, Report, Running, Severity};
use serde::{Deserialize, Serialize};

use super::data::{self, Data};

/// What was found of one image and counts for policies.
///
/// Most gaps of a kind: [`ImageFacts::MOST_GAPS`]; how many more there are is said in the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageFacts {
    /// The digest of its manifest, else of its configuration.
    pub digest: Option<Digest>,
    /// What it runs on: `linux/amd64`.
    pub platform: String,
    /// The day on which it was made, if it says so.
    pub created: Option<Date>,
    /// What was found in it, the worst first. Images have much in common: whoever keeps many of them may
    /// share it.
    pub found: Vec<Arc<Found>>,
    /// The base that its layers prove, by name.
    pub base: Option<String>,
    /// What its distribution is and when its fixes end, if that is past.
    pub past_end: Option<(String, Date)>,
    /// What was not looked at.
    pub gaps: Vec<(GapKind, String)>,
    /// The day of the newest entry of each kind of data that was used, the oldest of its publishers; sorted.
    pub data: Vec<(Data, Date)>,
    /// What a manifest that runs it may ask; none if nobody knows.
    #[serde(default)]
    pub running: Option<Running>,
    /// The digest by which its registry knows it; none of an archive.
    #[serde(default)]
    pub pulled: Option<Digest>,
    /// The day on which it was looked at: ends of life and ages count by it. None if whoever has the facts
    /// keeps them for no other day.
    #[serde(default)]
    pub judged: Option<Date>,
    /// Since when flaws of which no publisher says so are known, of those that whoever looks at it again and
    /// again has seen to be new.
    #[serde(default)]
    pub news: BTreeMap<String, Date>,
    /// The same of its other platforms, in the order of its index, but for what was found and gaps: those
    /// stand above, and say on which platforms they are.
    #[serde(default)]
    pub others: Vec<Self>,
}

/// One thing that was found in an image.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Found {
    /// What kind of thing it is.
    pub kind: FoundKind,
    /// The flaw's id or the rule's.
    pub id: String,
    /// Other ids of it, sorted.
    pub aliases: Vec<String>,
    /// How bad it is.
    pub severity: Severity,
    /// The package and its version, or where it is.
    pub place: String,
    /// The package, of a vulnerability.
    pub package: String,
    /// The version that holds the fix; empty if there is none.
    pub fixed: String,
    /// Whether it is known to be exploited.
    pub is_exploited: bool,
    /// How likely exploitation is, in hundred-thousandths.
    pub epss: u32,
    /// Since when it is known, or since when there is a fix; none if nobody says.
    pub since: Option<Date>,
}

/// What kind of thing was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum FoundKind {
    /// Something known to be wrong with a package.
    Vulnerability,
    /// Something wrong with how the image is built.
    Build,
    /// A secret in it.
    Secret,
}

impl ImageFacts {
    /// Returns its platform, if its registry has no image of another platform by the same name: what the
    /// name means is its manifest, and no index.
    #[must_use]
    pub fn only_platform(&self) -> Option<&str> {
        let is_sole = self.others.is_empty() && self.pulled.is_some() && self.pulled == self.digest;
        is_sole.then_some(self.platform.as_str())
    }

    /// Returns the digest by which it is kept: its registry's, which may be an index's, else its own.
    #[must_use]
    pub fn known_by(&self) -> Option<Digest> {
        self.pulled.or(self.digest)
    }

    /// Gaps of a kind that are kept of an image.
    pub const MOST_GAPS: usize = 50;

    /// Returns what a report says that counts for policies; what is waived in it does not.
    pub fn of(report: &Report) -> Self {
        let image = report.image.as_ref();
        let created = image.and_then(|image| image.config.created.get(..10)?.parse().ok());
        let base = report
            .hygiene
            .as_ref()
            .and_then(|hygiene| hygiene.base.as_ref());
        let is_proved = |base: &&model::Base| base.told_by == model::BaseEvidence::Chain;
        Self {
            digest: image.map(|image| image.manifest.unwrap_or(image.id)),
            platform: image
                .map(|image| image.platform.to_string())
                .unwrap_or_default(),
            created,
            found: found(report),
            base: base.filter(is_proved).map(|base| base.name.clone()),
            past_end: report.eol.as_ref().and_then(|eol| past_end(report, eol)),
            gaps: gaps(&report.gaps),
            data: data::days(&report.data),
            running: report.hygiene.as_ref().and_then(|it| it.running.clone()),
            pulled: image.and_then(pulled),
            judged: None,
            news: BTreeMap::new(),
            others: Vec::new(),
        }
    }

    /// Returns what is of each of its platforms.
    pub fn each(&self) -> impl Iterator<Item = &Self> {
        once(self).chain(&self.others)
    }

    /// Whether nobody knows, of one of its platforms, what a manifest that runs it may ask.
    pub(super) fn is_untold(&self) -> bool {
        self.each().any(|it| it.running.is_none())
    }

    /// Returns about how many bytes it takes without what was found and the names of programs, which may
    /// be shared: [`Found::bytes`].
    pub fn own_bytes(&self) -> usize {
        let found = self.found.len().saturating_mul(size_of::<Arc<Found>>());
        let gaps: usize = self
            .gaps
            .iter()
            .map(|(_, text)| text.len().saturating_add(40))
            .sum();
        let running = self.running.as_ref().map_or(0, |running| {
            let programs = [&running.programs, &running.elsewhere]
                .into_iter()
                .flatten();
            let programs: usize = programs.map(|names| names.len()).sum();
            running.bytes().saturating_sub(programs)
        });
        let others = self.others.iter().map(Self::own_bytes);
        let data = self.data.len().saturating_mul(size_of::<(Data, Date)>());
        let news = self.news.len().saturating_mul(64);
        [found, gaps, running, data, news]
            .into_iter()
            .chain(others)
            .fold(size_of::<Self>(), usize::saturating_add)
    }
}

impl Found {
    /// Returns the word for how bad it is: of a rule, what is only worth knowing is no unknown harm.
    pub(super) const fn word(&self) -> &'static str {
        match self.kind {
            FoundKind::Vulnerability => self.severity.name(),
            FoundKind::Build | FoundKind::Secret => self.severity.of_flaw(),
        }
    }

    /// Returns about how many bytes it takes.
    pub fn bytes(&self) -> usize {
        let aliases = self.aliases.iter().map(|id| id.len().saturating_add(24));
        let texts = [&self.id, &self.place, &self.package, &self.fixed];
        let texts = texts.into_iter().map(String::len);
        // what allocators and references add
        let beside = size_of::<Self>().saturating_add(5 * 16);
        texts.chain(aliases).fold(beside, usize::saturating_add)
    }
}

/// Returns the digest by which a registry gave the image.
fn pulled(image: &Image) -> Option<Digest> {
    let (_, digest) = image.digests.first()?.split_once('@')?;
    digest.parse().ok()
}

fn found(report: &Report) -> Vec<Arc<Found>> {
    let findings = report.findings.iter().map(|finding| {
        let package = report.packages.get(finding.package);
        let name = package
            .map(|package| package.name.clone())
            .unwrap_or_default();
        let mut aliases: Vec<String> = finding
            .aliases
            .iter()
            .chain(&finding.vendor_ids)
            .cloned()
            .collect();
        aliases.sort();
        aliases.dedup();
        Found {
            kind: FoundKind::Vulnerability,
            id: finding.id.clone(),
            aliases,
            severity: finding.severity,
            place: format!("{name} {}", finding.installed),
            package: name,
            fixed: finding.fixed.clone(),
            is_exploited: finding.kev.is_some(),
            epss: finding.epss.map_or(0, |epss| epss.0),
            since: finding.since,
        }
    });
    let flaws = report.hygiene.iter().flat_map(|hygiene| &hygiene.flaws);
    let flaws = flaws.filter(|flaw| flaw.waived.is_none());
    let flaws = flaws.map(|flaw| {
        of_rule(
            FoundKind::Build,
            &flaw.rule,
            flaw.severity,
            flaw.message.clone(),
        )
    });
    let leaks = report.leaks.iter().flatten();
    let leaks = leaks.map(|leak| {
        let secret = &leak.secret;
        of_rule(
            FoundKind::Secret,
            &secret.rule,
            secret.severity,
            leak.place.to_string(),
        )
    });
    let mut found: Vec<Found> = findings.chain(flaws).chain(leaks).collect();
    found.sort_by(|a, b| worst_first(a).cmp(&worst_first(b)));
    found.into_iter().map(Arc::new).collect()
}

/// The order in which reasons name what was found.
pub(super) fn worst_first(found: &Found) -> impl Ord + use<'_> {
    use std::cmp::Reverse;
    (
        Reverse(found.is_exploited),
        Reverse(found.severity),
        Reverse(found.epss),
        &found.id,
        &found.place,
    )
}

fn of_rule(kind: FoundKind, id: &str, severity: Severity, place: String) -> Found {
    Found {
        kind,
        id: id.to_owned(),
        aliases: Vec::new(),
        severity,
        place,
        package: String::new(),
        fixed: String::new(),
        is_exploited: false,
        epss: 0,
        since: None,
    }
}

fn past_end(report: &Report, eol: &EolNotice) -> Option<(String, Date)> {
    let os = report.os.as_ref().filter(|_| eol.is_past)?;
    Some((format!("{} {}", os.family, os.version), eol.date))
}

/// Returns the gaps as texts, the first of each kind; the rest is counted.
fn gaps(gaps: &[Gap]) -> Vec<(GapKind, String)> {
    let mut counts: BTreeMap<GapKind, usize> = BTreeMap::new();
    let mut kept: Vec<(GapKind, String)> = Vec::new();
    for gap in gaps {
        let count = counts.entry(gap.kind).or_default();
        *count = count.saturating_add(1);
        if *count <= ImageFacts::MOST_GAPS {
            kept.push((gap.kind, format!("{}: {}", gap.place, gap.why)));
        }
    }
    let more = gaps.len().saturating_sub(kept.len());
    if more > 0 {
        kept.push((GapKind::Hidden, format!("{more} more gaps")));
    }
    kept
}
