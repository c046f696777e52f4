//! Writes what was decided: as text, as JSON of our own, or as findings in every format of manifests.

use std::fmt::Write as _;

use clap::ArgMatches;
use jiff::civil::Date;
use model::{ImageName, Judgement, Misconfiguration, Rule, Severity, Spot, counted};
use policy::image_policy::{Mode, Outcome, Reason, Verdict};
use report::{Answer, Answers, Output, safe};
use serde_json::{Value, json};

use super::{Checked, Subject};
use crate::error::Failure;
use crate::output::Destination;
use crate::scan;
use crate::settings::Environment;

/// Days before the end of an exception from which on that is told.
const SOON_DAYS: i32 = 14;

/// What formats of findings call a reason, by what comes of it.
static RULES: [Rule; 3] = [
    rule("POLICY-AUDIT", "the policy would object", Severity::Low),
    rule("POLICY-WARN", "the policy warns", Severity::Medium),
    rule("POLICY-DENY", "the policy denies it", Severity::High),
];

const fn rule(id: &'static str, title: &'static str, severity: Severity) -> Rule {
    Rule {
        id,
        title,
        severity,
        concern: "what the policy of the cluster does not accept will not run there",
        fix: "do what the message says, or ask for an exception in the policy",
        maps_to: &[],
    }
}

/// Writes to all destinations.
pub(super) fn write(
    checked: &Checked<'_>,
    matches: &ArgMatches,
    environment: &Environment,
) -> Result<(), Failure> {
    let format = matches.get_one::<String>("format");
    let format: Output = format
        .map_or("table", String::as_str)
        .parse()
        .map_err(|error: report::UnknownOutput| Failure::usage(error.to_string()))?;
    let mut destinations: Vec<Destination> = scan::list_of(matches, "output");
    if destinations.is_empty() {
        destinations.push(Destination::default());
    }
    let judgement = judgement(checked);
    let view = scan::view(matches, environment);
    for destination in destinations {
        match destination.format(format).name {
            "table" => destination.write_text(&text(checked, environment.today()))?,
            "json" => destination.write_text(&json(checked))?,
            _ => {
                let answer = (Answer::Manifests(&judgement), view);
                let each = &destination.dress(std::iter::once(answer));
                let is_list = false;
                destination.write(format, &Answers { each, is_list })?;
            }
        }
    }
    Ok(())
}

/// Returns the place of a subject: the file and line of an object, or the image.
fn place(subject: &Subject<'_>) -> (String, usize, usize) {
    match subject {
        Subject::Object(reviewed) => {
            let position = reviewed.object.position();
            (
                reviewed.object.file.to_string(),
                position.line,
                position.column,
            )
        }
        Subject::Image(name) => (ImageName::shown(name).to_owned(), 1, 1),
    }
}

fn title<'a>(subject: &'a Subject<'_>) -> &'a str {
    match subject {
        Subject::Object(reviewed) => &reviewed.title,
        Subject::Image(name) => ImageName::shown(name),
    }
}

