//! Ignore files: what does not count, why, who says so and until when.
//!
//! ```yaml
//! - id: CTR-PRIVILEGED
//!   match: {object: "DaemonSet/kube-system/*", path: "addons/**"}
//!   reason: talks to the node's devices
//!   owner: platform@example.org
//!   until: 2027-06-30
//! ```
//! Source of truth: ux.md §6. Trivy's files are read, too: `ID [exp:YYYY-MM-DD]`, one a line, and its YAML.

mod lint;
mod trivy;
mod trivy_yaml;

use globset::{GlobBuilder, GlobMatcher};
use jiff::civil::Date;
use model::{
    Finding, Flaw, ImagePath, Judgement, Leak, Misconfiguration, Os, Package, Purl, Report,
    WaivedFinding, WaivedLeak, Waiver,
};
use yaml::{Limits, Node, Problem};

pub use lint::{Fault, Known, Looked, lint};
pub use trivy::read_trivy;

/// What does not count.
#[derive(Debug, Clone)]
pub struct Ignored {
    /// The rule or the advisory.
    pub id: String,
    /// Of which kind alone it speaks; none for all.
    about: Option<About>,
    /// Where alone it does not count.
    pub only: Match,
    /// Why.
    pub reason: String,
    /// The last day on which it does not count; none for ever.
    pub until: Option<Date>,
    /// File and line.
    pub place: String,
}

/// What was found: the lists of Trivy's file speak of one kind each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    Problem,
    Rule,
    Secret,
}

/// Returns the package URL of a package.
pub type Url = fn(&Package, Option<&Os>) -> String;

/// Where something does not count; what is not given holds everywhere.
#[derive(Debug, Clone, Default)]
pub struct Match {
    image: Option<Glob>,
    package: Option<Glob>,
    path: Option<Glob>,
    object: Option<Glob>,
    /// Packages, of which one must be it; empty for all.
    purls: Vec<Purl>,
}

/// A pattern in which `*` stays within a part between slashes, and `**` does not.
#[derive(Debug, Clone)]
struct Glob {
    text: String,
    matcher: GlobMatcher,
}

/// Reads an ignore file in YAML: a list of ours, or Trivy's lists by kind.
///
/// # Errors
/// The first thing in it that is unknown, missing or no date, with line and column.
pub fn read(name: &str, bytes: &[u8]) -> Result<Vec<Ignored>, Problem> {
    if yaml::is_empty(bytes) {
        return Ok(Vec::new());
    }
    let document = yaml::read_one(bytes, &Limits::default())?;
    if trivy_yaml::is_trivys(&document.root) {
        return trivy_yaml::read(name, &document.root);
    }
    let items = document.root.want_items()?.iter();
    items.map(|item| entry(name, item)).collect()
}

fn entry(file: &str, item: &Node) -> Result<Ignored, Problem> {
    item.want_only(&["id", "match", "reason", "owner", "until", "status"])?;
    let text = |name| item.want(name).and_then(not_empty);
    // nobody is asked in a year why this stands here, so it says who knows
    text("owner")?;
    let until = item.want("until")?;
    let day = until.text().and_then(|text| text.parse().ok());
    Ok(Ignored {
        id: text("id")?.to_owned(),
        about: None,
        only: item.get("match").map_or(Ok(Match::default()), only)?,
        reason: text("reason")?.to_owned(),
        until: Some(day.ok_or_else(|| until.wrong("a day such as 2027-06-30"))?),
        place: format!("{file}:{}", item.position().line),
    })
}

fn not_empty(node: &Node) -> Result<&str, Problem> {
    let text = node.want_str()?.trim();
    if text.is_empty() {
        return Err(node.wrong("a text that is not empty"));
    }
    Ok(text)
}

fn only(node: &Node) -> Result<Match, Problem> {
    node.want_only(&["image", "package", "path", "object"])?;
    let glob = |name| node.get(name).map(glob).transpose();
    Ok(Match {
        image: glob("image")?,
        package: glob("package")?,
        path: glob("path")?,
        object: glob("object")?,
        purls: Vec::new(),
    })
}

fn glob(node: &Node) -> Result<Glob, Problem> {
    let text = not_empty(node)?;
    let glob = GlobBuilder::new(text).literal_separator(true).build();
    let glob = glob.map_err(|_bad| node.wrong("a pattern such as `*/shop/**`"))?;
    Ok(Glob {
        text: text.to_owned(),
        matcher: glob.compile_matcher(),
    })
}

/// What an entry is held against.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    about: About,
    /// The package URL, where there is a package; empty where there is none.
    url: String,
    /// All names of what was found: the rule, or the advisory and its aliases.
    ids: Vec<&'a str>,
    /// Names of the image: that of a container, or all that an archive and its tags give.
    images: Vec<&'a str>,
    package: Option<&'a str>,
    /// The manifest; in an image the file that told of the package.
    path: &'a str,
    object: Option<&'a str>,
}

impl<'a> From<&'a Misconfiguration> for Subject<'a> {
    fn from(what: &'a Misconfiguration) -> Self {
        Self {
            about: About::Rule,
            url: String::new(),
            ids: vec![what.rule.id],
            images: what.image.as_deref().into_iter().collect(),
            package: None,
            path: what.spot.file.trim_start_matches("./"),
            object: Some(&what.object),
        }
    }
}

