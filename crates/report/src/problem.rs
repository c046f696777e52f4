//! What machines that list problems of any kind want to know, of images and of manifests.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use model::{
    Finding, Flaw, Gap, ImagePath, Judgement, Leak, LeakState, Misconfiguration, Place, Report,
    Severity, WaivedFinding, Waiver,
};
use sha2::{Digest as _, Sha256};

use crate::Answer;

/// A problem, as code hosts and CI servers list it. All text is foreign; who writes it escapes it.
#[derive(Debug)]
pub(crate) struct Problem<'a> {
    /// The rule, or the advisory.
    pub id: &'a str,
    /// What is wrong in general; of an advisory, its id again.
    pub title: &'a str,
    pub severity: Severity,
    /// What was seen, one sentence.
    pub message: String,
    /// What to do.
    pub fix: String,
    /// The file; of an image, its name.
    pub file: &'a str,
    /// Line and column, 1 for the first; 1 where there are none.
    pub place: (usize, usize),
    /// The object with its container, or the package.
    pub subject: String,
    /// What more its rule says; an advisory has no more than its id.
    pub about: Option<About<'a>>,
    /// Why it does not count.
    pub waived: Option<&'a Waiver>,
    /// The same for the same problem in every run: hexadecimal, unique in the answer.
    pub fingerprint: String,
}

/// What a rule of ours says beside what it found.
#[derive(Debug)]
pub(crate) struct About<'a> {
    pub concern: &'a str,
    pub fix: &'a str,
    /// Documents that ask for it.
    pub documents: Vec<&'a str>,
}

/// Returns the problems of an answer in its order.
pub(crate) fn problems<'a>(answer: &Answer<'a>) -> Vec<Problem<'a>> {
    let mut problems = match answer {
        Answer::Image(report) => of_image(report),
        Answer::Manifests(judgement) => of_manifests(judgement),
    };
    make_unique(&mut problems);
    problems
}

/// Returns what was not looked at.
pub(crate) fn gaps<'a>(answer: &Answer<'a>) -> &'a [Gap] {
    match answer {
        Answer::Image(report) => &report.gaps,
        Answer::Manifests(judgement) => &judgement.gaps,
    }
}

/// Returns a gap as one sentence.
pub(crate) fn sentence(gap: &Gap) -> String {
    let mut text = String::new();
    if !gap.place.is_empty() {
        text += &gap.place;
        text += ": ";
    }
    text += &gap.why;
    if !gap.hides.is_empty() {
        text += "; may hide: ";
        text += &gap.hides;
    }
    text
}

fn of_image(report: &Report) -> Vec<Problem<'_>> {
    let counting = report.findings.iter();
    let counting = counting.filter_map(|finding| of_finding(report, finding));
    let waived = report.waived.iter().filter_map(|waived| {
        let WaivedFinding { finding, waiver } = waived;
        let problem = of_finding(report, finding)?;
        Some(Problem {
            waived: Some(waiver),
            ..problem
        })
    });
    let leaks = report.leaks.iter().flatten();
    let leaks = leaks.map(|leak| of_leak(report, leak));
    let waived_leaks = report.waived_leaks.iter().map(|it| Problem {
        waived: Some(&it.waiver),
        ..of_leak(report, &it.leak)
    });
    let flaws = report.hygiene.iter().flat_map(|hygiene| &hygiene.flaws);
    counting
        .chain(waived)
        .chain(leaks)
        .chain(waived_leaks)
        .chain(flaws.map(|flaw| of_flaw(report, flaw)))
        .collect()
}

fn of_flaw<'a>(report: &'a Report, flaw: &'a Flaw) -> Problem<'a> {
    let path = flaw.evidence.path.as_ref().map(ImagePath::as_str);
    let history = report.image.as_ref().map(|image| &image.config.history);
    let step = flaw.evidence.history.and_then(|at| history?.get(at));
    let step = step.map_or("", |step| &step.created_by);
    let parts = [
        &flaw.rule,
        path.unwrap_or_default(),
        step,
        &quoted(&flaw.message),
    ];
    Problem {
        id: &flaw.rule,
        title: &flaw.title,
        severity: flaw.severity,
        message: format!("{}: {}", flaw.title, flaw.message),
        fix: flaw.fix.clone(),
        file: path.unwrap_or(&report.target.name),
        place: (1, 1),
        subject: path.unwrap_or(&report.target.name).to_owned(),
        about: Some(About {
            concern: &flaw.concern,
            fix: &flaw.fix,
            documents: flaw.controls.iter().map(String::as_str).collect(),
        }),
        waived: flaw.waived.as_ref(),
        fingerprint: fingerprint(&parts),
    }
}

/// Returns the names that a message sets between accents: sizes, days and counts beside them change from
/// run to run.
fn quoted(message: &str) -> String {
    let parts: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    parts.join(" ")
}