fn text(checked: &Checked<'_>, today: Date) -> String {
    let mut text = String::new();
    for (subject, verdict) in &checked.verdicts {
        let is_quiet = verdict.reasons.is_empty() && verdict.used.is_empty();
        let has_images =
            matches!(subject, Subject::Object(reviewed) if !reviewed.images.is_empty());
        // objects that nobody objects to are counted below
        if is_quiet && !has_images && matches!(subject, Subject::Object(_)) {
            continue;
        }
        let (file, line, _) = place(subject);
        let _never = match subject {
            Subject::Object(_) => {
                writeln!(text, "{}  {}:{line}", safe(title(subject)), safe(&file))
            }
            Subject::Image(_) => writeln!(text, "{}", safe(title(subject))),
        };
        of_verdict(&mut text, verdict, today);
    }
    let (denied, warned) = (checked.count(Outcome::Deny), checked.count(Outcome::Warn));
    for gap in &checked.gaps {
        let _never = writeln!(text, "not judged  {}: {}", safe(&gap.place), safe(&gap.why));
    }
    let is_object = |it: &&(Subject<'_>, Verdict)| matches!(it.0, Subject::Object(_));
    let objects = checked.verdicts.iter().filter(is_object).count();
    let images = checked.verdicts.len().saturating_sub(objects);
    let _never = writeln!(
        text,
        "policy {}  {}, {} alone: {denied} denied, {warned} with warnings",
        safe(&checked.policy.label()),
        counted(objects, "object"),
        counted(images, "image"),
    );
    let _never = match (denied, warned) {
        (0, _) if checked.unread > 0 => {
            writeln!(text, "NOT DECIDED  a part of what was given cannot be read")
        }
        (0, 0) => writeln!(text, "ALLOW"),
        (0, _) => writeln!(text, "ALLOW with warnings"),
        _ => writeln!(text, "DENY  the cluster will say the same"),
    };
    text
}

fn of_verdict(text: &mut String, verdict: &Verdict, today: Date) {
    for reason in &verdict.reasons {
        let word = match reason.mode {
            Mode::Enforce => "DENY",
            Mode::Warn => "WARN",
            Mode::Audit => "audit",
        };
        let subject = if reason.is_image {
            format!("{}: ", reason.subject)
        } else {
            String::new()
        };
        let _never = writeln!(
            text,
            "  {word:<5} {}  {}{}",
            safe(&reason.rule),
            safe(&subject),
            safe(&reason.text)
        );
        let _never = writeln!(text, "        fix: {}", safe(&reason.fix));
    }
    if verdict.reasons.is_empty() {
        text.push_str("  ok\n");
    }
    if let Some(why) = &verdict.broken_glass {
        let _never = writeln!(text, "  GLASS broken by {}", safe(why));
    }
    for used in &verdict.used {
        let days = (used.until - today).get_days();
        let soon = if days <= SOON_DAYS {
            format!(
                ", {} left",
                counted(usize::try_from(days).unwrap_or(0), "day")
            )
        } else {
            String::new()
        };
        let _never = writeln!(
            text,
            "  excepted {} until {}{soon}: {} ({})",
            safe(&used.id),
            used.until,
            safe(&used.reason),
            safe(&used.owner)
        );
    }
}

fn json(checked: &Checked<'_>) -> String {
    let verdicts = checked.verdicts.iter().map(|(subject, verdict)| {
        let (file, line, column) = place(subject);
        let used = verdict.used.iter().map(|used| {
            json!({"ID": used.id, "Reason": used.reason, "Owner": used.owner, "Until": used.until.to_string()})
        });
        json!({
            "Subject": title(subject),
            "File": matches!(subject, Subject::Object(_)).then_some(file),
            "Line": matches!(subject, Subject::Object(_)).then_some(line),
            "Column": matches!(subject, Subject::Object(_)).then_some(column),
            "Outcome": verdict.outcome.name(),
            "Message": verdict.line(),
            "Reasons": verdict.reasons.iter().map(reason).collect::<Vec<_>>(),
            "Exceptions": used.collect::<Vec<_>>(),
            "BrokenGlass": verdict.broken_glass,
        })
    });
    let gaps = checked
        .gaps
        .iter()
        .map(|gap| json!({"Kind": gap.kind.name(), "Place": gap.place, "Why": gap.why}));
    let outcomes = checked.verdicts.iter().map(|(_, verdict)| verdict.outcome);
    let outcome = match outcomes.max().unwrap_or(Outcome::Allow) {
        Outcome::Deny => Outcome::Deny.name(),
        _ if checked.unread > 0 => "undecided",
        outcome @ (Outcome::Warn | Outcome::Allow) => outcome.name(),
    };
    let all = json!({
        "Policy": checked.policy.label(),
        "PolicyDigest": checked.policy.digest().to_string(),
        "Outcome": outcome,
        "Verdicts": verdicts.collect::<Vec<_>>(),
        "Gaps": gaps.collect::<Vec<_>>(),
    });
    format!("{all:#}\n")
}

fn reason(reason: &Reason) -> Value {
    json!({
        "Rule": reason.rule,
        "Mode": reason.mode.name(),
        "Subject": reason.subject,
        "IsImage": reason.is_image,
        "IDs": reason.ids,
        "Text": reason.text,
        "Fix": reason.fix,
    })
}

/// Returns the reasons as findings, for formats that know findings alone.
fn judgement(checked: &Checked<'_>) -> Judgement {
    let [audit, warn, deny] = &RULES;
    let found = checked.verdicts.iter().flat_map(|(subject, verdict)| {
        let (file, line, column) = place(subject);
        verdict.reasons.iter().map(move |reason| {
            let rule = match reason.mode {
                Mode::Enforce => deny,
                Mode::Warn => warn,
                Mode::Audit => audit,
            };
            Misconfiguration {
                rule,
                severity: rule.severity,
                message: reason.line(),
                spot: Spot {
                    file: file.clone(),
                    line,
                    column,
                    pointer: String::new(),
                    excerpt: String::new(),
                },
                object: title(subject).to_owned(),
                container: None,
                image: reason.is_image.then(|| reason.subject.clone()),
                edit: None,
                waived: None,
            }
        })
    });
    Judgement {
        objects: checked.verdicts.len(),
        found: found.collect(),
        gaps: checked.gaps.clone(),
    }
}