impl<'a> Subject<'a> {
    /// Returns all that was found in an image, whether or not it counts.
    fn all_of(report: &'a Report, url: Url) -> impl Iterator<Item = Self> {
        let findings = report.findings.iter();
        let leaks = report.leaks.iter().flatten();
        let hygiene = report.hygiene.iter();
        let flaws = hygiene.flat_map(|hygiene| {
            let cards = hygiene.card.iter().flat_map(|mark| &mark.flaws);
            hygiene.flaws.iter().chain(cards)
        });
        let images = names(report);
        findings
            .map(move |finding| Self::of_finding(report, finding, url))
            .chain(leaks.map(|leak| Self::of_leak(report, leak)))
            .chain(flaws.map(move |flaw| Self::of_flaw(&images, flaw)))
    }

    fn of_finding(report: &'a Report, finding: &'a Finding, url: Url) -> Self {
        let package = report.packages.get(finding.package);
        let aliases = finding.aliases.iter().chain(&finding.vendor_ids);
        let ids = std::iter::once(&finding.id).chain(aliases);
        Self {
            about: About::Problem,
            url: package.map_or_else(String::new, |it| url(it, report.os.as_ref())),
            ids: ids.map(String::as_str).collect(),
            images: names(report),
            package: package.map(|package| &*package.name),
            path: package.map_or("", |package| package.path.as_str()),
            object: None,
        }
    }

    fn of_flaw(images: &[&'a str], flaw: &'a Flaw) -> Self {
        Self {
            about: About::Rule,
            url: String::new(),
            ids: vec![&flaw.rule],
            images: images.to_vec(),
            package: None,
            path: flaw.evidence.path.as_ref().map_or("", ImagePath::as_str),
            object: None,
        }
    }

    /// A secret is named by its rule, or by its fingerprint.
    fn of_leak(report: &'a Report, leak: &'a Leak) -> Self {
        Self {
            about: About::Secret,
            url: String::new(),
            ids: vec![&leak.secret.rule, &leak.secret.fingerprint],
            images: names(report),
            package: leak.package.as_deref(),
            path: leak.place.path().map_or("", ImagePath::as_str),
            object: None,
        }
    }
}

impl Ignored {
    /// Whether it speaks of this; a pattern for what the subject does not have fits nothing.
    pub fn is_of(&self, subject: &Subject<'_>) -> bool {
        let Match {
            image,
            package,
            path,
            object,
            purls,
        } = &self.only;
        let fits = |glob: &Option<Glob>, texts: &[&str]| {
            let fits = |glob: &Glob| texts.iter().any(|text| glob.matcher.is_match(text));
            glob.as_ref().is_none_or(fits)
        };
        let is_package = || {
            let package = Purl::read(&subject.url);
            package.is_some_and(|package| purls.iter().any(|purl| purl.fits(&package)))
        };
        subject.ids.contains(&&*self.id)
            && self.about.is_none_or(|about| about == subject.about)
            && (purls.is_empty() || is_package())
            && fits(image, &subject.images)
            && fits(package, subject.package.as_slice())
            && fits(path, &[subject.path])
            && fits(object, subject.object.as_slice())
    }

    fn waiver(&self) -> Waiver {
        Waiver {
            reason: self.reason.clone(),
            place: self.place.clone(),
        }
    }

    /// Whether it does not hold any more.
    pub fn is_expired(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }
}

/// Waives what is ignored and not waived yet; what has expired counts again.
pub fn waive(judgement: &mut Judgement, ignored: &[Ignored], today: Date) {
    for what in &mut judgement.found {
        if what.waived.is_none() {
            what.waived = waiver(ignored, today, &Subject::from(&*what));
        }
    }
}

/// Takes what is ignored out of the findings of an image; what has expired counts again.
pub fn waive_findings(report: &mut Report, ignored: &[Ignored], url: Url, today: Date) {
    for finding in std::mem::take(&mut report.findings) {
        match waiver(ignored, today, &Subject::of_finding(report, &finding, url)) {
            Some(waiver) => report.waived.push(WaivedFinding { finding, waiver }),
            None => report.findings.push(finding),
        }
    }
    if let Some(leaks) = report.leaks.take() {
        let mut counting = Vec::new();
        for leak in leaks {
            match waiver(ignored, today, &Subject::of_leak(report, &leak)) {
                Some(waiver) => report.waived_leaks.push(WaivedLeak { leak, waiver }),
                None => counting.push(leak),
            }
        }
        report.leaks = Some(counting);
    }
    let Some(mut hygiene) = report.hygiene.take() else {
        return;
    };
    let images = names(report);
    let on_cards = hygiene.card.iter_mut().flat_map(|mark| &mut mark.flaws);
    for flaw in hygiene.flaws.iter_mut().chain(on_cards) {
        flaw.waived = waiver(ignored, today, &Subject::of_flaw(&images, flaw));
    }
    report.hygiene = Some(hygiene);
    report.weigh();
}

/// Returns what an image is called: as the user named it, and its tags.
fn names(report: &Report) -> Vec<&str> {
    let tags = report.image.iter().flat_map(|image| &image.tags);
    let names = std::iter::once(&report.target.name).chain(tags);
    names.map(String::as_str).collect()
}

fn waiver(ignored: &[Ignored], today: Date, subject: &Subject<'_>) -> Option<Waiver> {
    let mut holding = ignored.iter().filter(|entry| !entry.is_expired(today));
    holding
        .find(|entry| entry.is_of(subject))
        .map(Ignored::waiver)
}

#[cfg(test)]
mod tests;
