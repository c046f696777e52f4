//! What is known of a problem: who says what, and, of an image, why it is told of a package or why not.

use std::fmt::Write as _;

use advisory::{Database, DatabaseError, Mention};
use matching::{Input, Meaning, Told};
use model::{Advisory, Affected, Finding, Limits, Manner, Package, Report, Status, WaivedFinding};

use crate::databases::Opened;
use crate::error::Failure;

/// Lines of publishers that are shown; beyond them they are counted.
const MOST_LINES: usize = 40;

/// Other names that are shown, what fits in a line; beyond them they are counted.
const MOST_NAMES: usize = 6;

/// Explains a problem; none if nobody speaks of it.
pub(super) fn explain(
    id: &str,
    image: Option<&Report>,
    opened: &Opened,
) -> Result<Option<String>, Failure> {
    let database = &opened.database;
    let mentions = advisory::mentions(database, |it| matching::is_on(it, id))?;
    let names = names_of_flaws(id, &other_names(id, &mentions));
    let rejected = first(&names, |name| {
        Ok(database.is_rejected(name)?.then(|| name.to_owned()))
    })?;
    let listed = mentions
        .iter()
        .any(|it| it.advisory.id.eq_ignore_ascii_case(id));
    let withdrawn = match first(&spellings(id), |id| database.withdrawn(id))? {
        _ if rejected.is_some() => rejected.map(|name| no_flaw(&name)),
        Some(on) if !listed => Some(taken_back(&on)),
        _ => None,
    };
    if mentions.is_empty() && image.is_none() && withdrawn.is_none() {
        return Ok(None);
    }
    let mut text = head(id, &mentions, database, withdrawn.as_deref())?;
    // writing to a String cannot fail
    let _ = writeln!(text, "{:<10} {}", "data", report::origin(&opened.origin));
    if let Some(image) = image {
        text += &in_image(id, image, database)?;
    }
    let own = image.and_then(|image| matching::shard_of(image.os.as_ref()?));
    text += &said(&mentions, own.as_deref());
    Ok(Some(text))
}

fn head(
    id: &str,
    mentions: &[Mention],
    database: &Database,
    withdrawn: Option<&str>,
) -> Result<String, Failure> {
    let others = other_names(id, mentions);
    let mut text = format!("{}\n", report::safe(id));
    let mut line = |name: &str, value: &str| {
        // writing to a String cannot fail
        let _ = writeln!(text, "{name:<10} {}", report::safe(value));
    };
    if !others.is_empty() {
        line("also", &listed(&others));
    }
    let names = names_of_flaws(id, &others);
    // the title of one flaw of several is none of a notice on all
    let titled = if names.len() > 2 {
        names.get(..1)
    } else {
        names.get(..)
    };
    if let Some(details) = first(titled.unwrap_or_default(), |name| database.details(name))?
        && !details.title.is_empty()
    {
        line("title", &details.title);
    }
    if let Some(kev) = first(&names, |name| database.kev(name))? {
        let since = kev
            .added
            .map_or_else(String::new, |day| format!(", listed on {day}"));
        line("exploited", &format!("CISA knows that it is{since}"));
    }
    // of a notice on several flaws, the one that is exploited most likely
    let mut likely = None;
    for name in &names {
        likely = likely.max(database.epss(name)?);
    }
    if let Some(epss) = likely {
        let percent = epss.to_f64() * 100.0;
        line("EPSS", &format!("{percent:.1} % within 30 days"));
    }
    if let Some(why) = withdrawn {
        line("withdrawn", why);
    }
    Ok(text)
}

/// Returns the other names of a problem, CVEs first.
fn other_names<'a>(id: &str, mentions: &'a [Mention]) -> Vec<&'a str> {
    let advisories = mentions.iter().map(|it| &it.advisory);
    let names = advisories.flat_map(|it| std::iter::once(&it.id).chain(&it.aliases));
    let mut others: Vec<&str> = names
        .map(String::as_str)
        .filter(|name| !name.eq_ignore_ascii_case(id))
        .collect();
    others.sort_by_key(|name| (!is_cve(name), *name));
    others.dedup();
    others
}

fn is_cve(name: &str) -> bool {
    name.starts_with("CVE-")
}