fn of_leak<'a>(report: &'a Report, leak: &'a Leak) -> Problem<'a> {
    let secret = &leak.secret;
    let place = leak.place.to_string();
    let number = |number| usize::try_from(number).unwrap_or(usize::MAX);
    let is_file = leak.place.path().is_some();
    let layer = leak
        .place
        .layer()
        .map(|layer| format!(", layer {}", layer + 1));
    let state = match leak.state {
        LeakState::Present => String::new(),
        LeakState::Below { removed_by } => format!(", deleted above by layer {}", removed_by + 1),
    };
    Problem {
        id: &secret.rule,
        title: &secret.title,
        severity: secret.severity,
        message: format!(
            "{} in {place}{}{state}: {}",
            secret.title,
            layer.unwrap_or_default(),
            secret.sample
        ),
        fix: cure(leak).to_owned(),
        file: leak
            .place
            .path()
            .map_or(&*report.target.name, ImagePath::as_str),
        place: if is_file {
            (number(secret.line), number(secret.column))
        } else {
            (1, 1)
        },
        fingerprint: fingerprint(&[&secret.rule, &place, &secret.fingerprint]),
        subject: place,
        about: None,
        waived: None,
    }
}

/// Says what to do about a secret.
pub(crate) fn cure(leak: &Leak) -> &'static str {
    match (&leak.place, leak.state) {
        (_, LeakState::Below { .. }) => {
            "rotate it, and rebuild: deleting a file in a later layer takes nothing away"
        }
        (Place::File { layer: None, .. }, _) => "rotate it, and keep it out of this folder",
        (Place::File { .. }, LeakState::Present) => {
            "rotate it, and rebuild without the file: mount it at run time, or as a build secret"
        }
        (
            Place::History(_) | Place::BuildArgument { .. } | Place::OnBuild(_),
            LeakState::Present,
        ) => "rotate it, and pass it with RUN --mount=type=secret: the history keeps arguments",
        (
            Place::Environment(_)
            | Place::Label(_)
            | Place::Entrypoint
            | Place::Command
            | Place::Healthcheck
            | Place::Author,
            LeakState::Present,
        ) => "rotate it, and set it where the container runs, not in the image",
    }
}

fn of_finding<'a>(report: &'a Report, finding: &'a Finding) -> Option<Problem<'a>> {
    let package = report.packages.get(finding.package)?;
    let exploited = if finding.kev.is_some() {
        ", known to be exploited"
    } else {
        ""
    };
    let fix = match (&*finding.fixed, &*finding.fixed_for_some) {
        ("", "") => format!("no fix is published ({})", finding.status.name()),
        ("", fixed) => format!("fixed in {fixed} for subscribers only"),
        (fixed, _) => format!("update {} to {fixed}", package.name),
    };
    Some(Problem {
        id: &finding.id,
        title: &finding.id,
        severity: finding.severity,
        message: format!(
            "{} in {} {}{exploited}: {fix}",
            finding.id, package.name, finding.installed
        ),
        fix,
        file: &report.target.name,
        place: (1, 1),
        subject: format!("{}@{}", package.name, finding.installed),
        about: None,
        waived: None,
        fingerprint: fingerprint(&[&finding.id, &package.name, package.path.as_str()]),
    })
}

fn of_manifests(judgement: &Judgement) -> Vec<Problem<'_>> {
    judgement.found.iter().map(of_misconfiguration).collect()
}

fn of_misconfiguration(what: &Misconfiguration) -> Problem<'_> {
    let container = what.container.as_deref().unwrap_or_default();
    let subject = match container {
        "" => what.object.clone(),
        name => format!("{} container {name}", what.object),
    };
    Problem {
        id: what.rule.id,
        title: what.rule.title,
        severity: what.severity,
        message: format!("{subject}: {}: {}", what.rule.title, what.message),
        fix: what.rule.fix.to_owned(),
        file: &what.spot.file,
        place: (what.spot.line, what.spot.column),
        // a list may grow in front of a container: its name stays, its index does not
        fingerprint: fingerprint(&[what.rule.id, &what.spot.file, &subject, leaf(what)]),
        subject,
        about: Some(About {
            concern: what.rule.concern,
            fix: what.rule.fix,
            documents: what.rule.maps_to.to_vec(),
        }),
        waived: what.waived.as_ref(),
    }
}

fn leaf(what: &Misconfiguration) -> &str {
    what.spot.pointer.rsplit('/').next().unwrap_or_default()
}

/// Returns the same text for the same parts: hexadecimal.
pub(crate) fn fingerprint(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    let mut text = String::new();
    for byte in hash.finalize().iter().take(16) {
        let _never = write!(text, "{byte:02x}");
    }
    text
}

/// The second of two equal ones gets `-2`.
fn make_unique(problems: &mut [Problem<'_>]) {
    let mut counts = BTreeMap::new();
    for problem in problems {
        let count = counts.entry(problem.fingerprint.clone()).or_insert(0_usize);
        *count += 1;
        if *count > 1 {
            let _never = write!(problem.fingerprint, "-{count}");
        }
    }
}

#[cfg(test)]
mod tests;