/// Returns an id, and the CVEs of which it is another name: CISA and FIRST know no others. A CVE is none but
/// itself, though one record be on several.
fn names_of_flaws(id: &str, others: &[&str]) -> Vec<String> {
    let id = id.to_uppercase();
    let is_other = !is_cve(&id);
    let cves = others.iter().filter(|name| is_other && is_cve(name));
    let cves: Vec<String> = cves.map(|name| (*name).to_owned()).collect();
    std::iter::once(id).chain(cves).collect()
}

/// What stands before a CVE in the id of a distribution's view of it.
const VIEWS: [&str; 3] = ["ALPINE", "DEBIAN", "UBUNTU"];

/// Returns an id as publishers may write it: of what nobody speaks of any more, no record tells.
fn spellings(id: &str) -> Vec<String> {
    let (start, rest) = id.split_once('-').unwrap_or((id, ""));
    let (start, upper) = (start.to_uppercase(), id.to_uppercase());
    let ghsa = format!("{start}-{}", rest.to_lowercase());
    let views = VIEWS.iter().filter(|_| is_cve(&upper));
    let views = views.map(|view| format!("{view}-{upper}"));
    [id.to_owned(), upper.clone(), ghsa]
        .into_iter()
        .chain(views)
        .collect()
}

/// Returns the first names, and how many there are more.
fn listed(names: &[&str]) -> String {
    let shown: Vec<&str> = names.iter().copied().take(MOST_NAMES).collect();
    let shown = shown.join(", ");
    match names.len().saturating_sub(MOST_NAMES) {
        0 => shown,
        left => format!("{shown} and {left} more"),
    }
}

/// Returns what is known under the first of the names under which anything is.
fn first<T>(
    names: &[String],
    ask: impl Fn(&str) -> Result<Option<T>, DatabaseError>,
) -> Result<Option<T>, DatabaseError> {
    for name in names {
        if let Some(known) = ask(name)? {
            return Ok(Some(known));
        }
    }
    Ok(None)
}

/// Says that an id turned out to be no flaw (feeds.md §4, §6.4).
fn no_flaw(name: &str) -> String {
    format!("{name} turned out to be no flaw: it is told only where a distribution still lists it")
}

/// Says since when a record does not count any more.
fn taken_back(on: &str) -> String {
    let on = if on.is_empty() {
        String::new()
    } else {
        format!(" on {on}")
    };
    format!("its publisher took the record back{on}")
}

/// Returns why it is told of the packages of an image, or why not.
fn in_image(id: &str, report: &Report, database: &Database) -> Result<String, Failure> {
    let os = report.os.as_ref();
    let release = os.map_or_else(String::new, |os| format!(" ({} {})", os.family, os.version));
    let is_it = |finding: &Finding| {
        let names = finding.aliases.iter().chain(&finding.vendor_ids);
        let mut names = std::iter::once(&finding.id).chain(names);
        names.any(|name| name.eq_ignore_ascii_case(id))
    };
    // of each package what is said of it; what is found comes first
    let mut lines: Vec<(usize, &str, String)> = Vec::new();
    for it in report.findings.iter().filter(|it| is_it(it)) {
        let package = report.packages.get(it.package);
        lines.extend(package.map(|package| (it.package, "found", found(it, package))));
    }
    for it in report.waived.iter().filter(|it| is_it(&it.finding)) {
        let index = it.finding.package;
        let package = report.packages.get(index);
        lines.extend(package.map(|package| (index, "not told", ignored_by(it, package))));
    }
    let limits = Limits::default();
    let input = Input {
        os,
        packages: &report.packages,
        layers: &[],
        limits: &limits,
        manner: Manner::Own,
    };
    let known: Vec<usize> = lines.iter().map(|(package, ..)| *package).collect();
    for it in matching::why(&input, database, id)? {
        let package = report.packages.get(it.package);
        let package = package.filter(|_| !known.contains(&it.package));
        lines.extend(package.map(|package| (it.package, "not told", not_told(&it, package))));
    }
    let (name, release) = (report::safe(&report.target.name), report::safe(&release));
    let mut text = format!("\nin {name}{release}\n");
    for (_, label, line) in &lines {
        // writing to a String cannot fail
        let _ = writeln!(text, "  {label:<10} {}", report::safe(line));
    }
    if lines.is_empty() {
        text += &of_none(report);
    }
    Ok(text)
}

/// Returns what may be the reason that nothing is said of any package: what was not looked at.
fn of_none(report: &Report) -> String {
    let mut text =
        "  not told   no advisory on its release speaks of it and of a package that is here\n"
            .to_owned();
    for gap in &report.gaps {
        let why = report::safe(&gap.why);
        let _ = match report::safe(&gap.place).as_ref() {
            "" => writeln!(text, "  but        {why}"),
            place => writeln!(text, "  but        {place}: {why}"),
        };
    }
    text
}

fn found(finding: &Finding, package: &Package) -> String {
    let (name, version) = (&package.name, &finding.installed);
    let source = match finding.severity_source.as_str() {
        "" => "nobody's word",
        source => source,
    };
    let fix = match (&*finding.fixed, &*finding.fixed_for_some) {
        ("", "") => format!("no fix ({})", finding.status.name()),
        ("", fixed) => format!("fixed in {fixed} for subscribers only"),
        (fixed, _) => format!("update to {fixed}"),
    };
    let layer = package.layer.saturating_add(1);
    format!(
        "{name} {version}, layer {layer}: {} by {source}, says {}; {fix}",
        finding.severity, finding.publisher
    )
}

/// Returns who says that a finding does not count.
fn ignored_by(it: &WaivedFinding, package: &Package) -> String {
    let (name, version) = (&package.name, &it.finding.installed);
    let reason = match it.waiver.reason.as_str() {
        "" => String::new(),
        reason => format!(": {reason}"),
    };
    format!(
        "{name} {version}: {} says to ignore it{reason}",
        it.waiver.place
    )
}

fn not_told(it: &Told, package: &Package) -> String {
    let (name, version) = (&package.name, &it.version);
    let why = match &it.meaning {
        Meaning::Fixed(fixed) if fixed.is_empty() => {
            "it is not among the affected versions".to_owned()
        }
        Meaning::Fixed(fixed) => format!("the fix came with {fixed}"),
        Meaning::Never => "its publisher says that it is not affected".to_owned(),
        Meaning::Other => "the advisory speaks of other architectures or builds".to_owned(),
        Meaning::Unclear(why) => format!("it cannot be told: {why}"),
        Meaning::Affected(_) => {
            "the publisher tells fixes only, or the record is too doubtful to accuse a package"
                .to_owned()
        }
    };
    format!("{name} {version}: {why}")
}

/// Returns what publishers say; of an image, on its own release.
fn said(mentions: &[Mention], own: Option<&str>) -> String {
    if mentions.is_empty() {
        return "\nno advisory in the database speaks of it\n".to_owned();
    }
    let is_own = |it: &&Mention| own.is_none_or(|shard| it.shard == shard);
    let lines = mentions.iter().filter(is_own).map(|it| {
        let line = format!(
            "  {:<16} {:<24} {}",
            it.shard,
            it.package,
            words(&it.advisory)
        );
        report::safe(&line).trim_end().to_owned()
    });
    let mut lines: Vec<String> = lines.collect();
    lines.dedup();
    let left = lines.len().saturating_sub(MOST_LINES);
    lines.truncate(MOST_LINES);
    let others = mentions.iter().filter(|it| !is_own(it)).count();
    let mut text = "\nsaid by publishers\n".to_owned();
    for line in lines {
        text += &line;
        text.push('\n');
    }
    if left > 0 {
        let _ = writeln!(text, "  and {left} more");
    }
    if others > 0 {
        let _ = writeln!(text, "  and {others} more on other releases");
    }
    text
}

/// Returns what an advisory says, in a few words.
pub(crate) fn words(advisory: &Advisory) -> String {
    let severity = advisory
        .severity
        .map_or_else(String::new, |it| format!(", {it}"));
    let affected = match &advisory.affected {
        Affected::Below(version) => {
            let is_for_all = matches!(advisory.status, Status::Fixed | Status::Unknown);
            let whom = if is_for_all { "" } else { " for subscribers" };
            format!("fixed in {version}{whom}")
        }
        Affected::Every => format!("every version, {}", advisory.status.name()),
        Affected::Never => "not affected".to_owned(),
        some @ (Affected::Ranges(_) | Affected::Requirements { .. } | Affected::Versions(_)) => {
            some.in_words()
        }
    };
    format!("{affected}{severity}")
}
